/**
 * The states of an audit's domains in the order of their names, whatever the order of the list: so many are sorted in memory, more go by way of files, so that
 * a million domains need no more memory than a few thousand.
 */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditRecord, type AuditState, stateOf } from '../../assess/index.ts';
import { storageFailure, temporary } from '../../store/index.ts';
import { linesOfStream } from '../text-lines.ts';

export interface SortedStates {
  readonly states: AsyncGenerator<AuditState, void, undefined>;
  /** After reading: lines that name a domain again; the first counts. */
  readonly repeated: number;
}

/** @param atOnce states held in memory @param heard of `stateOf` */
export function sortedStates(records: AsyncIterable<AuditRecord>, atOnce = 15_000, heard?: ReadonlySet<string>): SortedStates {
  let repeated = 0;
  const states = async function* (): AsyncGenerator<AuditState, void, undefined> {
    let last: string | undefined;
    for await (const state of sorted(records, atOnce, heard)) {
      if (state.domain === last) repeated++;
      else yield state;
      last = state.domain;
    }
  };
  return {
    states: states(),
    get repeated() {
      return repeated;
    },
  };
}

const isBefore = (a: AuditState, b: AuditState): boolean =>
  a.domain < b.domain || (a.domain === b.domain && a.position < b.position);

const inOrder = (states: readonly AuditState[]): readonly AuditState[] => states.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));

async function* sorted(
  records: AsyncIterable<AuditRecord>,
  atOnce: number,
  heard: ReadonlySet<string> | undefined,
): AsyncGenerator<AuditState, void, undefined> {
  let held: AuditState[] = [];
  let folder: string | undefined;
  let settled = (): void => {};
  const runs: string[] = [];
  try {
    for await (const record of records) {
      held.push(stateOf(record, heard));
      if (held.length < atOnce) continue;
      if (folder === undefined) {
        folder = mkdtempSync(join(tmpdir(), 'heed-diff-'));
        settled = temporary(folder);
      }
      runs.push(await written(inOrder(held), join(folder, `${runs.length}.jsonl`)));
      held = [];
    }
    yield* merged([...runs.map(statesOfRun), inMemory(inOrder(held))]);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    settled();
  }
}

async function written(states: readonly AuditState[], file: string): Promise<string> {
  const handle = await open(file, 'wx', 0o600);
  try {
    for (let from = 0; from < states.length; from += 200)
      await handle.appendFile(
        states
          .slice(from, from + 200)
          .map(state => `${JSON.stringify(state)}\n`)
          .join(''),
      );
  } catch (error) {
    throw storageFailure(error, `sorting in \`${file}\``);
  } finally {
    await handle.close();
  }
  return file;
}

async function* statesOfRun(file: string): AsyncGenerator<AuditState, void, undefined> {
  const source = createReadStream(file, { highWaterMark: 32 * 1024 });
  for await (const lines of linesOfStream(source)) for (const { text } of lines) yield JSON.parse(text ?? '') as AuditState;
}

async function* inMemory(states: readonly AuditState[]): AsyncGenerator<AuditState, void, undefined> {
  yield* states;
}

/** Sorted streams as one. */
async function* merged(
  streams: readonly AsyncGenerator<AuditState, void, undefined>[],
): AsyncGenerator<AuditState, void, undefined> {
  const heads = await Promise.all(streams.map(stream => stream.next()));
  for (;;) {
    let first = -1;
    for (const [index, { done, value }] of heads.entries()) {
      if (done || !value) continue;
      const best = heads[first]?.value;
      if (!best || isBefore(value, best)) first = index;
    }
    const value = heads[first]?.value;
    const stream = streams[first];
    if (!value || !stream) return;
    yield value;
    heads[first] = await stream.next();
  }
}
