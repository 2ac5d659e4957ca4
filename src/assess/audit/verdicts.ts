/** Verdicts of every policy on what was read of one domain. */
import { judge, strictest } from '../../policy/index.ts';
import { mechanisms, once } from '../../signals/index.ts';
import {
  type About,
  type Because,
  type Disposition,
  type Evidence,
  isNonEmpty,
  type Mechanism,
  type Policy,
  type Question,
  type Reading,
  type SignalId,
  type Verdict,
} from '../../vocab/index.ts';
import { mechanismOf } from '../mechanism-of.ts';
import type { EvidenceList } from './evidence-list.ts';
import type { AuditRecord, AuditVerdict } from './record.ts';
import type { Readings } from './said.ts';

export interface Judged extends Omit<Question, 'about'> {
  readonly readings: Readings;
}

interface Heard {
  readonly question: Question;
  readonly readings: ReadonlyMap<SignalId, Reading>;
  readonly loud: () => readonly Mechanism[];
  /** Where nothing at all was said: what was not asked. */
  readonly unasked: string | undefined;
}

export function verdictsUnder(
  policies: readonly Policy[],
  { readings, ...asked }: Judged,
  evidence: EvidenceList,
): AuditRecord['verdicts'] {
  const heard = [...readings].map(
    ([about, found]): Heard => ({
      question: { ...asked, about },
      readings: found,
      loud: once(() => loudIn(found)),
      unasked: onlyUnasked(found),
    }),
  );
  return Object.fromEntries(policies.map(policy => [policy.id, verdictsOf(policy, heard, evidence)]));
}

/** Silence needs no weighing, and its evidence would be that nothing was there: only mechanisms of which something was found are judged. */
function loudIn(readings: ReadonlyMap<SignalId, Reading>): readonly Mechanism[] {
  const loud = new Set<string>();
  readings.forEach((reading, id) => {
    if (!isSilent(reading)) loud.add(mechanismOf.get(id) ?? '');
  });
  return loud.size === 0 ? [] : mechanisms.filter(({ id }) => loud.has(id));
}

const isSilent = ({ state, anomalies }: Reading): boolean =>
  state === 'silent' && (anomalies === undefined || anomalies.length === 0);

/** The signals nobody asked, where all others were silent; a licence is asked for under a name of its own, and stands for itself. */
function onlyUnasked(readings: ReadonlyMap<SignalId, Reading>): string | undefined {
  let unasked = '';
  for (const [id, reading] of readings) {
    if (isSilent(reading)) continue;
    const isUnasked = reading.state === 'unread' && reading.why === 'not-attempted' && (reading.anomalies ?? []).length === 0;
    if (!isUnasked || id === 'wellknown.rsl') return undefined;
    unasked += ` ${id}`;
  }
  return unasked;
}

function verdictsOf(policy: Policy, heard: readonly Heard[], evidence: EvidenceList): AuditRecord['verdicts'][string] {
  const verdicts: Partial<Record<About, AuditVerdict>> = {};
  let barred: AuditVerdict | undefined;
  /** Where it is not known whether we may fetch, nothing was looked at: what a policy does not hear is no silence then. */
  let unseen: AuditVerdict | undefined;
  for (const one of heard) {
    const { about } = one.question;
    const found = barred ?? verdictOf(policy, one, evidence);
    verdicts[about] =
      unseen && found.because === 'silent'
        ? { ...unseen, disposition: strictest([unseen.disposition, found.disposition]) }
        : found;
    if (about !== 'acquisition') continue;
    if (found.preference === 'disallow') barred = found;
    else if (found.preference === 'unknown' && found.because !== 'silent') unseen = found;
  }
  return verdicts;
}

interface Remembered extends Pick<AuditVerdict, 'preference' | 'disposition'> {
  readonly because: Because;
  /** Whose places are cited. */
  readonly cited: readonly SignalId[];
}

const remembered = new WeakMap<Policy, Map<string, Remembered>>();

/** Where nothing was said, what follows depends on what was not asked and on nothing else: it is weighed once. */
function verdictOf(policy: Policy, { question, readings, loud, unasked }: Heard, evidence: EvidenceList): AuditVerdict {
  const judged = (): Verdict => judge(question, readings, policy, heardBy(policy, loud()));
  if (unasked === undefined) return auditVerdict(judged(), evidence);
  const known = remembered.get(policy) ?? new Map<string, Remembered>();
  remembered.set(policy, known);
  const key = `${question.about}${unasked}`;
  let same = known.get(key);
  if (same === undefined) {
    const { finding, disposition } = judged();
    if (finding.preference !== 'unknown') throw new Error('ERR_AUDIT_VERDICT: where nothing was said nothing is decided');
    const { preference, because, looked } = finding;
    same = { preference, because, disposition, cited: citedOf(because, looked).map(({ signal }) => signal) };
    known.set(key, same);
  }
  if (same.because === 'silent') return silence[same.disposition];
  const { cited, ...rest } = same;
  const places = cited.flatMap((id): Evidence[] => {
    const reading = readings.get(id);
    return reading?.state === 'unread' ? [reading.looked] : [];
  });
  return { ...rest, evidence: evidence.indexes(places) };
}

/** Of each mechanism what a policy reads of it: the same with those signals only, or nothing. */
const heardOf = new WeakMap<Policy, Map<Mechanism, readonly Mechanism[]>>();

function heardBy(policy: Policy, loud: readonly Mechanism[]): readonly Mechanism[] {
  const { signals } = policy;
  if (signals === 'all' || loud.length === 0) return loud;
  const known = heardOf.get(policy) ?? new Map<Mechanism, readonly Mechanism[]>();
  heardOf.set(policy, known);
  return loud.flatMap(mechanism => {
    let own = known.get(mechanism);
    if (own === undefined) {
      const read = mechanism.signals.filter(({ id }) => signals.includes(id));
      own = isNonEmpty(read) ? [{ ...mechanism, signals: read }] : [];
      known.set(mechanism, own);
    }
    return own;
  });
}

function auditVerdict({ finding, disposition }: Verdict, evidence: EvidenceList): AuditVerdict {
  if (finding.preference !== 'unknown') {
    return { preference: finding.preference, disposition, evidence: evidence.indexes(finding.determining) };
  }
  const { because, looked } = finding;
  if (because === 'silent') return silence[disposition];
  return { preference: 'unknown', because, disposition, evidence: evidence.indexes(citedOf(because, looked)) };
}

/** Of a file that was not asked there is one thing to say, whatever would have been looked for in it. */
const citedOf = (because: Because, looked: readonly Evidence[]): readonly Evidence[] =>
  because === 'not-attempted'
    ? [...new Map(looked.toReversed().map(one => [one.source.url, one])).values()].toReversed()
    : looked;

/** Most verdicts of most domains. */
const silent = (disposition: Disposition): AuditVerdict => ({
  ...({ preference: 'unknown', because: 'silent', disposition, evidence: [] } as const),
});
const silence: Readonly<Record<Disposition, AuditVerdict>> = {
  keep: silent('keep'),
  defer: silent('defer'),
  withhold: silent('withhold'),
};
