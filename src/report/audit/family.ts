import type { AuditRecord } from '../../assess/index.ts';

/** A condition on one line of `audit.jsonl`, in words and for DuckDB. */
export interface Definition {
  /** Stable: the name of the figure in `summary.json`, the CSV files and the page. */
  readonly key: string;
  /** Completes "domains …". */
  readonly definition: string;
  /** Over the table of `audit.sql`; true where the line counts. */
  readonly sql: string;
}

/** Takes a key that a line counts for; with -1 it takes back what a bundle said. */
export type See = (key: string, times?: 1 | -1) => void;

/** Figures that are counted together. `each` is the predicate of all of them at once: a line counts for the keys it sees, each once, and for no other. */
export interface Family {
  readonly id: string;
  readonly title: string;
  /** Keys that are counted also where no domain has them: a zero is an answer. */
  readonly known: readonly string[];
  each(record: AuditRecord, see: See): void;
  /** Keys that are seen together by one name, because most lines see all of them. */
  readonly bundles?: ReadonlyMap<string, readonly string[]>;
  define(key: string): Definition;
}

/** A family of conditions that are each written by themselves. */
export function conditions(
  id: string,
  title: string,
  list: readonly (Definition & { readonly holds: (record: AuditRecord) => boolean })[],
): Family {
  const byKey = new Map(list.map(entry => [entry.key, entry]));
  return {
    id,
    title,
    known: list.map(({ key }) => key),
    each(record, see) {
      for (const { key, holds } of list) if (holds(record)) see(key);
    },
    define(key) {
      const { definition, sql } = byKey.get(key)!;
      return { key, definition, sql };
    },
  };
}
