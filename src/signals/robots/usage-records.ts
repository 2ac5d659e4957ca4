/**
 * Usage preferences as records of robots.txt groups: what Content-Usage, Content-Signal and DisallowAITraining share.
 *
 * Within one way of reaching us (`records.ts`) the longest matching path decides, and records of that length count together, most restrictive
 * first; less specific records do not fill the gaps of the winning ones (attach-05 §3.1, read literally). A malformed winner makes the reading
 * unreadable unless another winner refuses. Lenient and inherited ways only ever add refusals.
 */
import type { About, Anomaly, Exchange, Question, Reading, Signal, Statement } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import type { UsageValue } from '../usage-value.ts';
import { citeLine } from './cite-line.ts';
import { maxAnomaliesPerCode, wholeFileAnomalies } from './flaws.ts';
import type { RobotsLine } from './lines.ts';
import { openRobots } from './open.ts';
import { canonicalPath, canonicalPattern, pathMatcher } from './paths.ts';
import { type Scope, scopesOf } from './records.ts';
import type { RobotsFile } from './robots-file.ts';

export interface UsageRecord {
  /** Canonical pattern; empty for the whole group. */
  readonly pattern: string;
  /** Read only where the path matches: a hostile file holds thousands. */
  readonly value: () => UsageValue;
}

export interface UsageRecordMechanism {
  readonly id: Signal['id'];
  readonly spec: string;
  readonly bearsOn: readonly About[];
  readonly keys: ReadonlySet<string>;
  /** How a record before the first user-agent line is taken. */
  readonly globalForm: 'conformant' | 'lenient';
  readonly looked: string;
  readonly read: (line: RobotsLine) => UsageRecord;
}

export function usageRecordSignal(mechanism: UsageRecordMechanism): Signal {
  const { id, spec, bearsOn, keys, looked } = mechanism;
  return {
    id,
    stage: 'origin',
    bearsOn,
    read: ({ robots }, question) => {
      const file = openRobots(id, robots, spec);
      if ('state' in file) return file;
      // Most files say nothing of the kind to anybody.
      const isSpoken = !file.text.isHtml && file.text.keys.some(key => keys.has(key));
      if (isSpoken) return readFile(mechanism, robots, file, question);
      return { state: 'silent', looked: citeAbsence(id, robots, looked, spec), anomalies: wholeFileAnomalies(id, robots, file) };
    },
  };
}

/** Splits `/path value` (attach-05 §3.1): a path only when the first octet is `/`, up to the first space or tab. */
export function splitPath(text: string): { readonly pattern: string; readonly rest: string } {
  if (!text.startsWith('/')) return { pattern: '', rest: text };
  const end = text.search(/[ \t]/);
  const path = end < 0 ? text : text.slice(0, end);
  return { pattern: canonicalPattern(path) ?? '', rest: end < 0 ? '' : text.slice(end).trimStart() };
}

interface Winner {
  readonly scope: Scope;
  readonly line: RobotsLine;
  readonly record: UsageRecord;
}

/** Of the records that decide together, so many are read of each way; what more of them say is not known. */
const maxWinners = 256;

interface Winners {
  readonly read: readonly Winner[];
  /** The first that is not read. */
  readonly beyond: RobotsLine | null;
}

/** Every category is asked about one URL by one crawler, one after the other: the last answer is kept. */
function winnersFor(mechanism: UsageRecordMechanism, file: RobotsFile): (productToken: string, path: string) => Winners {
  return file.once(mechanism, () => {
    const known = new Map<RobotsLine, UsageRecord>();
    const recordOf = (line: RobotsLine): UsageRecord => {
      const record = known.get(line) ?? onceRead(mechanism.read(line));
      known.set(line, record);
      return record;
    };
    let last: { readonly productToken: string; readonly path: string; readonly winners: Winners } | undefined;
    return (productToken, path) => {
      if (last?.path === path && last.productToken === productToken) return last.winners;
      const perScope = scopesOf(file, productToken, mechanism.keys, mechanism.globalForm).map(scope =>
        longest(scope, path, recordOf),
      );
      const winners = {
        read: perScope.flatMap(list => list.slice(0, maxWinners)),
        beyond: perScope.find(list => list.length > maxWinners)?.[maxWinners]?.line ?? null,
      };
      last = { productToken, path, winners };
      return winners;
    };
  });
}

function onceRead({ pattern, value }: UsageRecord): UsageRecord {
  let said: UsageValue | undefined;
  return {
    pattern,
    value: () => {
      said ??= value();
      return said;
    },
  };
}

