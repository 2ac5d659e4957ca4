/** What the signals found at one origin and its front page, whatever a policy makes of it: statements, contradictions, what is malformed. */
import { challengeOf, isOfOtherPaths } from '../../signals/index.ts';
import {
  type About,
  type Carriers,
  categories,
  type Exchange,
  type Reading,
  type SignalId,
  type Statement,
} from '../../vocab/index.ts';
import { toAnomalyRecord } from '../answer.ts';
import { type Contradiction, contradictionsOf, type Said } from '../contradictions.ts';
import { mechanismOf } from '../mechanism-of.ts';
import type { EvidenceList } from './evidence-list.ts';
import { isOfPage } from './of-page.ts';
import type { AuditRecord, AuditSignal } from './record.ts';
import { closedCode, unseenCodes } from './unseen.ts';

export type Readings = ReadonlyMap<About, ReadonlyMap<SignalId, Reading>>;

export const questions: readonly About[] = ['acquisition', ...categories];

/** Most signals of most lines; each once. */
const speechless: ReadonlyMap<string, AuditSignal> = new Map(
  [...mechanismOf].flatMap(([signal, mechanism]) =>
    (['unread', 'unreachable', 'unreadable'] as const).map(
      state => [`${signal} ${state}`, { signal, mechanism, state, says: [] }] as const,
    ),
  ),
);

type Loud = Exclude<Reading, { state: 'no-asset' }>;

/** A file that the site's robots.txt closes, or that was refused, binds as silence does; but nobody looked into it. */
export const isUnseen = ({ anomalies }: Reading): boolean =>
  anomalies !== undefined && anomalies.length > 0 && anomalies.some(({ code }) => unseenCodes.test(code));

/** An answer stood in the place of the page (a refusal, a test, a redirect that led to no page): what the page says is not known. Where there is none, it says nothing. */
export function isHidden(page: Exchange | null): boolean {
  if (page === null) return false;
  if (challengeOf('http.status', page)) return true;
  const { retrieval } = page;
  return retrieval.outcome === 'unavailable' && retrieval.status !== 404 && retrieval.status !== 410;
}

/** In the order of the catalog; a signal that was silent on every question is left out. */
export function signalsOf(readings: Readings, evidence: EvidenceList, page: Exchange | null = null): readonly AuditSignal[] {
  const found: AuditSignal[] = [];
  // Most are silent: who is not is looked for once, and not for each signal of the catalog.
  const loud = new Map<SignalId, [About, Loud][]>();
  for (const [about, bySignal] of readings) {
    bySignal.forEach((reading, signal) => {
      if (reading.state === 'no-asset' || (reading.state === 'silent' && !isUnseen(reading))) return;
      const known = loud.get(signal);
      if (known) known.push([about, reading]);
      else loud.set(signal, [[about, reading]]);
    });
  }
  const hidden = isHidden(page);
  for (const [signal, mechanism] of mechanismOf) {
    let state: AuditSignal['state'] | undefined = hidden && isOfPage(signal) ? 'unreachable' : undefined;
    let says: Map<string, AuditSignal['says'][number]> | undefined;
    for (const [about, reading] of loud.get(signal) ?? []) {
      if (reading.state !== 'read') {
        state = worseOf(state, unheardAs(reading));
        continue;
      }
      for (const statement of reading.statements) {
        if (isUnsaid(statement)) continue;
        state = isUnhad(statement, reading) ? worseOf(state, 'unreachable') : 'read';
        says ??= new Map();
        const { preference, form, addressee, grants } = statement;
        const agent = addressee.to === 'named' ? agentOf(statement, addressee.token) : undefined;
        const key = `${about} ${preference} ${form} ${agent ?? ''} ${grants}`;
        if (says.has(key)) continue;
        const at = evidence.index(statement.evidence);
        says.set(key, { about, preference, form, ...(agent === undefined ? {} : { agent }), grants, evidence: at });
      }
    }
    const silent = state === undefined || says !== undefined ? undefined : speechless.get(`${signal} ${state}`);
    if (silent) found.push(silent);
    else if (state !== undefined) found.push({ signal, mechanism, state, says: [...(says?.values() ?? [])] });
  }
  return found;
}

