import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { eraseUrls, openFrontier, openKnownUrls, openSitemapMarks } from '../../../src/frontier/index.ts';
import { eraseFromState } from '../../../src/store/withdraw/erase.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';

const origin = 'https://a.example:443' as OriginKey;
const home = 'https://a.example/';
const redact = (text: string): string | undefined => (text.includes('ann@x') ? text.replaceAll('ann@x', 'ERASED') : undefined);

/** Whatever stands in any table, as text. */
function contentOf(db: DatabaseSync): string {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return JSON.stringify(tables.map(({ name }) => db.prepare(`SELECT * FROM ${String(name)}`).all()));
}

/** The value in every place that a site can put it into. */
function setUp(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  const frontier = openFrontier(db, { delayMs: 0, now: () => 1 });
  openSitemapMarks(db).mark(`${home}ann@x.xml`, 0);
  const places = [{ url: home }, { url: `${home}ann@x` }, { url: `${home}linked`, via: `${home}ann@x` }];
  frontier
    .offer([...places, { url: `${home}moved`, hops: [`${home}~ann@x`] }].map(place => ({ origin, depth: 0, ...place })))
    .apply();
  const task = frontier.next();
  if (task) frontier.finish(task, 'kept', { visitedAtMs: 1, intervalMs: 1, validators: { etag: '"ann@x"' } });
  return db;
}

describe('an erasure of what the frontier knows', () => {
  it('leaves the value in no table of it, and every URL is found under what its name is now', () => {
    const db = setUp();
    expect(contentOf(db).split('ann@x').length - 1).toBe(5);
    eraseUrls(db, redact);
    expect(contentOf(db)).not.toContain('ann@x');
    const known = openKnownUrls(db);
    expect(known.task(origin, `${home}ERASED`)).toBeDefined();
    expect(known.task(origin, `${home}linked`)).toMatchObject({ via: `${home}ERASED` });
    expect(known.task(origin, `${home}moved`)).toMatchObject({ hops: [`${home}~ERASED`] });
    expect(known.task(origin, home)).toMatchObject({ validators: { etag: '"ERASED"' } });
    expect(openSitemapMarks(db).levelOf(`${home}ERASED.xml`)).toBe(0);
  });

  it('does nothing where nothing was ever offered', () => {
    const db = new DatabaseSync(':memory:');
    eraseUrls(db, redact);
    expect(contentOf(db)).toBe('[]');
  });

  it('is of one commit with the erasure of what the store knows: of both or of neither', () => {
    const db = setUp();
    db.exec("CREATE TABLE suppression (value TEXT NOT NULL); INSERT INTO suppression VALUES ('https://a.example/ann@x')");
    const before = contentOf(db);
    const interrupted = (): void => {
      eraseUrls(db, redact);
      throw new Error('the disk is full');
    };
    expect(() => eraseFromState(db, redact, interrupted)).toThrow('the disk is full');
    expect(contentOf(db)).toBe(before);
    eraseFromState(db, redact, value => eraseUrls(db, value));
    expect(contentOf(db)).not.toContain('ann@x');
  });
});
