import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, readReceipts, readTombstones } from '../store/index.ts';
import type { Fail } from './verify-failure.ts';

/** How withdrawals stand, for the one who verifies. */
export interface WithdrawalState {
  /** Documents whose text still waits for compaction. */
  readonly pending: number;
  /** From the first sight of a statement until the text had left, the slowest one, in ms. */
  readonly slowestMs: number;
  /** Receipts beyond the limit that was declared for them. */
  readonly late: number;
}

/**
 * Withdrawals against their own records: as many tombstones as the manifest and the feed count, one that waits no longer than declared, receipts that
 * add up.
 * @param nowMs wall time; a text that waits is late from then on
 */
export async function checkWithdrawals(
  out: string,
  manifest: Manifest,
  {
    pending,
    nowMs,
    withinMs,
  }: { readonly pending: number; readonly nowMs: number | undefined; readonly withinMs: number | undefined },
  fail: Fail,
): Promise<WithdrawalState> {
  const where = `manifests/${manifest.run}.json`;
  const said = manifest.withdrawals;
  let tombstones = 0;
  for await (const _ of readTombstones(out)) tombstones++;
  if (tombstones !== (said?.tombstones ?? 0))
    fail('withdrawals', where, `says ${said?.tombstones ?? 0} tombstones, there are ${tombstones}`);
  const fed = manifest.resources.find(({ kind }) => kind === 'feed');
  if (tombstones > 0 && fed?.records !== tombstones)
    fail('withdrawals', fed?.path ?? where, `feeds ${fed?.records ?? 0} withdrawals, there are ${tombstones}`);
  if (pending !== (said?.pending ?? 0))
    fail('withdrawals', where, `says ${said?.pending ?? 0} documents wait for compaction, there are ${pending}`);
  const limit = withinMs ?? said?.within_ms ?? 0;
  const oldest = said?.oldest_pending;
  if (oldest !== undefined && nowMs !== undefined && Date.parse(oldest) + limit < nowMs)
    fail(
      'withdrawal-late',
      where,
      `text withdrawn for what was seen at ${oldest} is still in a shard, beyond ${limit} ms; run heed compact`,
    );
  for (const { path, until } of manifest.retired ?? [])
    if (nowMs !== undefined && Date.parse(until) < nowMs && existsSync(join(out, path)))
      fail('retired-late', path, `holds withdrawn text and was to go at ${until}; run heed compact`);
  let [slowestMs, late] = [0, 0];
  for await (const { record, file, line } of readReceipts(out)) {
    const { sighted_at, withdrawn_at, removed_at, removed_after_ms, within_ms, reason } = record;
    if (removed_after_ms !== Math.max(0, Date.parse(removed_at) - Date.parse(sighted_at)) || removed_at < withdrawn_at)
      fail('receipt', `${file} line ${line}`, `times of ${record.document_id} do not add up`);
    if (reason === 'superseded') continue;
    slowestMs = Math.max(slowestMs, removed_after_ms);
    if (removed_after_ms > (withinMs ?? within_ms)) late++;
  }
  return { pending, slowestMs, late };
}
