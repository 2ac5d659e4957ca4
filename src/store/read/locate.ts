import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eachLine, type Flaw } from '../disk/file-lines.ts';
import { gzipMembers } from '../disk/gzip-members.ts';
import { leafOf } from '../disk/merkle.ts';
import { type FeedEntry, feedEntry, type Resource } from '../records/index.ts';
import type { Witness } from '../seal/witness.ts';

/** The first record of a file that is not what was written; undefined where none can be named. */
export async function locateFlaw(out: string, resource: Resource, witness: Witness | undefined): Promise<Flaw | undefined> {
  const { path, kind } = resource;
  if (kind === 'evidence') return locateInEvidence(await readFile(join(out, path)));
  if (kind === 'feed') {
    const chain = feedChain();
    const flaw = await eachLine(out, path, chain.take);
    return chain.flaw(witness?.feedHead) ?? flaw;
  }
  const leaves = witness?.leaves(path) ?? Buffer.alloc(0);
  const count = leaves.length / 32;
  let lines = 0;
  let found: Flaw | undefined;
  const flaw = await eachLine(out, path, (line, index) => {
    lines = index + 1;
    if (found !== undefined) return;
    if (count === 0 ? isJson(line) : index < count && leafOf(line).equals(leaves.subarray(index * 32, index * 32 + 32))) return;
    found = { at: `line ${index + 1}`, why: index < count || count === 0 ? 'is not the line that was written' : 'was added' };
  });
  if (found !== undefined || flaw !== undefined) return found ?? flaw;
  return lines < count ? { at: `line ${lines + 1}`, why: `${count - lines} lines are missing from here on` } : undefined;
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

export interface FeedChain {
  take(line: string, index: number): void;
  /** @param head digest of the last line, where it is known */
  flaw(head: string | undefined): Flaw | undefined;
  readonly lines: number;
  /** Digest of the last line. */
  readonly head: string;
}

/** Each line names the one before it by its digest, so the first line that was touched is the one whose successor does not know it. */
export function feedChain(onEntry: (entry: FeedEntry) => void = () => {}): FeedChain {
  let prev = noHead;
  let lines = 0;
  let found: Flaw | undefined;
  return {
    get lines() {
      return lines;
    },
    get head() {
      return prev;
    },
    take(line, index) {
      lines = index + 1;
      if (found !== undefined) return;
      const entry = entryOf(line);
      if (entry === undefined) found = { at: `line ${index + 1}`, why: 'is no entry of a feed' };
      else if (entry.prev !== prev && index > 0)
        found = { at: `line ${index}`, why: 'is not the line that the next one follows' };
      else if (entry.prev !== prev || entry.seq !== index)
        found = { at: `line ${index + 1}`, why: `has the number ${entry.seq}, not ${index}` };
      else onEntry(entry);
      prev = hash('sha256', line);
    },
    flaw: head =>
      found ??
      (head === undefined || prev === head
        ? undefined
        : { at: `line ${Math.max(1, lines)}`, why: 'is not the last line that was written' }),
  };
}

function entryOf(line: string): FeedEntry | undefined {
  if (!isJson(line)) return undefined;
  const parsed = feedEntry.safeParse(JSON.parse(line));
  return parsed.success ? parsed.data : undefined;
}
