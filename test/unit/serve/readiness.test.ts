import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readinessOf, readinessText } from '../../../src/cli/serve/readiness.ts';
import type { JobState, ScheduleState } from '../../../src/serve/index.ts';
import { openDataset, takeLock } from '../../../src/store/index.ts';
import type { Instant } from '../../../src/vocab/index.ts';
import { temporaryFolder } from '../../e2e/run-heed.ts';

const nowMs = Date.UTC(2026, 10, 27);
const instant = new Date(nowMs).toISOString() as Instant;
const job: JobState = { timetable: '@daily', due: instant, failures: 0, runs: 1, failed: 0, skipped: 0 };
const ended = (outcome: 'done' | 'failed' | 'interrupted', failures: number): JobState => ({
  ...job,
  failures,
  last: { started: instant, ended: instant, outcome, code: outcome === 'done' ? 0 : 1 },
});

interface Situation {
  readonly out?: string;
  readonly jobs?: Readonly<Record<string, JobState>>;
  readonly running?: NonNullable<ScheduleState['running']>;
  readonly lookedAtMs?: number;
  readonly isSaved?: boolean;
  readonly minFreeBytes?: number;
}

/** What is not as it should be. */
const problems = ({
  out = temporaryFolder(),
  jobs = {},
  running,
  lookedAtMs = nowMs,
  isSaved = true,
  minFreeBytes = 1,
}: Situation): string[] =>
  readinessOf({
    ...{ out, minFreeBytes, wallClock: () => nowMs },
    schedule: { state: { version: 1, jobs, ...(running ? { running } : {}) }, lookedAtMs, isSaved },
  })
    .filter(({ isOk }) => !isOk)
    .map(({ check, detail }) => `${check}: ${detail}`);

/** A dataset that somebody works on. */
async function heldDataset(): Promise<{ out: string; release: () => Promise<void> }> {
  const out = temporaryFolder();
  const dataset = openDataset(out, { now: Date.now });
  return { out, release: () => dataset.close() };
}

describe('ready', () => {
  test.each<[string, Situation]>([
    ['before there is a dataset', {}],
    ['after a job that ended well', { jobs: { crawl: ended('done', 0) } }],
    ['after a job that was stopped with us and will go on', { jobs: { crawl: ended('interrupted', 0) } }],
    ['after a job that went down with us once', { jobs: { crawl: ended('interrupted', 1) } }],
  ])('%s', (_when, situation) => {
    expect(problems(situation)).toEqual([]);
  });

  test('beside a dataset at rest, and while a job of our own works on it', async () => {
    const { out, release } = await heldDataset();
    expect(problems({ out, running: { job: 'crawl', started: instant } })).toEqual([]);
    await release();
    expect(problems({ out })).toEqual([]);
  });
});

describe('not ready', () => {
  test.each<[string, Situation, string]>([
    ['the clock is not looked at any more', { lookedAtMs: nowMs - 121_000 }, 'schedule: the clock is not looked at'],
    ['what is due cannot be kept over a restart', { isSaved: false }, 'schedule: its state cannot be kept'],
    [
      'less is free than is asked for',
      { minFreeBytes: Number.MAX_SAFE_INTEGER },
      'disk: less is free than min-free-disk asks for',
    ],
    ['a job failed', { jobs: { crawl: ended('done', 0), compact: ended('failed', 3) } }, 'jobs: failed: compact (3 in a row)'],
  ])('%s', (_what, situation, problem) => {
    expect(problems(situation)).toEqual([problem]);
  });

  test('somebody else works on the dataset', async () => {
    const { out, release } = await heldDataset();
    expect(problems({ out })).toEqual(['lock: another process works on the dataset']);
    await release();
  });

  test('nobody knows whether somebody does', () => {
    const out = temporaryFolder();
    mkdirSync(join(out, 'state'));
    writeFileSync(
      join(out, 'state/lock.sqlite'),
      'no database at all, and longer than the hundred octets of a header of one, so that it is looked into',
    );
    expect(problems({ out })).toEqual(['lock: another process works on the dataset']);
  });

  test('the state database cannot be read', () => {
    const out = temporaryFolder();
    mkdirSync(join(out, 'state'));
    writeFileSync(join(out, 'state/heed.sqlite'), 'nonsense');
    expect(problems({ out })).toEqual(['state: the state database cannot be read']);
  });

  test('what is said is a word for each check, of ours only', () => {
    const text = readinessText([
      { check: 'disk', isOk: false, detail: 'less is free' },
      { check: 'lock', isOk: true, detail: 'nobody' },
    ]);
    expect(text).toBe('not ready\nno  disk: less is free\nok  lock: nobody\n');
  });
});

test('the lock of the service is another one than that of the dataset', () => {
  const out = temporaryFolder();
  mkdirSync(join(out, 'state'));
  const lock = takeLock(out, nowMs, 'serve-lock');
  expect(problems({ out })).toEqual([]);
  expect(() => takeLock(out, nowMs, 'serve-lock')).toThrow(expect.objectContaining({ code: 'ERR_LOCKED' }));
  lock.release();
});
