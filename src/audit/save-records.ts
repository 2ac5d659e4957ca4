import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditRecord } from '../assess/index.ts';
import { storageFailure, temporary } from '../store/index.ts';

/** Octets gathered before they are written. */
const chunkOctets = 256 * 1024;
const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

export interface SavedRecords {
  /** Hands every record on as it is written. Where the stream ends early, by an error or by a reader who stops, nothing stays of it. */
  readonly records: AsyncGenerator<AuditRecord, void, undefined>;
  /** Puts the lines into place, when all have passed and what was made of them is whole, too. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Writes every record that passes as a line of `file`; until `commit` they stand in `<file>.tmp`, and a reader sees the older ones.
 * @throws StoreError ERR_STORAGE, ERR_STORAGE_FULL
 */
export function saved(records: AsyncIterable<AuditRecord>, file: string): SavedRecords {
  const beside = `${file}.tmp`;
  const settled = temporary(beside);
  const storing = async <T>(act: Promise<T>): Promise<T> => {
    try {
      return await act;
    } catch (error) {
      throw storageFailure(error, `writing \`${file}\``);
    }
  };
  return {
    records: written(records, beside, storing),
    async commit() {
      await storing(rename(beside, file));
      settled();
      const folder = await storing(open(dirname(file)));
      await storing(folder.sync()).finally(() => folder.close());
    },
    discard: () => rm(beside, { force: true }).finally(settled),
  };
}

async function* written(
  records: AsyncIterable<AuditRecord>,
  beside: string,
  storing: <T>(act: Promise<T>) => Promise<T>,
): AsyncGenerator<AuditRecord, void, undefined> {
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
}
