import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  gzipMembers,
  isProof,
  isWithdrawn,
  type Redact,
  readAddressIndex,
  readDocumentLines,
  readProvenance,
  readWithdrawn,
} from '../store/index.ts';

/** A place where something that was to be erased still is. */
export interface Place {
  readonly file: string;
  /** Line of the file, or offset of the record. */
  readonly at: number;
}

export interface ScanResult {
  /** Pages a record of which holds the value. */
  readonly pages: ReadonlySet<string>;
  /** Documents in which addresses were masked and no index says which. */
  readonly unindexed: number;
}

/** Pages of which a document, a row or a proof holds the value. That another row only names such a page (`via`, `hops`, `location`) is no hit. */
export async function pagesWith(out: string, redact: Redact): Promise<ScanResult> {
  const pages = new Set<string>();
  const index = readAddressIndex(out);
  const withdrawn = await readWithdrawn(out, { unfinished: true });
  let unindexed = 0;
  try {
    for await (const { record } of readDocumentLines(out, { unfinished: true })) {
      const isMasked = record.metadata.masked?.email !== undefined && !isWithdrawn(withdrawn, record);
      if (redact(JSON.stringify(record)) !== undefined) pages.add(record.url);
      else if (isMasked && index?.has(record.url, record.id) !== true) unindexed++;
    }
  } finally {
    index?.close();
  }
  for await (const { record } of readProvenance(out, { unfinished: true })) {
    const { via: _via, hops: _hops, location: _location, ...own } = record;
    if (redact(JSON.stringify(own)) === undefined) continue;
    pages.add(record.url);
  }
  for (const { path } of await filesBelow(out, 'evidence'))
    for (const { content } of gzipMembers(await readFile(path)))
      if (isProof(content) && redact(content.toString('utf8')) !== undefined) pages.add(pageOf(content));
  return { pages, unindexed };
}

/** The page that a proof speaks of. */
const pageOf = (record: Buffer): string =>
  (JSON.parse(record.subarray(record.indexOf('\r\n\r\n') + 4).toString('utf8')) as { url: string }).url;

async function filesBelow(out: string, folder: string): Promise<{ readonly path: string; readonly file: string }[]> {
  const entries = await readdir(join(out, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map(path => ({ path, file: path.slice(join(out, '/').length) }));
}

const folders = ['documents', 'provenance', 'evidence', 'tombstones', 'receipts', 'feed', 'reports', 'manifests'] as const;

/**
 * Looks through every file of the dataset, decompressed, whatever the manifest says of it.
 * @returns where the value still is, and how many declarations hold it: what an origin publishes about itself is evidence and stays
 */
export async function placesOf(
  out: string,
  redact: Redact,
): Promise<{ readonly found: readonly Place[]; readonly declarations: number; readonly files: number }> {
  const found: Place[] = [];
  let [declarations, files] = [0, 0];
  for (const folder of folders) {
    for (const { path, file } of await filesBelow(out, folder)) {
      files++;
      const content = await readFile(path);
      if (folder === 'evidence' && content.length > 0) {
        for (const { offset, content: record } of gzipMembers(content)) {
          if (redact(record.toString('utf8')) === undefined) continue;
          if (isProof(record)) found.push({ file, at: offset });
          else declarations++;
        }
        continue;
      }
      let line = 0;
      for (const { content: text } of isGzip(content) ? gzipMembers(content) : [{ content }])
        for (const part of text.toString('utf8').split('\n')) {
          if (part === '') continue;
          line++;
          if (redact(part) !== undefined) found.push({ file, at: line });
        }
    }
  }
  return { found, declarations, files };
}

const isGzip = (content: Buffer): boolean => content.length > 2 && content.readUInt16BE(0) === 0x1f8b;
