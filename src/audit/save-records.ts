import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditRecord } from '../assess/index.ts';
import { storageFailure } from '../store/index.ts';

/** Octets gathered before they are written. */
const chunkOctets = 256 * 1024;
const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

/**
 * Writes every record that passes as a line of `file`, and hands it on. The file is there, whole, when the last one has passed: until then its lines stand
 * in `<file>.tmp`, which is removed where the stream ends early, by an error or by a reader who stops.
 * @throws StoreError ERR_STORAGE, ERR_STORAGE_FULL
 */
export async function* saved(records: AsyncIterable<AuditRecord>, file: string): AsyncGenerator<AuditRecord, void, undefined> {
  const beside = `${file}.tmp`;
  const storing = async <T>(act: Promise<T>): Promise<T> => {
    try {
      return await act;
    } catch (error) {
      throw storageFailure(error, `writing \`${file}\``);
    }
  };
  // A planted link cannot make us write elsewhere.
  const handle = await storing(open(beside, O_CREAT | O_NOFOLLOW | O_TRUNC | O_WRONLY, 0o644));
  let isWhole = false;
  try {
    let lines: string[] = [];
    let octets = 0;
    for await (const record of records) {
      const line = `${JSON.stringify(record)}\n`;
      lines.push(line);
      octets += line.length;
      if (octets >= chunkOctets) {
        await storing(handle.appendFile(lines.join('')));
        lines = [];
        octets = 0;
      }
      yield record;
    }
    await storing(handle.appendFile(lines.join('')));
    await storing(handle.sync());
    isWhole = true;
  } finally {
    await handle.close();
    if (!isWhole) await rm(beside, { force: true });
  }
  await storing(rename(beside, file));
  const folder = await storing(open(dirname(file)));
  await storing(folder.sync()).finally(() => folder.close());
}
