import { hash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { canonicaliser } from '../http/index.ts';
import { type FeedEntry, feedChain } from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';

/** One file of somebody's copy, filtered. */
export interface AppliedFile {
  readonly input: string;
  readonly output: string;
  readonly kept: number;
  /** Left out, by the reason of the withdrawal. */
  readonly removed: Readonly<Record<string, number>>;
}

interface Withdrawals {
  readonly byId: ReadonlyMap<string, FeedEntry>;
  /** Without what only gave way to a newer version. */
  readonly byUrl: ReadonlyMap<string, FeedEntry>;
  readonly supersededByUrl: ReadonlyMap<string, FeedEntry>;
  readonly entries: number;
  /** SHA-256 of the last line. */
  readonly head: string;
}

/**
 * Reads a feed and checks its chain: a line that was changed or left out is an error, not a shorter feed.
 * @param head SHA-256 of the last line, where the publisher said it
 * @throws CodedError ERR_FEED (exit 14), ERR_FILE_UNREADABLE
 */
function readFeed(file: string, head: string | undefined): Withdrawals {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('ERR_FILE_UNREADABLE', exitCodes.usage, `cannot read \`${file}\``, { next: 'check the path', cause });
  }
  const lines = text.split('\n');
  const rest = lines.pop();
  const last = lines.at(-1);
  if (last === undefined)
    throw new CodedError('ERR_FEED', exitCodes.verification, `\`${file}\` is empty`, { next: 'fetch the feed again' });
  const byId = new Map<string, FeedEntry>();
  const byUrl = new Map<string, FeedEntry>();
  const supersededByUrl = new Map<string, FeedEntry>();
  // Later lines speak of later times.
  const chain = feedChain(entry => {
    byId.set(entry.document_id, entry);
    (entry.reason === 'superseded' ? supersededByUrl : byUrl).set(entry.url_sha256, entry);
  });
  for (const [index, line] of lines.entries()) chain.take(line, index);
  const flaw = rest === '' ? chain.flaw(head) : { at: `line ${lines.length + 1}`, why: 'ends within it' };
  if (flaw !== undefined)
    throw new CodedError('ERR_FEED', exitCodes.verification, `\`${file}\` ${flaw.at} ${flaw.why}`, {
      next: 'fetch the feed again',
    });
  return { byId, byUrl, supersededByUrl, entries: lines.length, head: hash('sha256', last) };
}

interface Row {
  readonly id?: unknown;
  readonly url?: unknown;
  readonly date?: unknown;
  readonly added?: unknown;
  /** Where others keep the URL (Dolma). */
  readonly metadata?: unknown;
}

const ownId = /^[0-9a-f]{32}$/;

/**
 * The withdrawal that covers a row: of its id, or of its URL, and no earlier than its bytes were fetched. A row whose time is not known counts as older.
 * A page's new version is fetched before its old one is recorded as superseded: by their ids they are told apart, by their URL only where there are none.
 * @throws CodedError ERR_FEED_ROW for a row that has neither: nothing could be said of it
 */
function coveredBy(row: Row, { byId, byUrl, supersededByUrl }: Withdrawals, at: string): FeedEntry | undefined {
  const { id, metadata } = row;
  const urls = [row.url, (metadata as Row | null | undefined)?.url].filter(url => typeof url === 'string');
  const hasId = typeof id === 'string' && ownId.test(id);
  if (!hasId && urls.length === 0)
    throw new CodedError(
      'ERR_FEED_ROW',
      exitCodes.usage,
      `${at} has neither an id that heed gave nor a url, so that no withdrawal could be found for it`,
      {
        next: 'filter the copy before these columns are dropped or renamed',
      },
    );
  const fetched = Date.parse(String(row.date ?? row.added ?? ''));
  const isCovered = (entry: FeedEntry | undefined): entry is FeedEntry =>
    entry !== undefined && !(fetched > Date.parse(entry.withdrawn_at));
  const digests = urls.flatMap(spellings).map(text => hash('sha256', text));
  const found = [
    hasId ? byId.get(id) : undefined,
    ...digests.map(digest => byUrl.get(digest)),
    ...(hasId ? [] : digests.map(digest => supersededByUrl.get(digest))),
  ];
  return found.find(isCovered);
}

const canonical = canonicaliser();

function spellings(url: string): string[] {
  const form = canonical(url);
  return form.ok && form.url.href !== url ? [url, form.url.href] : [url];
}

export interface ApplyFeedOptions {
  readonly feed: string;
  readonly head?: string | undefined;
  /** JSON Lines, plain or gzip. */
  readonly inputs: readonly string[];
  /** Folder of the filtered files, which have the names of the inputs. */
  readonly to: string;
}

/** Filters copies of a corpus into new files; the inputs are only read. Whole or not at all, file by file. @throws CodedError */
export async function applyFeed({
  feed,
  head,
  inputs,
  to,
}: ApplyFeedOptions): Promise<{ readonly entries: number; readonly head: string; readonly files: readonly AppliedFile[] }> {
  const withdrawals = readFeed(feed, head);
  mkdirSync(to, { recursive: true });
  const files: AppliedFile[] = [];
  for (const input of inputs) files.push(await filter(input, join(to, basename(input)), withdrawals));
  return { entries: withdrawals.entries, head: withdrawals.head, files };
}

async function filter(input: string, output: string, withdrawals: Withdrawals): Promise<AppliedFile> {
  if (!/\.(jsonl|json|ndjson)(\.gz)?$/.test(input))
    throw new CodedError('ERR_FEED_FORMAT', exitCodes.usage, `\`${input}\` is not JSON Lines, by its name`, {
      next: 'this version filters .jsonl and .jsonl.gz',
    });
  if (resolve(input) === resolve(output) || existsSync(output))
    throw new CodedError('ERR_OUTPUT_EXISTS', exitCodes.usage, `\`${output}\` is there already`, { next: 'choose another --to' });
  const isGzip = input.endsWith('.gz');
  const partial = `${output}.partial`;
  const removed: Record<string, number> = {};
  let kept = 0;
  const source = createReadStream(input);
  const stream = isGzip ? source.pipe(createGunzip()) : source;
  if (stream !== source) source.once('error', error => stream.destroy(error));
  async function* lines(): AsyncGenerator<string> {
    let number = 0;
    for await (const line of linesOf(stream)) {
      number++;
      if (line.trim() === '') continue;
      const entry = coveredBy(rowOf(line, `\`${input}\` line ${number}`), withdrawals, `\`${input}\` line ${number}`);
      if (entry !== undefined) removed[entry.reason] = (removed[entry.reason] ?? 0) + 1;
      else {
        kept++;
        yield `${line}\n`;
      }
    }
  }
  try {
    const target = createWriteStream(partial);
    if (isGzip) await pipeline(Readable.from(lines()), createGzip(), target);
    else await pipeline(Readable.from(lines()), target);
    renameSync(partial, output);
  } catch (error) {
    rmSync(partial, { force: true });
    if (error instanceof CodedError) throw error;
    throw new CodedError('ERR_FEED_FILE', exitCodes.storage, `\`${input}\`: ${(error as Error).message}`, {
      next: 'check the file and the disk',
      cause: error,
    });
  }
  return { input, output, kept, removed };
}

function rowOf(line: string, at: string): Row {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row === 'object' && row !== null) return row;
  } catch {
    // Told below.
  }
  throw new CodedError('ERR_FEED_ROW', exitCodes.usage, `${at} is no JSON object`, { next: 'check the file' });
}

/** Lines of a stream as they were, octet by octet where they are UTF-8. */
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8');
      rest = [];
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last.toString('utf8');
}
