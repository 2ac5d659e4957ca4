import type { DatabaseSync } from 'node:sqlite';

/**
 * Which URLs of the frontier are sitemaps, and how many indexes lie above each. Kept beside the frontier's rows in the state database, so that a run
 * that goes on knows what it was about to read.
 */
export interface SitemapMarks {
  /** 0 for one that robots.txt announces; undefined for what is no sitemap. */
  levelOf(url: string): number | undefined;
  /** Keeps the level it has. Before its URL is offered, or in the same transaction: without a mark it would be taken for a page. */
  mark(url: string, level: number): void;
  /** It was a page after all. */
  unmark(url: string): void;
}

export function openSitemapMarks(db: DatabaseSync): SitemapMarks {
  db.exec('CREATE TABLE IF NOT EXISTS sitemap (url TEXT PRIMARY KEY, level INTEGER NOT NULL) STRICT, WITHOUT ROWID');
  const select = db.prepare('SELECT level FROM sitemap WHERE url = ?');
  const insert = db.prepare('INSERT INTO sitemap (url, level) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const remove = db.prepare('DELETE FROM sitemap WHERE url = ?');
  let isEmpty = db.prepare('SELECT 1 FROM sitemap LIMIT 1').get() === undefined;
  return {
    levelOf(url) {
      // Most crawls have none: they need not ask for every URL.
      const row = isEmpty ? undefined : select.get(url);
      return row === undefined ? undefined : Number(row.level);
    },
    mark(url, level) {
      isEmpty = false;
      insert.run(url, level);
    },
    unmark: url => void remove.run(url),
  };
}
