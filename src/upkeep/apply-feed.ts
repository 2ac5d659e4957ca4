import { hash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { canonicaliser } from '../http/index.ts';
import { ensureTree } from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';
import { type FedWithdrawal, readFeed, type Withdrawals } from './read-feed.ts';

/** One file of somebody's copy, filtered. */
export interface AppliedFile {
  readonly input: string;
  readonly output: string;
  readonly kept: number;
  /** Left out, by the reason of the withdrawal. */
  readonly removed: Readonly<Record<string, number>>;
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
function coveredBy(row: Row, { byId, byUrl, supersededByUrl }: Withdrawals, at: string): FedWithdrawal | undefined {
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
  const isCovered = (entry: FedWithdrawal | undefined): entry is FedWithdrawal =>
    entry !== undefined && !(fetched > entry.withdrawnAtMs);
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
  /** Folder of the filtered files, which have the names of the inputs; with their folders where names alone are not different. */
  readonly to: string;
}

/** Filters copies of a corpus into new files; the inputs are only read. Whole or not at all, file by file. @throws CodedError */
export async function applyFeed({
  feed,
  head,
  inputs,
  to,
}: ApplyFeedOptions): Promise<{ readonly entries: number; readonly head: string; readonly files: readonly AppliedFile[] }> {
  const withdrawals = await readFeed(feed, head);
  const outputs = namesOf(inputs).map(name => join(to, name));
  // Before the first of them is written.
  for (const [index, input] of inputs.entries()) refuseFormat(input, outputs[index] ?? '');
  const files: AppliedFile[] = [];
  for (const [index, input] of inputs.entries()) files.push(await filter(input, outputs[index] ?? '', withdrawals));
  return { entries: withdrawals.entries, head: withdrawals.head, files };
}

/** A corpus has shards of one name in the folders of its runs. @throws CodedError ERR_USAGE */
function namesOf(inputs: readonly string[]): readonly string[] {
  const names = inputs.map(input => basename(input));
  if (new Set(names).size === names.length) return names;
  const folders = inputs.map(input => dirname(resolve(input)).split(sep));
  const [first = []] = folders;
  const differs = first.findIndex((part, depth) => folders.some(folder => folder[depth] !== part));
  const shared = first.slice(0, differs < 0 ? first.length : differs).join(sep);
  const paths = inputs.map(input => relative(shared === '' ? sep : shared, resolve(input)));
  if (new Set(paths).size === paths.length) return paths;
  throw new CodedError('ERR_USAGE', exitCodes.usage, 'one file is named twice', { next: 'name each file once' });
}

/** @throws CodedError ERR_FEED_FORMAT, ERR_OUTPUT_EXISTS */
function refuseFormat(input: string, output: string): void {
  if (/\.(parquet|pq)$/i.test(input))
    throw new CodedError('ERR_FEED_FORMAT', exitCodes.usage, `\`${input}\` is Parquet, and only JSON Lines are filtered here`, {
      next: `filter it with DuckDB by the list of withdrawn ids beside the feed: ${parquetRecipe}`,
    });
  if (!/\.(jsonl|json|ndjson)(\.gz)?$/.test(input))
    throw new CodedError('ERR_FEED_FORMAT', exitCodes.usage, `\`${input}\` is not JSON Lines, by its name`, {
      next: 'this version filters .jsonl and .jsonl.gz',
    });
  if (resolve(input) === resolve(output) || existsSync(output))
    throw new CodedError('ERR_OUTPUT_EXISTS', exitCodes.usage, `\`${output}\` is there already`, { next: 'choose another --to' });
}

/** Rows without an id are left out too: nothing could be said of them. The README has it as well, and a test runs it. */
const parquetRecipe =
  "COPY (FROM 'copy/*.parquet' WHERE id NOT IN (FROM read_csv('feed/*/withdrawn-ids.txt', header = false, auto_detect = false, columns = {'id': 'VARCHAR'}))) TO 'filtered.parquet'";

async function filter(input: string, output: string, withdrawals: Withdrawals): Promise<AppliedFile> {
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
    ensureTree(resolve(dirname(output)));
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
