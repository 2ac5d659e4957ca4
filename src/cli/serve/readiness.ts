/** What `/readyz` goes by. Words of ours only: it is answered to whoever asks. */
import type { Schedule } from '../../serve/index.ts';
import { freeBytes, heldBy, isStateReadable } from '../../store/index.ts';

export const checkNames = ['schedule', 'state', 'disk', 'lock', 'jobs'] as const;
type CheckName = (typeof checkNames)[number];

export interface CheckResult {
  readonly check: CheckName;
  readonly isOk: boolean;
  readonly detail: string;
}

export interface ReadinessInput {
  readonly out: string;
  readonly minFreeBytes: number;
  readonly schedule: Pick<Schedule, 'state' | 'lookedAtMs' | 'isSaved'>;
  readonly wallClock: () => number;
}

/** The clock is looked at every half minute at the latest. */
const longestSilenceMs = 120_000;

export const isAlive = ({ lookedAtMs }: Pick<Schedule, 'lookedAtMs'>, nowMs: number): boolean =>
  Math.abs(nowMs - lookedAtMs) < longestSilenceMs;

export function readinessOf({ out, minFreeBytes, schedule, wallClock }: ReadinessInput): readonly CheckResult[] {
  const result = (check: CheckName, problem: string | undefined, fine: string): CheckResult => ({
    check,
    isOk: problem === undefined,
    detail: problem ?? fine,
  });
  const { state } = schedule;
  const free = freeBytes(out);
  const bad = Object.entries(state.jobs).filter(([, { failures, last }]) => failures > 0 && last?.outcome !== 'interrupted');
  // While a job of ours runs it holds the lock, and nothing else is to be learnt.
  const holder = state.running ? undefined : heldBy(out);
  return [
    result(
      'schedule',
      !isAlive(schedule, wallClock()) ? 'the clock is not looked at' : schedule.isSaved ? undefined : 'its state cannot be kept',
      'alive',
    ),
    result('state', isStateReadable(out) ? undefined : 'the state database cannot be read', 'readable'),
    result(
      'disk',
      free === undefined || free >= minFreeBytes ? undefined : 'less is free than min-free-disk asks for',
      'enough is free',
    ),
    result('lock', holder === undefined ? undefined : 'another process works on the dataset', 'nobody else works on the dataset'),
    result(
      'jobs',
      bad.length === 0
        ? undefined
        : `failed: ${bad.map(([name, { failures }]) => `${name}${failures > 1 ? ` (${failures} in a row)` : ''}`).join(', ')}`,
      'none failed last time',
    ),
  ];
}

export const readinessText = (checks: readonly CheckResult[]): string =>
  `${checks.every(({ isOk }) => isOk) ? 'ready' : 'not ready'}\n${checks.map(({ check, isOk, detail }) => `${isOk ? 'ok  ' : 'no  '}${check}: ${detail}\n`).join('')}`;
