/** Generated cases: fragments of the vectors combined at random, their octets damaged at random, and readings made up from nothing. */

import { type Case, isCaseError } from '../../src/assess/index.ts';
import { signals } from '../../src/signals/index.ts';
import {
  type Addressee,
  type Anomaly,
  type Disposition,
  type Evidence,
  forms,
  isNonEmpty,
  type Policy,
  type Reading,
  type Signal,
  type SignalId,
  type Statement,
} from '../../src/vocab/index.ts';
import fc from '../seeded.ts';
import { policies, reader, vectorFiles, withDefaults } from '../vectors/load.ts';

export const seed = 20261123;
export const presets: readonly Policy[] = Object.values(policies);

/** Strictness: withhold > defer > keep. */
export const rank = (disposition: Disposition): number => ['keep', 'defer', 'withhold'].indexOf(disposition);

export type Json = Readonly<Record<string, unknown>>;
export const declarations = ['robots', 'tdmrep', 'aiTxt', 'trustTxt'] as const;

export interface RawCase extends Json {
  readonly origin: Json;
  readonly response?: Json;
  readonly licenses: Json;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const vectorCases = vectorFiles.flatMap(file => file.cases.map(({ case: raw }) => raw));
const found = (pick: (raw: Json) => unknown): readonly Json[] => vectorCases.map(pick).filter(isJson);
const originOf = (raw: Json): Json => (isJson(raw.origin) ? raw.origin : {});

const fragments = {
  robots: found(raw => originOf(raw).robots),
  tdmrep: found(raw => originOf(raw).tdmrep),
  aiTxt: found(raw => originOf(raw).aiTxt),
  trustTxt: found(raw => originOf(raw).trustTxt),
  response: found(raw => raw.response),
  licenses: found(raw => raw.licenses),
};
const urls = [...new Set(vectorCases.map(raw => raw.url).filter(url => typeof url === 'string')), 'https://site.example/a'];
const tokens = [...new Set(vectorCases.map(raw => raw.agent).filter(agent => typeof agent === 'string')), 'heed'];

const headersOf = ({ headers }: Json): readonly unknown[] => (Array.isArray(headers) ? headers : []);

/** A page with the status and body of one vector and the field lines of two. */
const response: fc.Arbitrary<Json> = fc
  .tuple(fc.constantFrom(...fragments.response), fc.constantFrom(...fragments.response), fc.boolean())
  .map(([page, other, isMixed]) =>
    isMixed && 'status' in page ? { ...page, headers: [...headersOf(page), ...headersOf(other)] } : page,
  );

const maybe = (list: readonly Json[]): fc.Arbitrary<Json | undefined> =>
  list.length > 0 ? fc.option(fc.constantFrom(...list), { nil: undefined, freq: 3 }) : fc.constant(undefined);

/** robots.txt from one vector, the page from another, licences from a third, asked about the URL of a fourth. */
export const rawCase: fc.Arbitrary<RawCase> = fc.record({
  url: fc.constantFrom(...urls),
  agent: fc.constantFrom(...tokens),
  missing: fc.constantFrom('absent', 'absent', 'absent', 'not-attempted'),
  origin: fc.record({
    robots: maybe(fragments.robots),
    tdmrep: maybe(fragments.tdmrep),
    aiTxt: maybe(fragments.aiTxt),
    trustTxt: maybe(fragments.trustTxt),
  }),
  response: fc.option(response, { nil: undefined, freq: 5 }),
  licenses: fc
    .array(fc.constantFrom({}, ...fragments.licenses), { maxLength: 2 })
    .map((list): Json => Object.assign({}, ...list) as Json),
}) as fc.Arbitrary<RawCase>;

export function readRaw(raw: Json): Case {
  const parsed = reader.read(withDefaults(raw));
  if (isCaseError(parsed)) throw new Error(`${parsed.code} ${parsed.message}`);
  return parsed;
}

export const bodyOf = ({ body, bodyBase64 }: Json): Buffer =>
  typeof bodyBase64 === 'string' ? Buffer.from(bodyBase64, 'base64') : Buffer.from(typeof body === 'string' ? body : '');

export const withBody = ({ body: _body, bodyBase64: _base64, ...rest }: Json, body: Uint8Array): Json => ({
  ...rest,
  bodyBase64: Buffer.from(body).toString('base64'),
});

/** One way to damage a text of octets. Positions are fractions of its length. */
export type Damage = (text: string) => string;

const at = (text: string, fraction: number): number => Math.floor(fraction * text.length);
const position = fc.double({ min: 0, max: 1, noNaN: true });
const awkward = fc.constantFrom(
  ...[
    '\0',
    '\r',
    '\n',
    '\ufeff',
    'ï»¿',
    'ÿþ',
    '"',
    "'",
    '<',
    '>',
    '</',
    '<!--',
    ']]>',
    '&#x0;',
    '&a;',
    '{',
    '[',
    ',',
    ';',
    '=',
    ':',
  ],
  ...['*', '$', '%', '%zz', '\\', '\ud800', '__proto__', '😀', '\x80', 'é', ' '.repeat(64), '('.repeat(64), '<a '.repeat(64)],
);
const noise = fc.oneof(awkward, fc.string({ maxLength: 12, unit: 'binary' }));

export const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(position, noise).map(
    ([p, insert]): Damage =>
      text =>
        text.slice(0, at(text, p)) + insert + text.slice(at(text, p)),
  ),
  fc.tuple(position, position).map(
    ([p, q]): Damage =>
      text =>
        text.slice(0, at(text, Math.min(p, q))) + text.slice(at(text, Math.max(p, q))),
  ),
  fc.tuple(position, position, position).map(
    ([p, q, r]): Damage =>
      text =>
        text.slice(0, at(text, r)) + text.slice(at(text, Math.min(p, q)), at(text, Math.max(p, q))) + text.slice(at(text, r)),
  ),
  fc.tuple(position, fc.nat(255)).map(
    ([p, octet]): Damage =>
      text =>
        text.slice(0, at(text, p)) + String.fromCharCode(octet) + text.slice(at(text, p) + 1),
  ),
  fc.constantFrom<Damage[]>(
    text => text.toUpperCase(),
    text => text + text,
    text => text.replaceAll('\n', '\r'),
    text => text.replaceAll(' ', '\u00a0'),
    text => [...text].reverse().join(''),
  ),
);

