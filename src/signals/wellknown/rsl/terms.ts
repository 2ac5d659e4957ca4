/**
 * What the licences that cover a page say about one use (RSL 1.0 §3.1.1, §3.4–§3.12), for a crawler that has no contract and may be commercial.
 *
 * Order never matters. Prohibitions of every covering content count; permissions and payment come from the narrowest; where several are equally
 * narrow each must permit, and the dearest payment counts. A `permits` is a closed list. Nothing here ever turns doubt into a grant.
 *
 * Who uses the corpus, and where, is not known here. So a prohibited class of users or place may be ours and refuses, whichever it is; and a list of
 * permitted users or places that does not name us for certain is not satisfied, which is not licensed: a refusal, unless another licence beside it
 * has no such list. Only commercial and non-commercial users together are everyone; no list of places is. Separators that RSL does not know
 * (`search;ai-train`) part tokens where that refuses, never where it permits.
 */
import type { Form } from '../../../vocab/index.ts';
import type { XmlElement } from '../../xml.ts';
import type { Content, License, Terms } from './document.ts';
import { bestMatch, type Match, type Use } from './vocabulary.ts';

/** A content that covers the page, with how narrowly. */
export interface Covering {
  readonly content: Content;
  readonly specificity: number;
}

export type Ruling<C extends Covering> =
  | { readonly kind: 'refused'; readonly form: Form; readonly covering: C; readonly element: XmlElement; readonly spec: string }
  /** Licensed under a condition that we cannot meet, or cannot know that we meet: no grant, and a refusal for those who hear implied ones. */
  | { readonly kind: 'conditional'; readonly covering: C; readonly element: XmlElement; readonly spec: string }
  | { readonly kind: 'granted'; readonly covering: C; readonly element: XmlElement; readonly spec: string };

const formOfMatch: Readonly<Record<Exclude<Match, 'none'>, Form>> = {
  exact: 'conformant',
  'other-case': 'lenient',
  legacy: 'legacy',
  unknown: 'wrong-value',
};

/** Empty where the licences say nothing about this use. Refusals of any form leave no grant beside them. */
export function evaluate<C extends Covering>(covering: readonly C[], use: Use): readonly Ruling<C>[] {
  const narrowest = narrowestOf(covering);
  const prohibited = covering.flatMap(c => c.content.licenses.flatMap(license => prohibitions(c, license, use)));
  if (use === 'every-ai') return prohibited.filter(ruling => ruling.kind === 'refused');
  const refused = [
    ...prohibited.filter(ruling => ruling.kind === 'refused'),
    ...covering.filter(c => c.content.needsToken).map(c => refusal(c, c.content.element, 'RSL 1.0 §3.3')),
    ...narrowest.flatMap(c => closedLists(c, use)),
    ...narrowest.flatMap(c => limitedUsers(c, use)),
    ...narrowest.flatMap(c => prices(c, use)),
  ];
  if (refused.length > 0) return refused;
  const conditional = [
    ...prohibited.filter(ruling => ruling.kind === 'conditional'),
    ...narrowest.flatMap(c => conditions(c, use)),
  ];
  return conditional.length > 0 ? conditional : grants(narrowest, use);
}

function narrowestOf<C extends Covering>(covering: readonly C[]): readonly C[] {
  const most = covering.reduce((max, c) => Math.max(max, c.specificity), 0);
  return covering.filter(c => c.specificity === most);
}

function refusal<C extends Covering>(covering: C, element: XmlElement, spec: string, form: Form = 'conformant'): Ruling<C> {
  return { kind: 'refused', form, covering, element, spec };
}

const usageOf = (terms: readonly Terms[]): readonly Terms[] => terms.filter(({ type }) => type === 'usage');
const tokensOf = (terms: readonly Terms[]): readonly string[] => terms.flatMap(({ tokens }) => tokens);

/** §3.6: a prohibition beats every permission. Without a type it is not grammar, and plain. */
function prohibitions<C extends Covering>(covering: C, { prohibits }: License, use: Use): Ruling<C>[] {
  return prohibits.flatMap(({ type, tokens, element }): Ruling<C>[] => {
    if (type === 'user' || type === 'geo') {
      const namesSomebody = use !== 'every-ai' && tokens.length > 0;
      return namesSomebody
        ? [refusal(covering, element, 'RSL 1.0 §3.6')]
        : [{ kind: 'conditional', covering, element, spec: 'RSL 1.0 §3.6' }];
    }
    if (type !== 'usage' && type !== '') return [];
    const form = formOfProhibition(tokens, use);
    if (form === null) return [];
    return [refusal(covering, element, 'RSL 1.0 §3.6', type === '' && form === 'conformant' ? 'lenient' : form)];
  });
}

/** In which form these tokens name the use; null where they do not. */
function formOfProhibition(tokens: readonly string[], use: Use): Form | null {
  const match = bestMatch(tokens, use);
  if (match === 'exact' || match === 'other-case') return formOfMatch[match];
  const parted = bestMatch(
    tokens.flatMap(token => token.split(/[^A-Za-z0-9_-]+/)).filter(token => token !== ''),
    use,
  );
  if (parted === 'exact' || parted === 'other-case') return 'lenient';
  const weaker = match === 'legacy' || parted === 'legacy' ? 'legacy' : match;
  return weaker === 'none' ? null : formOfMatch[weaker];
}

