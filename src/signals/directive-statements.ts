/** What the directives of one carrier state about one use, whoever carries them: an element or a field line. */
import type { Addressee, Agent, Anomaly, Evidence, Exchange, Form, Question, Reading, Statement } from '../vocab/index.ts';
import { isNonEmpty } from '../vocab/index.ts';
import { isImageBytes } from './assets/asset.ts';
import { anomaly } from './cite.ts';
import { valuesOf } from './field-values.ts';
import { mediaTypeOf } from './media-type.ts';
import { agentsByToken, normaliseToken, tokensOf } from './robots/tokens.ts';
import { type Directive, hasUnreadableDate, refusalBy, soundsLikeRefusal, speaksOfImages } from './robots-directives.ts';

/** Somebody directives speak to. */
export interface Party {
  readonly addressee: Addressee;
  /** The token of a named agent as its operator writes it. */
  readonly agent?: string;
}

/** Directives somebody is addressed with. */
export interface DirectiveGroup {
  readonly directives: readonly Directive[];
  /** Null for agents that concern nobody here. */
  readonly party: Party | null;
  readonly evidence: Evidence;
  /** The carrier or the way of addressing departs from its grammar. */
  readonly isLenient: boolean;
}

export const us: Party = { addressee: { to: 'us' } };

/** Who is meant by a name: whole-string equality on tokens, a version cut off (RFC 9309 §2.2.1); null where it concerns nobody here. */
export function addressBook(productToken: string, agents: readonly Agent[]): (name: string) => Party | null {
  const own = normaliseToken(productToken);
  const listed = agentsByToken(agents);
  const partyOf = (token: string): Party | null => {
    if (token === own) return us;
    const agent = listed.get(token);
    return agent ? { addressee: { to: 'named', token, class: agent.class }, agent: agent.token } : null;
  };
  return name =>
    tokensOf(name, 'conformant')
      .map(partyOf)
      .find(found => found) ?? null;
}

/** So many of a kind are cited. */
const maxPerKind = 5;

/** @param looked where nothing is stated */
export function readDirectiveGroups(
  groups: readonly DirectiveGroup[],
  page: Exchange,
  { about, at }: Question,
  looked: Evidence,
): Reading {
  const isAsked = groups.some(({ directives }) => directives.some(speaksOfImages));
  const use = { about, at, isImage: isAsked && isImage(page) };
  const statements: Statement[] = [];
  const anomalies: Anomaly[] = [];
  for (const { directives, party, evidence, isLenient } of groups) {
    if (party === null) {
      anomalies.push(anomaly('robots-directives.other-agent', 'none', evidence));
      continue;
    }
    const { addressee, agent } = party;
    const cited = agent === undefined ? evidence : { ...evidence, agent };
    for (const directive of directives) {
      anomalies.push(...flawsOf(directive, use.isImage, evidence));
      const plain = refusalBy(directive, use);
      if (plain === null) continue;
      const form: Form = plain === 'conformant' && isLenient ? 'lenient' : plain;
      statements.push({ about, preference: 'disallow', form, addressee, specificity: 0, grants: false, evidence: cited });
      if (form === 'lenient')
        anomalies.push(anomaly('robots-directives.lenient-restriction', 'restricts', evidence, directive.name));
    }
  }
  const said = few(statements, ({ addressee, form, evidence }) => [keyOf(addressee, form), JSON.stringify(evidence.locator)]);
  const flaws = few(anomalies, ({ code, effect, detail, evidence }) => [
    `${code} ${effect}`,
    `${detail ?? ''} ${JSON.stringify(evidence.locator)}`,
  ]);
  return isNonEmpty(said) ? { state: 'read', statements: said, anomalies: flaws } : { state: 'silent', looked, anomalies: flaws };
}

const keyOf = (addressee: Addressee, form: Form): string => `${form} ${addressee.to === 'named' ? addressee.token : ''}`;

function flawsOf(directive: Directive, isImagePage: boolean, evidence: Evidence): Anomaly[] {
  const { name, isKnown } = directive;
  if (!isKnown) {
    return [anomaly('robots-directives.unknown-directive', soundsLikeRefusal(directive) ? 'ignored' : 'none', evidence, name)];
  }
  if (hasUnreadableDate(directive))
    return [anomaly('robots-directives.unreadable-date', 'ignored', evidence, directive.argument)];
  return speaksOfImages(directive) && !isImagePage ? [anomaly('robots-directives.images-only', 'none', evidence, name)] : [];
}

/** By Content-Type or by its first octets, whichever says so. */
function isImage(page: Exchange): boolean {
  const { retrieval } = page;
  const isSaid = valuesOf(page, 'content-type').some(value => mediaTypeOf(value).startsWith('image/'));
  return isSaid || (retrieval.outcome === 'successful' && isImageBytes(retrieval.body));
}

/** Each place once, and the first few of each kind. */
function few<T>(list: readonly T[], keysOf: (item: T) => readonly [kind: string, place: string]): readonly T[] {
  if (list.length < 2) return list;
  const seen = new Map<string, Set<string>>();
  return list.filter(item => {
    const [kind, place] = keysOf(item);
    const places = seen.get(kind) ?? new Set();
    seen.set(kind, places);
    if (places.has(place) || places.size >= maxPerKind) return false;
    places.add(place);
    return true;
  });
}