/** A retrieval whose body or field values are damaged up to four times. */
export const damaged = (raw: Json, damages: readonly Damage[], inFields: boolean): Json => {
  const apply = (text: string): string => damages.reduce((now, harm) => harm(now).slice(0, 20_000), text);
  if (!('status' in raw)) return raw;
  if (inFields)
    return { ...raw, headers: headersOf(raw).map(line => (Array.isArray(line) ? [line[0], apply(String(line[1]))] : line)) };
  return withBody(raw, Buffer.from(apply(bodyOf(raw).toString('latin1')), 'latin1'));
};

const evidence = (signal: SignalId): Evidence => ({
  signal,
  source: { url: 'https://site.example/a', retrievedAt: null, digest: null },
  locator: { kind: 'absence', looked: 'generated' },
  quote: '',
  spec: 'ours',
});

const addressee: fc.Arbitrary<Addressee> = fc.constantFrom<Addressee[]>(
  { to: 'us' },
  { to: 'us' },
  { to: 'us' },
  { to: 'named', token: 'gptbot', class: 'train' },
  { to: 'named', token: 'google-extended', class: 'control-only' },
  { to: 'named', token: 'img2dataset', class: 'data-provider' },
  { to: 'named', token: 'oai-searchbot', class: 'search' },
  { to: 'named', token: '*', class: 'everyone' },
);

export const statement = (id: SignalId, preference?: Statement['preference']): fc.Arbitrary<Statement> =>
  fc
    .record({
      preference: preference ? fc.constant(preference) : fc.constantFrom<Statement['preference'][]>('allow', 'disallow'),
      form: fc.constantFrom(...forms),
      addressee,
      grants: fc.boolean(),
    })
    .map(({ grants, ...said }) => ({
      about: 'train-ai',
      ...said,
      specificity: 0,
      grants: grants && said.preference === 'allow',
      evidence: evidence(id),
    }));

const anomaly = (id: SignalId): fc.Arbitrary<Anomaly> =>
  fc
    .constantFrom<Anomaly['effect'][]>('none', 'ignored', 'restricts')
    .map(effect => ({ code: 'generated.anomaly', effect, signal: id, evidence: evidence(id) }));

const few = <T>(item: fc.Arbitrary<T>, minLength = 0): fc.Arbitrary<T[]> => fc.array(item, { minLength, maxLength: 3 });

export const silence = (id: SignalId): Reading => ({ state: 'silent', looked: evidence(id), anomalies: [] });

export const notKnowing = (id: SignalId): fc.Arbitrary<Reading> =>
  fc.oneof(
    anomaly(id).map((found): Reading => ({ state: 'unreadable', looked: evidence(id), anomalies: [found] })),
    fc
      .constantFrom<('unreachable' | 'not-attempted')[]>('unreachable', 'not-attempted')
      .map((why): Reading => ({ state: 'unread', why, looked: evidence(id) })),
  );

function reading({ id }: Signal): fc.Arbitrary<Reading> {
  const read = fc
    .tuple(few(statement(id), 1), few(anomaly(id)))
    .map(([statements, anomalies]): Reading => (isNonEmpty(statements) ? { state: 'read', statements, anomalies } : silence(id)));
  const silent = few(anomaly(id)).map((anomalies): Reading => ({ state: 'silent', looked: evidence(id), anomalies }));
  const noAsset = fc
    .constantFrom<['silent' | 'unreachable' | 'not-attempted', 'withhold' | 'defer'][]>(
      ['silent', 'withhold'],
      ['unreachable', 'defer'],
      ['not-attempted', 'defer'],
    )
    .map(([because, disposition]): Reading => ({ state: 'no-asset', because, disposition, looked: evidence(id), anomalies: [] }));
  return id === 'http.status' ? fc.oneof(read, silent, noAsset) : fc.oneof(read, silent, silent, notKnowing(id));
}

export type Readings = ReadonlyMap<SignalId, Reading>;

/** Readings as signals could yield them; some signals were not read at all. */
export const readings: fc.Arbitrary<Readings> = fc
  .tuple(...signals.map(signal => fc.option(reading(signal), { nil: null, freq: 3 })))
  .map(list => new Map(signals.flatMap((signal, i) => (list[i] ? [[signal.id, list[i]] as const] : []))));
