import { createHash } from 'node:crypto';
import { type AuditEntry, type AuditListState, type AuditListTold, type Dataset, openAuditList } from '../../store/index.ts';
import { CodedError, type Digest, exitCodes } from '../../vocab/index.ts';

export interface AuditOptions {
  /** The list; left out, an audit that was begun goes on with its own. */
  readonly entries?: AsyncIterable<AuditEntry> | undefined;
  /** Nobody asked for `entries` in words: an audit that has its list does not wait for another. */
  readonly isOptional?: boolean;
  /** Asked after the list was read. */
  readonly told?: () => AuditListTold;
}

const entriesAtOnce = 2_000;

/**
 * Writes the list down, once: an audit that goes on must be given the same list, or none.
 * @throws CodedError ERR_AUDIT_LIST_EMPTY, ERR_AUDIT_LIST_OTHER (exit 2), ERR_INTERRUPTED (exit 11), and what reading the list throws
 */
export async function loadAuditList(
  { database, out }: Pick<Dataset, 'database' | 'out'>,
  { entries, isOptional = false, told = () => ({}) }: AuditOptions,
  stop: AbortSignal,
): Promise<AuditListState> {
  const list = openAuditList(database);
  const { digest } = list.state();
  if (digest !== undefined && isOptional) return list.state();
  if (entries === undefined) {
    if (digest === undefined) throw noDomains;
    return list.state();
  }
  if (digest === undefined) list.clear();
  const read = await eachBatch(entries, stop, batch => {
    if (digest === undefined) list.add(batch);
  });
  if (digest === undefined) {
    if (list.state().entries === 0) throw emptyList;
    list.loaded(read, told());
  } else if (read !== digest) {
    throw new CodedError('ERR_AUDIT_LIST_OTHER', exitCodes.usage, `\`${out}\` holds the audit of another list`, {
      next: 'pass the list it was begun with, or choose another --out: an audit has one list',
    });
  }
  return list.state();
}

const noDomains = new CodedError('ERR_AUDIT_LIST_EMPTY', exitCodes.usage, 'which domains are to be audited?', {
  next: 'name them, or pass --domains FILE (lines, CSV, JSON Lines or Parquet; - for standard input)',
});

const emptyList = new CodedError('ERR_AUDIT_LIST_EMPTY', exitCodes.usage, 'the list has no entries', {
  next: 'a list is lines, CSV, JSON Lines or Parquet, with a domain or a URL in each line',
});

/** @returns the digest of all of them, in order */
async function eachBatch(
  entries: AsyncIterable<AuditEntry>,
  stop: AbortSignal,
  take: (batch: readonly AuditEntry[]) => void,
): Promise<Digest> {
  const digest = createHash('sha256');
  let batch: AuditEntry[] = [];
  const done = (): void => {
    digest.update(batch.map(entry => `${JSON.stringify(entry)}\n`).join(''));
    take(batch);
    batch = [];
  };
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < entriesAtOnce) continue;
    done();
    if (stop.aborted) throw interrupted;
  }
  done();
  return `sha256:${digest.digest('hex')}` as Digest;
}

const interrupted = new CodedError('ERR_INTERRUPTED', exitCodes.interruptedSoftly, 'interrupted while the list was read', {
  next: 'run the same command again; nothing was asked yet',
});
