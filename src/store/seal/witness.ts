import { openDatabaseToRead } from '../state/database.ts';
import { segmentLeaves } from './seal.ts';

/** What the working state remembers of files that are sealed: it can say in which line a file was changed. */
export interface Witness {
  /** Digests of the lines of a file, 32 octets each; empty where none are known. */
  leaves(path: string): Buffer;
  /** SHA-256 of each finished run's manifest. */
  readonly manifests: ReadonlyMap<string, string>;
  /** Names of runs that have no manifest yet. */
  readonly unfinished: ReadonlySet<string>;
  /** Of the last line of the feed; undefined where there is none. */
  readonly feedHead: string | undefined;
  close(): void;
}

/** Undefined without a working state that can be read: digests then say that a file was changed, and not always where. */
export function openWitness(out: string): Witness | undefined {
  const db = openDatabaseToRead(out);
  if (db === undefined) return undefined;
  const find = db.prepare('SELECT id FROM segment WHERE path = ?');
  const runs = db.prepare("SELECT name, manifest_sha256 FROM run WHERE state = 'finished'").all();
  const open = db.prepare("SELECT name FROM run WHERE state <> 'finished'").all();
  const head = db.prepare('SELECT head FROM feed').get()?.head;
  return {
    leaves(path) {
      const id = find.get(path)?.id;
      return id === undefined ? Buffer.alloc(0) : segmentLeaves(db, Number(id));
    },
    manifests: new Map(runs.map(({ name, manifest_sha256 }) => [String(name), String(manifest_sha256)])),
    unfinished: new Set(open.map(({ name }) => String(name))),
    feedHead: head === undefined ? undefined : String(head),
    close: () => db.close(),
  };
}