function readFile(
  mechanism: UsageRecordMechanism,
  exchange: Exchange,
  file: RobotsFile,
  { url, productToken, about }: Question,
): Reading {
  const { id, spec, looked } = mechanism;
  const { read: winners, beyond } = winnersFor(mechanism, file)(productToken, canonicalPath(url));
  const cite = (line: RobotsLine): Statement['evidence'] => citeLine(id, exchange, file, line, spec);
  const said = distinct(winners.flatMap(winner => sayingsOf(winner, about)));
  const statements = said.map(({ line, ...rest }): Statement => ({ about, ...rest, evidence: cite(line) }));
  const flaws = winners.flatMap(({ line, record }) => record.value().flaws.map(flaw => ({ line, ...flaw })));
  const anomalies: Anomaly[] = [
    ...wholeFileAnomalies(id, exchange, file),
    ...(beyond ? [anomaly('robots.too-many-records', 'ignored', cite(beyond))] : []),
    ...few(flaws, ({ code, line, detail }) => [code, `${line.start} ${detail}`]).map(({ line, code, effect, detail }) =>
      anomaly(code, effect, cite(line), detail),
    ),
    ...statements.flatMap(statement => formAnomaly(statement)),
  ];
  const isRefused = statements.some(s => s.preference === 'disallow' && (s.form === 'conformant' || s.form === 'lenient'));
  const malformed = winners.find(({ scope, record }) => scope.form !== 'inherited' && record.value().state === 'malformed');
  const unread = malformed?.line ?? beyond;
  if (unread && !isRefused && isNonEmpty(anomalies)) return { state: 'unreadable', looked: cite(unread), anomalies };
  return isNonEmpty(statements)
    ? { state: 'read', statements, anomalies }
    : { state: 'silent', looked: citeAbsence(id, exchange, looked, spec), anomalies };
}

function formAnomaly({ form, evidence }: Statement): Anomaly[] {
  if (form === 'lenient') return [anomaly('robots.lenient-restriction', 'restricts', evidence)];
  return form === 'inherited' ? [anomaly('robots.inherited-reservation', 'ignored', evidence)] : [];
}

function longest(scope: Scope, path: string, recordOf: (line: RobotsLine) => UsageRecord): readonly Winner[] {
  const matches = pathMatcher(path);
  const matching = scope.lines
    .map(line => ({ scope, line, record: recordOf(line) }))
    .filter(({ record }) => record.pattern === '' || matches(record.pattern));
  const length = matching.reduce((most, { record }) => Math.max(most, record.pattern.length), 0);
  return matching.filter(({ record }) => record.pattern.length === length);
}

/** A statement whose evidence is not yet cited. */
type Saying = Omit<Statement, 'about' | 'evidence'> & { readonly line: RobotsLine };

function sayingsOf({ scope, line, record }: Winner, about: About): Saying[] {
  return record
    .value()
    .preferences.filter(
      ({ category, preference }) => category === about && (scope.form === 'conformant' || preference === 'disallow'),
    )
    .map(({ preference, form, grants }) => ({
      line,
      preference,
      form: scope.form === 'inherited' ? 'inherited' : form === 'conformant' ? scope.form : form,
      addressee: { to: 'us' },
      specificity: record.pattern.length,
      grants,
    }));
}

/** From the form most policies hear to the one fewest do. */
const byHearing: readonly Statement['form'][] = ['conformant', 'lenient', 'wrong-value', 'legacy', 'implied', 'inherited'];

/** Several ways may lead to one line: it is stated once, in the form most policies hear; of many equal statements the first few. */
function distinct(sayings: readonly Saying[]): readonly Saying[] {
  const ranked = [...sayings].sort((a, b) => byHearing.indexOf(a.form) - byHearing.indexOf(b.form));
  const places = new Set<string>();
  const once = ranked.filter(({ preference, line }) => {
    const place = `${preference} ${line.start}`;
    const isNew = !places.has(place);
    places.add(place);
    return isNew;
  });
  return few(once, ({ preference, form, grants, line }) => [`${preference} ${form} ${grants}`, String(line.start)]);
}

/** Each thing once, and the first few of each kind. */
function few<T>(list: readonly T[], keysOf: (item: T) => readonly [kind: string, place: string]): readonly T[] {
  const seen = new Map<string, Set<string>>();
  return list.filter(item => {
    const [kind, place] = keysOf(item);
    const places = seen.get(kind) ?? new Set();
    seen.set(kind, places);
    if (places.has(place) || places.size >= maxAnomaliesPerCode) return false;
    places.add(place);
    return true;
  });
}
