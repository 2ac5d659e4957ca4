import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipMembers } from './gzip-members.ts';

/** Where a file is not what it was: `line 7`, `byte 1024`; and how that shows. */
export interface Flaw {
  readonly at: string;
  readonly why: string;
}

const newline = 10;

/**
 * Gives each line of a file, a plain one as it is read, a compressed one decompressed member by member: its text is never in memory as a whole. A line
 * that is not ended is none.
 * @returns where it cannot be read any further @throws where it cannot be opened
 */
export async function eachLine(
  out: string,
  path: string,
  take: (line: string, index: number) => void,
): Promise<Flaw | undefined> {
  const file = join(out, path);
  const pieces = path.endsWith('.gz') ? contentsOf(await readFile(file)) : (await open(file)).createReadStream();
  let count = 0;
  let rest: Buffer = Buffer.alloc(0);
  const cut = (content: Buffer): void => {
    let from = 0;
    for (let end = content.indexOf(newline); end >= 0; end = content.indexOf(newline, from)) {
      take(content.toString('utf8', from, end), count++);
      from = end + 1;
    }
    rest = content.subarray(from);
  };
  try {
    for await (const piece of pieces) cut(rest.length === 0 ? piece : Buffer.concat([rest, piece]));
  } catch (error) {
    return { at: `line ${count + 1}`, why: (error as Error).message };
  }
  return rest.length === 0 ? undefined : { at: `line ${count + 1}`, why: 'ends within it' };
}

function* contentsOf(file: Buffer): Iterable<Buffer> {
  for (const { content } of gzipMembers(file)) yield content;
}
