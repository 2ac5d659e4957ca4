import { type About, plainForms, type Statement } from '../vocab/index.ts';
import { type EvidenceRecord, toEvidenceRecord } from './answer.ts';

/**
 * How two statements about one page contradict each other.
 * - `mechanisms`: one mechanism allows what another refuses
 * - `carriers`: one mechanism, told differently in two places (header and markup, file and header)
 * - `repeated`: one carrier says both
 * - `groups`: robots.txt tells us, by name, something else than every other crawler
 * - `closed`: a use is granted, and robots.txt lets nobody fetch the page
 */
export type ContradictionKind = 'mechanisms' | 'carriers' | 'repeated' | 'groups' | 'closed';
export const contradictionKinds: readonly ContradictionKind[] = ['mechanisms', 'carriers', 'repeated', 'groups', 'closed'];

export interface Contradiction {
  readonly kind: ContradictionKind;
  readonly about: About;
  readonly allow: readonly EvidenceRecord[];
  readonly disallow: readonly EvidenceRecord[];
  readonly pages: readonly string[];
}

export interface Said {
  readonly mechanism: string;
  readonly signal: string;
  readonly statement: Statement;
}

/** Evidence shown on each side. */
const maxShown = 4;

/** @param unnamed what robots.txt says of fetching the page to a crawler that it does not name */
export function contradictionsOf(url: string, said: readonly Said[], unnamed: readonly Statement[]): readonly Contradiction[] {
  // A status is an answer, not a preference; what names a third party is meant to differ. A lenient or inherited reading restricts only: it is no allow.
  const plain = said.filter(
    ({ signal, statement: { form, addressee } }) =>
      signal !== 'http.status' && addressee.to === 'us' && plainForms.includes(form),
  );
  const usages = [...new Set(plain.map(({ statement }) => statement.about))].filter(about => about !== 'acquisition');
  return [...usages.flatMap(about => ofUsage(url, about, plain)), ...ofGroups(url, plain, unnamed)];
}

function ofUsage(url: string, about: About, plain: readonly Said[]): readonly Contradiction[] {
  const allows = plain.filter(({ statement }) => statement.about === about && statement.preference === 'allow');
  const refusals = plain.filter(({ statement }) => statement.about === about && statement.preference === 'disallow');
  const barred = plain.filter(({ statement }) => statement.about === 'acquisition' && statement.preference === 'disallow');
  const pairs = allows.flatMap(allow => [
    ...refusals.map(refusal => ({ kind: kindOf(allow, refusal), allow, refusal })),
    ...(allow.statement.grants ? barred.map(refusal => ({ kind: 'closed' as const, allow, refusal })) : []),
  ]);
  return kindsIn(pairs).map(kind => {
    const own = pairs.filter(pair => pair.kind === kind);
    return contradiction(
      kind,
      about,
      url,
      own.map(({ allow }) => allow.statement),
      own.map(({ refusal }) => refusal.statement),
    );
  });
}

const kindsIn = (pairs: readonly { readonly kind: ContradictionKind | null }[]): readonly ContradictionKind[] =>
  contradictionKinds.filter(kind => pairs.some(pair => pair.kind === kind));

function kindOf(allow: Said, refusal: Said): ContradictionKind | null {
  if (allow.mechanism !== refusal.mechanism) return 'mechanisms';
  if (refusal.statement.form === 'inherited') return 'groups';
  if (allow.signal !== refusal.signal) return 'carriers';
  // A lenient refusal beside the conformant allow of the same carrier is one flaw, not two voices.
  return refusal.statement.form === 'lenient' ? null : 'repeated';
}

function ofGroups(url: string, plain: readonly Said[], unnamed: readonly Statement[]): readonly Contradiction[] {
  const ours = plain
    .map(({ statement }) => statement)
    .find(({ about, form }) => about === 'acquisition' && form === 'conformant');
  const theirs = unnamed.find(({ form }) => form === 'conformant');
  if (!ours || !theirs || ours.preference === theirs.preference) return [];
  const [allow, disallow] = ours.preference === 'allow' ? [ours, theirs] : [theirs, ours];
  return [contradiction('groups', 'acquisition', url, [allow], [disallow])];
}

function contradiction(
  kind: ContradictionKind,
  about: About,
  url: string,
  allow: readonly Statement[],
  disallow: readonly Statement[],
): Contradiction {
  return { kind, about, allow: shown(allow), disallow: shown(disallow), pages: [url] };
}

const shown = (statements: readonly Statement[]): readonly EvidenceRecord[] =>
  [...new Map(statements.map(({ evidence }) => [JSON.stringify(evidence), toEvidenceRecord(evidence)])).values()].slice(
    0,
    maxShown,
  );