/** What was read speaks; of several kinds of not knowing, the one that came closest to the carrier. */
const states: readonly AuditSignal['state'][] = ['unread', 'unreachable', 'unreadable', 'read'];
const worseOf = (one: AuditSignal['state'] | undefined, other: AuditSignal['state']): AuditSignal['state'] =>
  one !== undefined && states.indexOf(one) > states.indexOf(other) ? one : other;

function unheardAs(reading: Exclude<Loud, { state: 'read' }>): AuditSignal['state'] {
  if (reading.state === 'silent')
    return (reading.anomalies ?? []).some(({ code }) => closedCode.test(code)) ? 'unread' : 'unreachable';
  return reading.state === 'unread' && reading.why === 'unreachable' ? 'unreachable' : reading.state;
}

/** What the reader concludes and nobody wrote: that no rule forbids us to fetch, that a licence of other paths is none of this page. */
export const isUnsaid = (statement: Statement): boolean =>
  isOfOtherPaths(statement) || (statement.preference === 'allow' && statement.evidence.locator.kind === 'absence');

/** What a cautious reading makes of a file that was refused, or of a licence that could not be had: neither was read. */
export const isUnhad = ({ form }: Statement, { anomalies }: Reading & { state: 'read' }): boolean =>
  form === 'access-refused' || (form === 'wrong-value' && anomalies.some(({ code }) => code === 'rsl.unobtainable'));

const agentOf = ({ evidence }: Statement, token: string): string => evidence.agent ?? token;

export function contradictionsIn(
  { url }: Carriers,
  readings: Readings,
  unnamed: readonly Statement[],
  evidence: EvidenceList,
): AuditRecord['contradictions'] {
  const said: Said[] = [];
  const heard = new Set<Statement['preference']>();
  for (const bySignal of readings.values()) {
    bySignal.forEach((reading, signal) => {
      if (reading.state !== 'read') return;
      const mechanism = mechanismOf.get(signal) ?? signal;
      for (const statement of reading.statements) {
        said.push({ mechanism, signal, statement });
        heard.add(statement.preference);
      }
    });
  }
  // Most sites speak with one voice, to us and to others.
  if (heard.size < 2 && unnamed.length === 0) return [];
  return contradictionsOf(url, said, unnamed).map(({ kind, about, allow, disallow }: Contradiction) => ({
    ...{ kind, about, evidence: evidence.indexes([...allow, ...disallow]) },
  }));
}

/** Each code once for each place and detail. */
export function anomaliesIn(readings: Readings, evidence: EvidenceList): AuditRecord['anomalies'] {
  const found = new Map<string, AuditRecord['anomalies'][number]>();
  for (const bySignal of readings.values()) {
    bySignal.forEach(({ anomalies }) => {
      if (anomalies === undefined || anomalies.length === 0) return;
      for (const anomaly of anomalies) {
        const at = evidence.index(anomaly.evidence);
        const key = `${anomaly.code} ${at} ${anomaly.detail ?? ''}`;
        if (!found.has(key)) found.set(key, { ...toAnomalyRecord(anomaly), evidence: at });
      }
    });
  }
  return [...found.values()];
}

/** What robots.txt says to a crawler that it does not name; nothing where it cannot name us either, since then both are told the same. */
export function saidToUnnamed({ robots }: Carriers, productToken: string, read: ReadFor): readonly Statement[] {
  if (!mentions(robots, productToken)) return [];
  const readings = read('acquisition', 'a-crawler-without-a-name');
  return [...readings.values()].flatMap(reading => (reading.state === 'read' ? reading.statements : []));
}

export type ReadFor = (about: About, productToken: string) => ReadonlyMap<SignalId, Reading>;

/** A group that names us holds our token, letter for letter. */
function mentions({ retrieval }: Exchange, token: string): boolean {
  if (retrieval.outcome !== 'successful') return false;
  if (mention.token !== token) mention = { token, pattern: new RegExp(token.replace(/[^a-z0-9]/gi, '\\$&'), 'i') };
  const { buffer, byteOffset, byteLength } = retrieval.body;
  return mention.pattern.test(Buffer.from(buffer, byteOffset, byteLength).toString('latin1'));
}

/** An audit answers to one name. */
let mention: { readonly token: string; readonly pattern: RegExp } = { token: '', pattern: /^/ };
