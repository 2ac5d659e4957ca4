import { judge, strictest } from '../policy/index.ts';
import { mechanisms, signals } from '../signals/index.ts';
import type {
  About,
  Carriers,
  Category,
  Facts,
  Instant,
  Mechanism,
  Policy,
  Question,
  Reading,
  Signal,
  SignalId,
  Verdict,
} from '../vocab/index.ts';

/** Who asks, when, under which policy, with which dated facts. */
export interface Asker {
  readonly productToken: string;
  readonly at: Instant | null;
  readonly policy: Policy;
  readonly facts: Facts;
}

export type Stage = Signal['stage'];
const stages: readonly Stage[] = ['origin', 'fields', 'body'];

const isRead = (policy: Policy, id: SignalId): boolean => policy.signals === 'all' || policy.signals.includes(id);

interface Chosen {
  readonly signals: readonly Signal[];
  /** Those of them: of no other is anything read. */
  readonly mechanisms: readonly Mechanism[];
}

const chosen = new WeakMap<Policy, Map<About, Partial<Record<Stage, Chosen>>>>();

/** The signals a policy reads for a question, as far as a stage reaches; chosen once per policy. */
function chosenFor(policy: Policy, about: About, until: Stage): Chosen {
  const known = chosen.get(policy)?.get(about)?.[until];
  if (known) return known;
  const reach = stages.indexOf(until);
  const list = signals.filter(
    ({ id, bearsOn, stage }) => isRead(policy, id) && bearsOn.includes(about) && stages.indexOf(stage) <= reach,
  );
  const made: Chosen = {
    signals: list,
    mechanisms: mechanisms.filter(({ signals }) => signals.some(({ id }) => list.some(signal => signal.id === id))),
  };
  const ofPolicy = chosen.get(policy) ?? new Map<About, Partial<Record<Stage, Chosen>>>();
  chosen.set(policy, ofPolicy.set(about, { ...ofPolicy.get(about), [until]: made }));
  return made;
}

/** As far as the carriers reach: of a page that is not there nothing is read. */
const stageOf = ({ page }: Carriers, until: Stage): Stage => (page === null ? 'origin' : until);

/** Every reading that bears on one question, from the carriers known at a stage. */
export function readSignals(
  carriers: Carriers,
  question: Question,
  policy: Policy,
  facts: Facts,
  until: Stage,
): ReadonlyMap<SignalId, Reading> {
  const readings = new Map<SignalId, Reading>();
  for (const signal of chosenFor(policy, question.about, stageOf(carriers, until)).signals) {
    readings.set(signal.id, signal.read(carriers, question, facts));
  }
  return readings;
}

/**
 * One question answered from bytes: read all signals, judge. Pure; the same function serves the crawl, `heed decide` and the re-judging of
 * stored evidence. `until` limits it to what is known so far (`origin` before the request, `fields` when the header section has arrived).
 */
export function assessOne(carriers: Carriers, about: About, asker: Asker, until: Stage = 'body'): Verdict {
  const question: Question = { about, url: carriers.url, productToken: asker.productToken, at: asker.at };
  const { policy, facts } = asker;
  const readings = readSignals(carriers, question, policy, facts, until);
  return judge(question, readings, policy, chosenFor(policy, about, stageOf(carriers, until)).mechanisms);
}

/** Verdicts by question: acquisition first, then each asked category. */
export type Assessment = ReadonlyMap<About, Verdict>;

/**
 * Both stages. Where acquisition is disallowed there is no copy, so every usage is disallowed with the acquisition's evidence
 * (AIPREF attach-05 §3: a resource that may not be crawled carries no preference). Where it is unknown, no use of it is silent.
 */
export function assess(carriers: Carriers, categories: readonly Category[], asker: Asker, until: Stage = 'body'): Assessment {
  return assessBy(about => assessOne(carriers, about, asker, until), categories);
}

/** The same from readings that were made: those that the policy has are judged. */
export function assessRead(
  read: (about: About) => ReadonlyMap<SignalId, Reading>,
  url: string,
  categories: readonly Category[],
  { productToken, at, policy }: Asker,
): Assessment {
  return assessBy(about => {
    const heard = new Map([...read(about)].filter(([id]) => isRead(policy, id)));
    return judge({ about, url, productToken, at }, heard, policy, mechanisms);
  }, categories);
}

function assessBy(verdictOn: (about: About) => Verdict, categories: readonly Category[]): Assessment {
  const acquisition = verdictOn('acquisition');
  const verdicts = new Map<About, Verdict>([['acquisition', acquisition]]);
  for (const category of categories) {
    const isBarred = acquisition.finding.preference === 'disallow';
    const usage: Verdict = isBarred
      ? { ...acquisition, question: { ...acquisition.question, about: category } }
      : unlessUnseen(verdictOn(category), acquisition);
    verdicts.set(category, usage);
  }
  return verdicts;
}

/** Where it is not known whether we may fetch, nothing was looked at: what a policy does not hear is no silence then. */
function unlessUnseen(usage: Verdict, { finding, disposition }: Verdict): Verdict {
  const isSilent = usage.finding.preference === 'unknown' && usage.finding.because === 'silent';
  if (!isSilent || finding.preference !== 'unknown' || finding.because === 'silent') return usage;
  const { because, looked } = finding;
  return { ...usage, finding: { ...usage.finding, because, looked }, disposition: strictest([disposition, usage.disposition]) };
}

/** Where fetching itself waits for an answer, what was not asked meanwhile is no reason of its own; a refusal that was read is. */
export const isWaiting = (verdicts: readonly Verdict[]): boolean =>
  verdicts[0]?.disposition === 'defer' && verdicts.every(({ finding }) => finding.preference !== 'disallow');
