import { eachLine, feedChain } from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';

/** What a filter needs of an entry. */
export interface FedWithdrawal {
  readonly reason: string;
  readonly withdrawnAtMs: number;
}

export interface Withdrawals {
  readonly byId: ReadonlyMap<string, FedWithdrawal>;
  /** By SHA-256 of the URL; without what only gave way to a newer version. */
  readonly byUrl: ReadonlyMap<string, FedWithdrawal>;
  readonly supersededByUrl: ReadonlyMap<string, FedWithdrawal>;
  readonly entries: number;
  /** SHA-256 of the last line. */
  readonly head: string;
}

/**
 * Reads a feed line by line and checks its chain: a line that was changed or left out is an error, not a shorter feed.
 * @param head SHA-256 of the last line, where the publisher said it
 * @throws CodedError ERR_FEED (exit 14), ERR_FILE_UNREADABLE
 */
export async function readFeed(file: string, head: string | undefined): Promise<Withdrawals> {
  const byId = new Map<string, FedWithdrawal>();
  const byUrl = new Map<string, FedWithdrawal>();
  const supersededByUrl = new Map<string, FedWithdrawal>();
  // Later lines speak of later times.
  const chain = feedChain(({ document_id, url_sha256, reason, withdrawn_at }) => {
    const entry = { reason, withdrawnAtMs: Date.parse(withdrawn_at) };
    byId.set(document_id, entry);
    (reason === 'superseded' ? supersededByUrl : byUrl).set(url_sha256, entry);
  });
  let unread: Awaited<ReturnType<typeof eachLine>>;
  try {
    unread = await eachLine('', file, chain.take);
  } catch (cause) {
    throw new CodedError('ERR_FILE_UNREADABLE', exitCodes.usage, `cannot read \`${file}\``, { next: 'check the path', cause });
  }
  const isEmpty = chain.lines === 0 && unread === undefined;
  const flaw = isEmpty ? { at: '', why: 'is empty' } : (unread ?? chain.flaw(head));
  if (flaw === undefined) return { byId, byUrl, supersededByUrl, entries: chain.lines, head: chain.head };
  throw new CodedError('ERR_FEED', exitCodes.verification, `\`${file}\` ${flaw.at} ${flaw.why}`.replace('  ', ' '), {
    next: 'fetch the feed again',
  });
}
