import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AuditRecord } from '../../src/assess/index.ts';
import type { Comparison } from '../../src/audit/index.ts';
import { exceeds } from '../../src/cli/audit/bounds.ts';
import { diffThreshold, isDiffOver, noDiffCounts } from '../../src/cli/audit/diff-findings.ts';
import { threshold } from '../../src/cli/audit/findings.ts';
import { finishAudit, measuring } from '../../src/cli/audit/finish.ts';
import { barText } from '../../src/cli/talk/bar.ts';
import { measured } from './audit/facts.ts';

const none = {
  'opt-out': 0,
  refused: 0,
  kept: 0,
  contradiction: 0,
  malformed: 0,
  'no-file': 0,
  unreachable: 0,
  incomplete: 0,
  'not-checked': 0,
};

describe('--fail-on of an audit', () => {
  test.each([
    ['opt-out', 1, true],
    ['opt-out', 0, false],
    ['opt-out>0', 1, true],
    ['opt-out>10', 10, false],
    ['opt-out > 10', 11, true],
    ['opt-out>5%', 10, false],
    ['opt-out>5%', 11, true],
    ['opt-out>0.5%', 2, true],
  ])('%s of 200 domains, %i found: %s', (text, found, expected) => {
    const [bound] = threshold(text, undefined);
    expect(bound && exceeds(bound, { ...none, 'opt-out': found }, 200)).toBe(expected);
  });

  test('what nobody found is no share of nothing', () => {
    const [bound] = threshold('opt-out>0%', undefined);
    expect(bound && exceeds(bound, none, 0)).toBe(false);
  });

  test.each([['optout'], ['opt-out>'], ['opt-out>-1'], ['opt-out<3'], ['']])('`%s` is none', text => {
    expect(() => threshold(text, undefined)).toThrow(/nothing --fail-on knows/);
  });
});

describe('--fail-on of a diff', () => {
  const steps = (...both: number[]): Comparison => ({ steps: both.map(n => ({ both: n })) }) as unknown as Comparison;

  test.each<[bound: string, found: number, both: number[], isOver: boolean]>([
    ['gone', 0, [200], false],
    ['gone', 1, [200], true],
    ['gone>10', 10, [200], false],
    ['gone > 10', 11, [200], true],
    ['gone>5%', 10, [200], false],
    ['gone>5%', 11, [200], true],
    ['gone>5%', 11, [200, 200], false],
    // No share can be told, and none were left to compare with: that is not within any bound.
    ['gone>50%', 3, [0], true],
    ['gone>50%', 0, [0], false],
  ])('%s, %i found, %j in both: %s', (text, found, both, expected) => {
    const [bound] = diffThreshold(text, undefined);
    expect(bound && isDiffOver(bound, { ...noDiffCounts(), gone: found }, steps(...both))).toBe(expected);
  });

  test.each([['optedout'], ['gone>'], ['gone>-1'], ['toString'], ['']])('`%s` is none', text => {
    expect(() => diffThreshold(text, undefined)).toThrow(/nothing --fail-on knows/);
  });
});

test('a bar says how far, how fast and how long', () => {
  expect(barText(0, 200, undefined)).toBe('[------------------------] 0 of 200 (0.0 %)');
  expect(barText(50, 200, 2)).toBe('[######------------------] 50 of 200 (25.0 %), 2.0/s, 1 min 15 s left');
  expect(barText(200, 200, 2)).toBe('[########################] 200 of 200 (100.0 %), 2.0/s');
  expect(barText(1, 1_000_000, 50)).toContain('5 h 33 min left');
});

test('where the figures cannot be written the lines that were there stay: never those of one audit beside figures of another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heed-finish-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const made = measuring('standard', undefined, {});
  const finish = (host: string): Promise<unknown> =>
    finishAudit(
      (async function* (): AsyncGenerator<AuditRecord> {
        yield measured({ robots: '' }, {}, host);
      })(),
      folder,
      'run',
      made,
    );
  await finish('a.example');
  const before = readdirSync(folder);
  mkdirSync(join(folder, 'strata.csv.tmp'));
  await expect(finish('b.example')).rejects.toMatchObject({ exitCode: 9 });
  rmSync(join(folder, 'strata.csv.tmp'), { recursive: true });
  expect(readdirSync(folder)).toEqual(before);
  for (const file of ['audit.jsonl', 'domains.csv']) expect(readFileSync(join(folder, file), 'utf8')).toContain('a.example');
});