const listMatch = (license: License, use: Use): Match => bestMatch(tokensOf(usageOf(license.permits)), use);
const isClosed = (license: License): boolean => usageOf(license.permits).length > 0;
/** Only an exact token permits; the umbrella-aware match of another spelling neither permits nor closes. */
const isListing = (license: License, use: Use): boolean => listMatch(license, use) === 'exact';

/** §3.5: what a closed list does not name is not licensed. A list that names the use in a superseded label says so only to strict ears. */
function closedLists<C extends Covering>(covering: C, use: Use): Ruling<C>[] {
  const { licenses } = covering.content;
  if (licenses.length === 0 || !licenses.every(license => isClosed(license) && !isListing(license, use))) return [];
  return licenses.flatMap(license => {
    const [element] = usageOf(license.permits).map(terms => terms.element);
    const match = listMatch(license, use);
    const form = match === 'legacy' || match === 'other-case' ? 'legacy' : 'conformant';
    return element ? [refusal(covering, element, 'RSL 1.0 §3.5', form)] : [];
  });
}

/** Licences that bear on the use: those that list it, and those without a list. */
const bearing = ({ content }: Covering, use: Use): readonly License[] =>
  content.licenses.filter(license => !isClosed(license) || isListing(license, use));

/** §3.5: every licence that bears on the use is for users or places that may not be ours. */
function limitedUsers<C extends Covering>(covering: C, use: Use): Ruling<C>[] {
  const limits = bearing(covering, use).map(({ permits }) =>
    permits.filter(({ type, tokens }) => type === 'geo' || (type === 'user' && !namesEveryone(tokens))),
  );
  if (limits.some(unmet => unmet.length === 0)) return [];
  return limits.flat().map(({ element }) => refusal(covering, element, 'RSL 1.0 §3.5'));
}

function namesEveryone(users: readonly string[]): boolean {
  const named = new Set(users.map(user => user.toLowerCase()));
  return named.has('commercial') && named.has('non-commercial');
}

/** What costs nothing, and what asks for credit only. */
const unpriced = new Set(['free', 'attribution']);
/** Prices that are asked for one kind of use only (§3.7). */
const pricedUse: ReadonlyMap<string, readonly Use[]> = new Map([['training', ['ai-train']]]);

/** A kind of payment that nobody knows is a payment, for every use. */
function costs({ type, hasPrice }: License['payments'][number], use: Use): boolean {
  if (hasPrice) return true;
  if (unpriced.has(type)) return false;
  const uses = pricedUse.get(type);
  return uses === undefined || uses.includes(use);
}

/** §3.7: the dearest payment counts, and an unknown kind of payment is one. */
function prices<C extends Covering>(covering: C, use: Use): Ruling<C>[] {
  return bearing(covering, use).flatMap(license =>
    license.payments.filter(payment => costs(payment, use)).map(({ element }) => refusal(covering, element, 'RSL 1.0 §3.7')),
  );
}

/** Credit to be given (§3.7), reports to be sent (§3.12), users and places it is limited to (§3.5), a list beside it that leaves the use out. */
function conditions<C extends Covering>(covering: C, use: Use): Ruling<C>[] {
  const conditional = (element: XmlElement, spec: string): Ruling<C> => ({ kind: 'conditional', covering, element, spec });
  const licenses = bearing(covering, use);
  const others = covering.content.licenses.filter(license => isClosed(license) && !isListing(license, use));
  return [
    ...licenses
      .flatMap(license => [
        ...license.payments.map(({ element }) => element).map(element => [element, 'RSL 1.0 §3.7'] as const),
        ...license.reporting.map(element => [element, 'RSL 1.0 §3.12'] as const),
        ...license.permits.filter(({ type }) => type !== 'usage').map(({ element }) => [element, 'RSL 1.0 §3.5'] as const),
      ])
      .filter(([element]) => !(element.name === 'payment' && element.attributes.get('type')?.trim().toLowerCase() === 'free'))
      .map(([element, spec]) => conditional(element, spec)),
    ...(licenses.length > 0 ? others.map(({ element }) => conditional(element, 'RSL 1.0 §3.1.1')) : []),
  ];
}

/** Only where every equally narrow content lists the use, itself or under an umbrella. */
function grants<C extends Covering>(narrowest: readonly C[], use: Use): Ruling<C>[] {
  const listings = narrowest.map(covering => ({
    covering,
    element: covering.content.licenses
      .filter(license => isListing(license, use))
      .flatMap(license => usageOf(license.permits))
      .find(terms => bestMatch(terms.tokens, use) === 'exact')?.element,
  }));
  if (listings.some(({ element }) => element === undefined)) return [];
  return listings.flatMap(({ covering, element }) =>
    element ? [{ kind: 'granted' as const, covering, element, spec: 'RSL 1.0 §3.5' }] : [],
  );
}
