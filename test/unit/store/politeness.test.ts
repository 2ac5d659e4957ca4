import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Asked, newestManifest, openDataset, readPoliteness } from '../../../src/store/index.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';
import { newRun, nowMs, open, temporaryFolder } from './sample.ts';

const a = 'https://a.example:443' as OriginKey;
const b = 'https://b.example:443' as OriginKey;

const asked = (origin: OriginKey, rest: Partial<Asked> = {}): Asked => ({
  ...{
    origin,
    requests: 1,
    pages: 0,
    bytes: 10,
    minDelayMs: 200,
    maxDelayMs: 200,
    backoffs: 0,
    endedAtMs: nowMs,
    heldUntilMs: 0,
  },
  ...rest,
});

async function recordsOf(out: string): Promise<readonly object[]> {
  const records: object[] = [];
  for await (const { record } of readPoliteness(out)) records.push(record);
  return records;
}

describe('the politeness ledger', () => {
  test('adds up per origin over commits, and says shortest and longest', async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    const { politeness } = dataset;
    politeness.note(asked(a));
    politeness.note(asked(a, { pages: 1, minGapMs: 250.9 }));
    politeness.note(asked(b));
    await dataset.flush();
    politeness.note(
      asked(a, { pages: 1, minGapMs: 200.4, minDelayMs: 900, maxDelayMs: 900, backoffs: 1, longestBackoffMs: 5_000 }),
    );
    await dataset.flush();
    politeness.note(asked(a, { pages: 1, minGapMs: 5_000, backoffs: 1, longestBackoffMs: 1_000 }));
    const manifest = await dataset.finishRun();
    // Rounded down: never more than was kept.
    const records = [
      {
        origin: a,
        requests: 4,
        pages: 3,
        bytes: 40,
        min_gap_ms: 200,
        delay_ms: 200,
        longest_delay_ms: 900,
        backoffs: 2,
        longest_backoff_ms: 5_000,
      },
      { origin: b, requests: 1, pages: 0, bytes: 10, delay_ms: 200, longest_delay_ms: 200, backoffs: 0 },
    ];
    expect(await recordsOf(out)).toEqual(records);
    expect(manifest.politeness).toEqual({
      ...{ origins: 2, requests: 5, pages: 3, bytes: 50, min_gap_ms: 200, delay_ms: 200, longest_delay_ms: 900 },
      ...{ backoffs: 2, longest_backoff_ms: 5_000, path: `reports/${manifest.run}/politeness.jsonl`, busiest: records },
    });
    expect((await newestManifest(out)).manifest).toEqual(manifest);
    expect(manifest.resources).toMatchObject([{ kind: 'politeness', records: 2, path: manifest.politeness?.path }]);
  });

  test('goes on in a later process, which is told what was spent and is owed', async () => {
    const out = temporaryFolder();
    const first = open(out);
    await first.beginRun(newRun);
    first.politeness.note(asked(a, { pages: 1, minGapMs: 300, heldUntilMs: nowMs + 9_000 }));
    await first.close();
    const later = open(out);
    await later.resumeRun();
    expect([...later.politeness.before(nowMs)]).toEqual([
      { origin: a, isOfRun: true, pages: 1, longestDelayMs: 200, endedAtMs: nowMs, heldUntilMs: nowMs + 9_000 },
    ]);
    expect(later.politeness.lastEndedAtMs()).toBe(nowMs);
    later.politeness.note(asked(a, { pages: 1, minGapMs: 201 }));
    await later.finishRun();
    expect(await recordsOf(out)).toMatchObject([{ origin: a, requests: 2, pages: 2, min_gap_ms: 201 }]);

    await later.beginRun({ ...newRun, random: 'ef34gh' });
    const owed = (atMs: number): readonly object[] => [...later.politeness.before(atMs)];
    expect(owed(nowMs + 8_999)).toMatchObject([{ origin: a, isOfRun: false }]);
    expect(owed(nowMs + 9_000)).toEqual([]);
  });

  test('is written anew where a run was cut off between the file and its manifest', async () => {
    const out = temporaryFolder();
    const first = open(out);
    const run = await first.beginRun(newRun);
    first.politeness.note(asked(a));
    await first.flush();
    // As after a crash before the rename: the file is listed, the manifest is not there.
    first.database.exec(
      "CREATE TRIGGER stop BEFORE UPDATE ON run WHEN OLD.state = 'finishing' BEGIN SELECT RAISE(ABORT, 'cut off'); END",
    );
    await expect(first.finishRun()).rejects.toThrow();
    first.database.exec('DROP TRIGGER stop');
    await first.close();
    const before = readFileSync(join(out, 'reports', run.name, 'politeness.jsonl'), 'utf8');
    const later = openDataset(out, { now: () => nowMs });
    await later.resumeRun();
    later.politeness.note(asked(b));
    await later.finishRun();
    await later.close();
    expect(await recordsOf(out)).toHaveLength(2);
    expect(readFileSync(join(out, 'reports', run.name, 'politeness.jsonl'), 'utf8').startsWith(before)).toBe(true);
  });

  test('a run that asked nobody has none; of many origins the manifest lists the busiest', async () => {
    const dataset = open(temporaryFolder());
    await dataset.beginRun(newRun);
    expect(await dataset.finishRun()).not.toHaveProperty('politeness');
    await dataset.beginRun({ ...newRun, random: 'ef34gh' });
    for (let i = 0; i < 300; i++) dataset.politeness.note(asked(`https://s${i}.example:443` as OriginKey, { requests: i + 1 }));
    const { politeness } = await dataset.finishRun();
    expect(politeness?.origins).toBe(300);
    expect(politeness?.busiest.map(({ requests }) => requests)).toEqual(Array.from({ length: 200 }, (_, i) => 300 - i));
  });
});
