/**
 * `datatrainingallowed` in trust.txt (JournalList, Reference Document for trust.txt, April 2024; draft-org-trust-relationship-protocol-00).
 * https://journallist.net/reference-document-for-trust-txt-specifications
 *
 * Reads: `name=value` lines of /trust.txt (or /.well-known/trust.txt), `#` comments; `datatrainingallowed=no` refuses training, for the whole site.
 * Precedence: not specified; any `no` wins. `yes` grants nothing: trust.txt speaks of who belongs to whom, not of licences.
 * Errors: another value is a wrong value; a file cut short is unreadable unless it refuses before the cut.
 *
 * Known departures, all to the site's protection: white space, a colon for the equals sign, quotation marks, a comment behind the value and a
 * misspelt name are lenient where they refuse.
 */
import type { Anomaly, Evidence, Exchange, Reading, Signal, Statement } from '../../vocab/index.ts';
import { isNonEmpty, onceEach } from '../../vocab/index.ts';
import { latin1View, trimOctets, trimSet } from '../bytes.ts';
import { anomaly, citeAbsence, quoteBytes, sourceOf } from '../cite.ts';
import { LineWalk } from '../robots/line-walk.ts';
import {
  byteOrderMark,
  isCatchAll,
  maxWellknownBytes,
  openWellknown,
  silentWith,
  unreadable,
  type WellknownFile,
  type WellknownKind,
} from './open.ts';

const id = 'wellknown.trust-txt';
const spec = 'trust.txt 2024-04-04, datatrainingallowed';
const kind: WellknownKind = { id, mechanism: 'trust-txt', spec, name: 'trust.txt' };

const maxStatements = 5;
/** A declaration that is merely labelled as HTML holds this. */
const claims = /datatrainingallowed/i;

export const wellknownTrustTxt: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['train-ai'],
  read: ({ trustTxt }): Reading => {
    const opened = openWellknown(kind, trustTxt);
    if ('state' in opened) return opened;
    if (isCatchAll(opened, claims)) return silentWith(kind, trustTxt, 'html', 'trust.txt but an HTML page');
    const file = trustFile(opened.body);
    return file === 'encoding' ? unreadable(kind, trustTxt, file) : readFile(opened, file);
  },
};

/** A page is served where trust.txt was looked for. */
export function isTrustPage(trustTxt: Exchange): boolean {
  const opened = openWellknown(kind, trustTxt);
  return !('state' in opened) && isCatchAll(opened, claims);
}

interface Saying {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  readonly meaning: 'refuses' | 'meant-to-refuse' | 'permits' | 'wrong';
}

interface TrustFile {
  readonly sayings: readonly Saying[];
  /** At least one line has a name and a value. */
  readonly hasRecords: boolean;
}

/** Memoised by the identity of the body. */
const trustFile = onceEach(readLines);

/** `datatrainingallowed` and a sign. */
const minOctets = 20;

function readLines(body: Uint8Array): TrustFile | 'encoding' {
  const text = latin1View(body, 0, maxWellknownBytes);
  if (text.includes('\0')) return 'encoding';
  const sayings: Saying[] = [];
  let hasRecords = false;
  const line = new LineWalk(body, byteOrderMark(body), text.length);
  while (line.next()) {
    const { number, start, end } = line;
    // Of a line too short to speak of training it matters only whether it is the file's first record.
    if (hasRecords && end - start < minOctets) continue;
    const record = readRecord(text.slice(start, end));
    hasRecords ||= record !== null;
    if (record?.meaning) sayings.push({ line: number, start, end, value: record.value, meaning: record.meaning });
  }
  return { sayings, hasRecords };
}

function readRecord(line: string): { readonly value: string; readonly meaning: Saying['meaning'] | null } | null {
  const sign = line.search(/[=:#]/);
  if (sign < 1 || line[sign] === '#') return null;
  const name = line.slice(0, sign);
  const meant = trimOctets(name).toLowerCase();
  if (!/^[a-z][a-z _-]{0,63}$/.test(meant)) return null;
  const value = line.slice(sign + 1);
  if (meant.replaceAll(/[ _-]/g, '') !== 'datatrainingallowed') return { value, meaning: null };
  const isGrammar = line[sign] === '=' && name.toLowerCase() === 'datatrainingallowed';
  return { value, meaning: meaningOf(value, isGrammar) };
}

function meaningOf(written: string, isGrammar: boolean): Saying['meaning'] {
  const value = trimSet(written, '', ' \t').toLowerCase();
  if (isGrammar && value === 'no') return 'refuses';
  if (isGrammar && value === 'yes') return 'permits';
  const hash = value.indexOf('#');
  const bare = trimSet(hash < 0 ? value : value.slice(0, hash), ' \t"\'=', ' \t"\'.;,');
  if (bare === 'no') return 'meant-to-refuse';
  return bare === 'yes' ? 'permits' : 'wrong';
}

const formOf = { refuses: 'conformant', 'meant-to-refuse': 'lenient', permits: 'conformant', wrong: 'wrong-value' } as const;

function readFile(opened: WellknownFile, { sayings, hasRecords }: TrustFile): Reading {
  const { exchange, isCut } = opened;
  const of = (meaning: Saying['meaning']): readonly Saying[] =>
    sayings.filter(saying => saying.meaning === meaning).slice(0, maxStatements);
  const cited = [...of('refuses'), ...of('meant-to-refuse'), ...of('wrong'), ...of('permits')];
  const statements = cited.map(saying => stateOf(saying, cite(opened, saying)));
  const anomalies = cited.flatMap(saying => anomalyOf(saying, cite(opened, saying)));
  const isRefused = sayings.some(({ meaning }) => meaning === 'refuses' || meaning === 'meant-to-refuse');
  if (isCut && !isRefused) return unreadable(kind, exchange, opened.retrieval.truncated ? 'truncated' : 'too-large');
  if (isNonEmpty(statements)) return { state: 'read', statements, anomalies };
  if (!hasRecords) return silentWith(kind, exchange, 'no-record', 'line of a trust.txt');
  return { state: 'silent', looked: citeAbsence(id, exchange, 'datatrainingallowed', spec), anomalies: [] };
}

const stateOf = ({ meaning }: Saying, evidence: Evidence): Statement => ({
  about: 'train-ai',
  preference: meaning === 'permits' ? 'allow' : 'disallow',
  form: formOf[meaning],
  addressee: { to: 'us' },
  specificity: 0,
  grants: false,
  evidence,
});

function anomalyOf({ meaning, value }: Saying, evidence: Evidence): readonly Anomaly[] {
  if (meaning === 'wrong') return [anomaly('trust-txt.wrong-value', 'ignored', evidence, value.slice(0, 80))];
  return meaning === 'meant-to-refuse' ? [anomaly('trust-txt.lenient-restriction', 'restricts', evidence)] : [];
}

const cite = ({ exchange, body }: WellknownFile, { line, start, end }: Saying): Evidence => ({
  signal: id,
  source: sourceOf(exchange),
  locator: { kind: 'line', line, bytes: [start, end] },
  quote: quoteBytes(body, start, end),
  spec,
});
