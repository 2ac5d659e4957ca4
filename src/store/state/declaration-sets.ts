import type { DatabaseSync } from 'node:sqlite';

/** Which declaration sets a run has written already: each is written once, and there are as many as origins. */
export interface DeclarationSets {
  /** True once: from then on the set counts as written with the batch it is staged in. */
  isNew(digest: string): boolean;
  /** Inside the commit's transaction. */
  record(digests: readonly string[]): void;
  /** After it. */
  settle(digests: readonly string[]): void;
}

/** Of those that are recorded; the others are looked up. */
const maxRemembered = 20_000;

export function openSets(db: DatabaseSync, runId: number): DeclarationSets {
  const find = db.prepare('SELECT 1 FROM declaration_set WHERE run_id = ? AND digest = ?');
  const insert = db.prepare('INSERT INTO declaration_set (run_id, digest) VALUES (?, ?)');
  const staged = new Set<string>();
  const recorded = new Set<string>();
  /** All that the run has recorded are remembered: what is not among them need not be looked up. */
  let isAll = db.prepare('SELECT 1 FROM declaration_set WHERE run_id = ? LIMIT 1').get(runId) === undefined;
  const remember = (digest: string): void => {
    if (recorded.size >= maxRemembered) {
      recorded.delete(recorded.keys().next().value as string);
      isAll = false;
    }
    recorded.add(digest);
  };
  return {
    isNew(digest) {
      if (staged.has(digest) || recorded.has(digest)) return false;
      if (isAll || find.get(runId, digest) === undefined) {
        staged.add(digest);
        return true;
      }
      remember(digest);
      return false;
    },
    record(digests) {
      for (const digest of digests) insert.run(runId, digest);
    },
    settle(digests) {
      for (const digest of digests) {
        staged.delete(digest);
        remember(digest);
      }
    },
  };
}
