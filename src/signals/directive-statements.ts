/** What the directives of one carrier state about one use, whoever carries them: an element or a field line. */
import type { Addressee, Agent, Anomaly, Evidence, Exchange, Form, Question, Reading, Statement } from '../vocab/index.ts';
import { isNonEmpty } from '../vocab/index.ts';
import { isImageBytes } from './assets/asset.ts';
import { anomaly } from './cite.ts';
import { valuesOf } from './field-values.ts';
import { mediaTypeOf } from './media-type.ts';
import { once, onceFor } from './once.ts';
import { agentsByToken, normaliseToken, tokensOf } from './robots/tokens.ts';
import {
  type Directive,
  type DirectiveUse,
  hasUnreadableDate,
  refusalBy,
  soundsLikeRefusal,
  speaksOfImages,
} from './robots-directives.ts';

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
  readonly parties: readonly (Party | null)[];
  readonly evidence: Evidence;
  /** The carrier or the way of addressing departs from its grammar. */
  readonly isLenient: boolean;
}

export const us: Party = { addressee: { to: 'us' } };

export type AddressOf = (name: string) => Party | null;

/** Who is meant by a name: whole-string equality on tokens, a version cut off (RFC 9309 §2.2.1); null where it concerns nobody here. */
export function addressBook(productToken: string, agents: readonly Agent[]): AddressOf {
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

/** A carrier's directives and whom they address do not depend on what is asked: one parse for all questions about a page. */
export function groupsOncePerPage(): (
  page: Exchange,
  { productToken }: Question,
  agents: readonly Agent[],
  find: (address: AddressOf) => readonly DirectiveGroup[],
) => readonly DirectiveGroup[] {
  const once = onceFor<Exchange, unknown, readonly DirectiveGroup[]>();
  return (page, { productToken }, agents, find) =>
    once(page, [productToken, agents], () => find(addressBook(productToken, agents)));
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
  const statements = new Few<Statement>();
  const anomalies = new Few<Anomaly>();
  for (const { directives, parties, evidence, isLenient } of groups) {
    const place = once(() => JSON.stringify(evidence.locator));
    const note = (code: string, effect: Anomaly['effect'], detail?: string): void =>
      anomalies.add(
        `${code} ${effect}`,
        () => `${detail ?? ''} ${place()}`,
        () => anomaly(code, effect, evidence, detail),
      );
    // In the order of the first of each; what a directive says does not depend on who is told.
    let forms: ReadonlySet<Form> | null = null;
    for (const party of parties) {
      if (party === null) {
        note('robots-directives.other-agent', 'none');
        continue;
      }
      forms ??= formsOf(directives, use, isLenient, note);
      const { addressee, agent } = party;
      const cited = agent === undefined ? evidence : { ...evidence, agent };
      for (const form of forms) {
        statements.add(keyOf(addressee, form), place, () => ({
          about,
          preference: 'disallow',
          form,
          addressee,
          specificity: 0,
          grants: false,
          evidence: cited,
        }));
      }
    }
  }
  const [said, flaws] = [statements.kept, anomalies.kept];
  return isNonEmpty(said) ? { state: 'read', statements: said, anomalies: flaws } : { state: 'silent', looked, anomalies: flaws };
}

type Note = (code: string, effect: Anomaly['effect'], detail?: string) => void;

/** The forms in which directives refuse a use. */
function formsOf(directives: readonly Directive[], use: DirectiveUse, isLenient: boolean, note: Note): ReadonlySet<Form> {
  const forms = new Set<Form>();
  for (const directive of directives) {
    noteFlaws(directive, use.isImage, note);
    const plain = refusalBy(directive, use);
    if (plain === null) continue;
    const form: Form = plain === 'conformant' && isLenient ? 'lenient' : plain;
    forms.add(form);
    if (form === 'lenient') note('robots-directives.lenient-restriction', 'restricts', directive.name);
  }
  return forms;
}

const keyOf = (addressee: Addressee, form: Form): string => `${form} ${addressee.to === 'named' ? addressee.token : ''}`;

function noteFlaws(directive: Directive, isImagePage: boolean, note: Note): void {
  const { name, isKnown } = directive;
  if (!isKnown) note('robots-directives.unknown-directive', soundsLikeRefusal(directive) ? 'ignored' : 'none', name);
  else if (hasUnreadableDate(directive)) note('robots-directives.unreadable-date', 'ignored', directive.argument);
  else if (speaksOfImages(directive) && !isImagePage) note('robots-directives.images-only', 'none', name);
}

/** By Content-Type or by its first octets, whichever says so. */
function isImage(page: Exchange): boolean {
  const { retrieval } = page;
  const isSaid = valuesOf(page, 'content-type').some(value => mediaTypeOf(value).startsWith('image/'));
  return isSaid || (retrieval.outcome === 'successful' && isImageBytes(retrieval.body));
}

/** Each place once, and the first few of each kind; made only where it is kept. */
class Few<T> {
  readonly kept: T[] = [];
  readonly #seen = new Map<string, Set<string>>();

  add(kind: string, placeOf: () => string, make: () => T): void {
    const places = this.#seen.get(kind) ?? new Set();
    this.#seen.set(kind, places);
    if (places.size >= maxPerKind) return;
    const place = placeOf();
    if (places.has(place)) return;
    places.add(place);
    this.kept.push(make());
  }
}
