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

/** Figures that are counted together. `of` is the predicate of all of them at once: a line counts for the keys it yields, each once, and for no other. */
export interface Family {
  readonly id: string;
  readonly title: string;
  /** Keys that are counted also where no domain has them: a zero is an answer. */
  readonly known: readonly string[];
  of(record: AuditRecord): Iterable<string>;
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
    *of(record) {
      for (const { key, holds } of list) if (holds(record)) yield key;
    },
    define(key) {
      const { definition, sql } = byKey.get(key)!;
      return { key, definition, sql };
    },
  };
}
