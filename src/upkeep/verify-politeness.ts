import { type Manifest, type PolitenessRecord, type PolitenessSummary, readPoliteness } from '../store/index.ts';
import type { Fail } from './verify-failure.ts';

/** The ledger of each run against what its manifest says of it, and against itself: no gap is shorter than the pause that was in force. */
export async function checkPoliteness(out: string, manifests: Iterable<Manifest>, fail: Fail): Promise<void> {
  for (const { run, politeness } of manifests) {
    if (politeness === undefined) continue;
    const sums = { origins: 0, requests: 0, pages: 0, bytes: 0, backoffs: 0 };
    const extremes: Extremes = {
      min_gap_ms: undefined,
      delay_ms: undefined,
      longest_delay_ms: undefined,
      longest_backoff_ms: undefined,
    };
    const busiest = new Map(politeness.busiest.map(record => [record.origin, JSON.stringify(record)]));
    try {
      for await (const { record, file, line } of readPoliteness(out, { run })) {
        const where = `${file} line ${line}`;
        checkRecord(record, where, fail);
        sums.origins++;
        for (const key of ['requests', 'pages', 'bytes', 'backoffs'] as const) sums[key] += record[key];
        widen(extremes, record);
        const listed = busiest.get(record.origin);
        if (listed !== undefined && listed !== JSON.stringify(record))
          fail('politeness', where, `says something else of ${record.origin} than the manifest`);
        busiest.delete(record.origin);
      }
    } catch (error) {
      fail('politeness', politeness.path, (error as Error).message);
      continue;
    }
    for (const origin of busiest.keys()) fail('politeness', politeness.path, `lacks ${origin}, which the manifest lists`);
    compare({ ...sums, ...extremes }, politeness, fail);
  }
}

type Extremes = Record<'min_gap_ms' | 'delay_ms' | 'longest_delay_ms' | 'longest_backoff_ms', number | undefined>;

function checkRecord(
  { origin, requests, pages, min_gap_ms, delay_ms, longest_delay_ms }: PolitenessRecord,
  where: string,
  fail: Fail,
): void {
  if (requests < 1 || pages > requests) fail('politeness', where, `counts ${pages} pages in ${requests} requests to ${origin}`);
  if (delay_ms > longest_delay_ms) fail('politeness', where, `has a shortest pause at ${origin} that is longer than the longest`);
  if (min_gap_ms !== undefined && min_gap_ms < delay_ms)
    fail('politeness', where, `${origin} was asked again after ${min_gap_ms} ms, where the pause was ${delay_ms} ms`);
}

function widen(extremes: Extremes, record: PolitenessRecord): void {
  for (const key of ['min_gap_ms', 'delay_ms'] as const)
    extremes[key] = Math.min(extremes[key] ?? Number.POSITIVE_INFINITY, record[key] ?? Number.POSITIVE_INFINITY);
  for (const key of ['longest_delay_ms', 'longest_backoff_ms'] as const)
    if (record[key] !== undefined) extremes[key] = Math.max(extremes[key] ?? 0, record[key]);
  if (extremes.min_gap_ms === Number.POSITIVE_INFINITY) extremes.min_gap_ms = undefined;
}

function compare(found: Readonly<Record<string, number | undefined>>, said: PolitenessSummary, fail: Fail): void {
  for (const [key, value] of Object.entries(found)) {
    const claimed = said[key as keyof PolitenessSummary];
    if (claimed !== value) fail('politeness', said.path, `adds up to ${key} ${value}, the manifest says ${claimed}`);
  }
}
