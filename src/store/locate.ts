import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipMembers } from './gzip-members.ts';
import { leafOf } from './merkle.ts';
import { type FeedEntry, feedEntry, type Resource } from './records/index.ts';
import type { Witness } from './witness.ts';

/** Where a file is not what it was: `line 7`, `byte 1024`; and how that shows. */
export interface Flaw {
  readonly at: string;
  readonly why: string;
}

/** The lines of a file, decompressed, up to where it can be read; `flaw` where it ends early. */
export interface ReadLines {
  readonly lines: readonly string[];
  readonly flaw: Flaw | undefined;
}

/** Everything is read: a line that gunzip or a newline does not end is no line. */
export async function fileLines(out: string, path: string): Promise<ReadLines> {
  const file = await readFile(join(out, path));
  const lines: string[] = [];
  const take = (text: string): Flaw | undefined => {
    const parts = text.split('\n');
    const rest = parts.pop() ?? '';
    lines.push(...parts);
    return rest === '' ? undefined : { at: `line ${lines.length + 1}`, why: 'ends within it' };
  };
  if (!path.endsWith('.gz')) {
    const flaw = take(file.toString('utf8'));
    return { lines, flaw };
  }
  try {
    for (const { content } of gzipMembers(file)) {
      const flaw = take(content.toString('utf8'));
      if (flaw !== undefined) return { lines, flaw };
    }
  } catch (error) {
    return { lines, flaw: { at: `line ${lines.length + 1}`, why: (error as Error).message } };
  }
  return { lines, flaw: undefined };
}

/** The first record of a file that is not what was written; undefined where none can be named. */
export async function locateFlaw(out: string, resource: Resource, witness: Witness | undefined): Promise<Flaw | undefined> {
  const { path, kind } = resource;
  if (kind === 'evidence') return locateInEvidence(await readFile(join(out, path)));
  const { lines, flaw } = await fileLines(out, path);
  if (kind === 'feed') return flawOfFeed(lines, witness?.feedHead) ?? flaw;
  const leaves = witness?.leaves(path) ?? Buffer.alloc(0);
  const count = leaves.length / 32;
  for (const [index, line] of lines.entries()) {
    if (count === 0 ? isJson(line) : index < count && leafOf(line).equals(leaves.subarray(index * 32, index * 32 + 32))) continue;
    return { at: `line ${index + 1}`, why: index < count || count === 0 ? 'is not the line that was written' : 'was added' };
  }
  if (flaw !== undefined) return flaw;
  return lines.length < count
    ? { at: `line ${lines.length + 1}`, why: `${count - lines.length} lines are missing from here on` }
    : undefined;
}

const isJson = (line: string): boolean => {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
};

function locateInEvidence(file: Buffer): Flaw | undefined {
  let next = 0;
  try {
    for (const { offset, length, content } of gzipMembers(file)) {
      const end = content.indexOf('\r\n\r\n');
      const head = content.toString('latin1', 0, end);
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*?)\\r?$`, 'im').exec(head)?.[1];
      const block = content.subarray(end + 4, end + 4 + Number(field('Content-Length')));
      if (field('WARC-Block-Digest') !== `sha256:${hash('sha256', block)}`)
        return { at: `byte ${offset}`, why: `record ${field('WARC-Record-ID')} does not have its digest` };
      next = offset + length;
    }
  } catch (error) {
    return { at: `byte ${next}`, why: (error as Error).message };
  }
  return undefined;
}

const noHead = '0'.repeat(64);

/** Each line names the one before it by its digest, so the first line that was touched is the one whose successor does not know it. */
export function flawOfFeed(lines: readonly string[], head: string | undefined): Flaw | undefined {
  let prev = noHead;
  for (const [index, line] of lines.entries()) {
    const entry = entryOf(line);
    if (entry === undefined) return { at: `line ${index + 1}`, why: 'is no entry of a feed' };
    if (entry.prev !== prev && index > 0) return { at: `line ${index}`, why: 'is not the line that the next one follows' };
    if (entry.prev !== prev || entry.seq !== index)
      return { at: `line ${index + 1}`, why: `has the number ${entry.seq}, not ${index}` };
    prev = hash('sha256', line);
  }
  return head === undefined || prev === head
    ? undefined
    : { at: `line ${Math.max(1, lines.length)}`, why: 'is not the last line that was written' };
}

function entryOf(line: string): FeedEntry | undefined {
  if (!isJson(line)) return undefined;
  const parsed = feedEntry.safeParse(JSON.parse(line));
  return parsed.success ? parsed.data : undefined;
}
