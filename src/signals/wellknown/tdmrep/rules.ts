import { type Evidence, onceEach } from '../../../vocab/index.ts';
import { readTdmValues } from '../../fields/tdm-values.ts';
import { canonicalPattern } from '../../robots/paths.ts';
import { type JsonArray, type JsonMember, readJsonArray } from './json-array.ts';

/** Octets of the array's element, end exclusive. */
export interface Place {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** What is wrong with an object of tdmrep.json; its refusal is plain all the same. */
type RuleFlaw = 'missing-location' | 'misplaced-location' | 'misspelt-member';

/** One object of tdmrep.json: where, and what is said there. */
export interface TdmRule extends Place {
  /** Canonical path pattern; empty where no place can be made out. */
  readonly pattern: string;
  /** Set where the location is an absolute URL: its host with port. */
  readonly host: string | null;
  /** In the words of `tdm-values.ts`, repeated members included; empty where the reservation is missing. */
  readonly values: readonly { readonly value: string; readonly isLenient: boolean }[];
  /** The member names as written. */
  readonly names: { readonly reservation: string | null; readonly policy: string | null };
  readonly policy: string | null;
  readonly effect: 'reserves' | 'lifts' | 'void';
  readonly flaw: RuleFlaw | null;
}

export interface TdmFile {
  readonly rules: readonly TdmRule[];
  /** Elements that are no object. */
  readonly others: readonly Place[];
}

type TdmFault = Extract<JsonArray, { readonly fault: string }>;

/** Every question about the origin asks all rules; a file of more is unreadable. */
const maxRules = 5_000;
/** An object that gives more values than this is a muddle, heard to the site's protection. */
const maxValues = 8;

/** Memoised by the identity of the body: ten thousand URLs of a site share one file. */
export const tdmFile: (body: Uint8Array) => TdmFile | TdmFault = onceEach(readRules);

const wanted = new Set(['location', 'tdm-reservation', 'tdm-policy']);

/** What the author meant by a member's name; null for members of the publisher's own. */
function meantName(name: string): string | null {
  if (wanted.has(name)) return name;
  if (name.length < 8 || name.length > 15) return null;
  const meant = name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^tdm(reservation|policy)$/, 'tdm-$1');
  return wanted.has(meant) ? meant : null;
}

function readRules(body: Uint8Array): TdmFile | TdmFault {
  const array = readJsonArray(body, maxRules, meantName);
  if ('fault' in array) return array;
  const rules: TdmRule[] = [];
  const effectOf = effects();
  const others: Place[] = [];
  for (const [index, { start, end, members }] of array.elements.entries()) {
    if (members) rules.push(ruleOf({ index, start, end }, members, effectOf));
    else others.push({ index, start, end });
  }
  return { rules, others };
}

function ruleOf(place: Place, members: readonly JsonMember[], effectOf: EffectOf): TdmRule {
  const locations: JsonMember[] = [];
  const reservations: JsonMember[] = [];
  let policy: JsonMember | undefined;
  for (const member of members) {
    if (member.meant === 'location') locations.push(member);
    else if (member.meant === 'tdm-reservation') reservations.push(member);
    else policy ??= member;
  }
  const isMisspelt = members.some(({ name, meant }) => name !== meant && meant !== 'tdm-policy');
  const [location, another] = locations;
  const { pattern, host, flaw } = location && !another ? locate(location.value) : unplaced(location !== undefined);
  const isLenient = isMisspelt || flaw !== null;
  const values =
    reservations.length > maxValues
      ? [{ value: '1', isLenient: true }]
      : reservations.map(({ value }) => inWords(value, isLenient));
  return {
    index: place.index,
    start: place.start,
    end: place.end,
    pattern,
    host,
    values,
    names: { reservation: reservations[0]?.name ?? null, policy: policy?.name ?? null },
    policy: typeof policy?.value === 'string' ? policy.value : null,
    effect: effectOf(values),
    flaw: flaw ?? (isMisspelt ? 'misspelt-member' : null),
  };
}

type Location = Pick<TdmRule, 'pattern' | 'host' | 'flaw'>;

const unplaced = (isGiven: boolean): Location => ({
  pattern: '',
  host: null,
  flaw: isGiven ? 'misplaced-location' : 'missing-location',
});

/** `articles/` and absolute URLs are no paths, but plainly mean one. */
function locate(location: unknown): Location {
  if (typeof location !== 'string') return unplaced(true);
  const pattern = patternOf(location);
  if (pattern !== null) return { pattern, host: null, flaw: null };
  const path = location.trim();
  if (!/^[a-z]{1,20}:/i.test(path))
    return {
      ...unplaced(true),
      pattern: path === '' ? '' : (patternOf(path.startsWith('/') || path.startsWith('*') ? path : `/${path}`) ?? ''),
    };
  const url = URL.parse(path);
  if (!url) return unplaced(true);
  const slash = path.indexOf('/', path.indexOf('//') + 2);
  return { pattern: patternOf(slash < 0 ? '/' : path.slice(slash)) ?? '', host: url.host, flaw: 'misplaced-location' };
}

const patternOf = (path: string): string | null =>
  canonicalPattern(/^[\x20-\x7e]*$/.test(path) ? path : Buffer.from(path, 'utf8').toString('latin1'));

/** JSON numbers are equal by value (`1.0` is 1). What is no number may restrict, never lift. */
function inWords(value: unknown, isLenient: boolean): TdmRule['values'][number] {
  if (typeof value === 'number') return { value: String(value === 0 ? 0 : value), isLenient };
  if (typeof value === 'string') return { value: value.trim(), isLenient: true };
  return {
    value: Array.isArray(value) ? value.map(one => JSON.stringify(one)).join(',') : JSON.stringify(value),
    isLenient: true,
  };
}

const uncited: Evidence = {
  signal: 'wellknown.tdmrep',
  source: { url: '', retrievedAt: null, digest: null },
  locator: { kind: 'pointer', pointer: '' },
  quote: '',
  spec: '',
};

type EffectOf = (values: TdmRule['values']) => TdmRule['effect'];

/** Most rules of a file say the same: each saying is weighed once. */
function effects(): EffectOf {
  const known = new Map<string, TdmRule['effect']>();
  return values => {
    const saying = values.map(({ value, isLenient }) => `${isLenient ? '~' : '='}${value}`).join('\n');
    const effect = known.get(saying) ?? weigh(values);
    known.set(saying, effect);
    return effect;
  };
}

function weigh(values: TdmRule['values']): TdmRule['effect'] {
  const { statements } = readTdmValues(
    values.map(one => ({ ...one, evidence: uncited })),
    'tdm',
  );
  if (statements.some(({ preference, form }) => preference === 'disallow' && form !== 'wrong-value')) return 'reserves';
  return statements.some(({ preference }) => preference === 'allow') ? 'lifts' : 'void';
}
