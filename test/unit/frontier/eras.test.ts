import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openEras } from '../../../src/frontier/eras.ts';
import { eraseUrls, type Frontier, type Offer, openFrontier, openKnownUrls } from '../../../src/frontier/index.ts';
import { KeyFilter } from '../../../src/frontier/key-filter.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';
import fc from '../../seeded.ts';

const originOf = (name: string): OriginKey => `https://${name}.example:443` as OriginKey;
const offer = (name: string, path: string): Offer => ({
  url: `https://${name}.example/${path}`,
  origin: originOf(name),
  depth: 0,
});
const open = (db: DatabaseSync, urlsPerEra = 3): Frontier => openFrontier(db, { delayMs: 0, now: () => 1, urlsPerEra });
const newDatabase = (): DatabaseSync => new DatabaseSync(':memory:');
const add = (frontier: Frontier, name: string, ...paths: string[]): number => {
  const offered = frontier.offer(paths.map(path => offer(name, path)));
  offered.apply();
  return offered.fresh.length;
};
const count = (db: DatabaseSync, what: string): number => Number(db.prepare(`SELECT count(*) AS n FROM ${what}`).get()?.n);
const isKnown = (db: DatabaseSync, name: string, path: string): boolean =>
  openKnownUrls(db).task(originOf(name), offer(name, path).url) !== undefined;

describe('a filter of numbers', () => {
  const key = fc.tuple(
    fc.nat(),
    fc.maxSafeNat().map(h => h % 2 ** 47),
  );

  it('never forgets one that was added', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 100 }), keys => {
        const filter = KeyFilter.for(10);
        for (const one of keys) filter.add(...one);
        const read = new KeyFilter(Uint8Array.from(filter.octets));
        for (const one of keys) expect(read.mayHold(...one)).toBe(true);
      }),
      { seed: 1 },
    );
  });

  it('takes few for one that was added, where it is as full as it was made for, and whatever the origin', () => {
    const filter = KeyFilter.for(2 ** 14);
    const hashOf = (n: number): number => (n * 40_503_000_721) % 2 ** 47;
    for (let n = 1; n <= 2 ** 14; n++) filter.add(n % 50, hashOf(n));
    let taken = 0;
    for (let n = 1; n <= 2 ** 14; n++) if (filter.mayHold(51 + (n % 50), hashOf(n))) taken++;
    for (let n = 1; n <= 2 ** 14; n++) if (filter.mayHold(n % 50, hashOf(n + 2 ** 14))) taken++;
    expect(taken / 2 ** 15).toBeLessThan(1 / 250);
  });
});

describe('the index of URLs, by eras', () => {
  it('knows every URL whichever era it is of, in this process and in the next', () => {
    const db = newDatabase();
    let frontier = open(db, 10);
    let fresh = 0;
    for (let n = 0; n < 300; n++) {
      // Each is offered three times, far apart.
      fresh += add(frontier, 'abcdefg'[n % 7] ?? 'a', `${n % 100}-${n % 7}`, 'home');
      if (n % 40 === 39) frontier = open(db, 10);
    }
    const all = new Set(Array.from({ length: 300 }, (_, n) => `${n % 100}-${n % 7} ${n % 7}`));
    expect(fresh).toBe(all.size + 7);
    expect(count(db, 'url')).toBe(all.size + 7);
    expect(count(db, '(SELECT DISTINCT origin_id, path FROM url)')).toBe(all.size + 7);
    expect(count(db, 'url_era WHERE filter IS NOT NULL')).toBeGreaterThan(20);
    expect(open(db, 10).counts().pending).toBe(all.size + 7);
  });

  it('begins the next when one is full; rows that an earlier process stored are in its filter', () => {
    const db = newDatabase();
    add(open(db), 'a', '1', '2');
    add(open(db), 'a', '3', '4');
    add(open(db), 'a', '5');
    const eras = db.prepare('SELECT era, urls, filter IS NOT NULL AS isEnded FROM url_era').all();
    expect(eras).toEqual([
      { era: 0, urls: 4, isEnded: 1 },
      { era: 1, urls: 1, isEnded: 0 },
    ]);
    for (const path of '12345') expect(add(open(db), 'a', path), path).toBe(0);
  });

  it('does without a filter, and without a row that says there is an era: then rows are asked', () => {
    const db = newDatabase();
    const frontier = open(db);
    for (const path of '12345678') add(frontier, 'a', path);
    db.exec('UPDATE url_era SET filter = NULL');
    for (const path of '12345678') expect(add(open(db), 'a', path), path).toBe(0);
    db.exec('DELETE FROM url_era');
    for (const path of '12345678') expect(add(open(db), 'a', path), path).toBe(0);
    expect(add(open(db), 'a', '9')).toBe(1);
    expect(add(open(db), 'a', '9')).toBe(0);
  });

  it('errs to a look: of an era of which nothing is known it says that a URL may be there, and never that it is new', () => {
    const db = newDatabase();
    const frontier = open(db);
    for (const path of '1234') add(frontier, 'a', path);
    const never = 12_345;
    expect(openEras(db, 3).mayHold(0, 1, never)).toBe(false);
    db.exec('UPDATE url_era SET filter = NULL');
    const eras = openEras(db, 3);
    // The ended one has lost its filter, the current one holds rows of another process, and of the last there is no row at all.
    expect([0, 1, 2].map(era => eras.mayHold(era, 1, never))).toEqual([true, true, true]);
  });

  it('finds both of two URLs whose hashes meet in different eras', () => {
    const db = newDatabase();
    add(open(db), 'a', '1', '2', '3');
    // The row says another path under the number that /1 has.
    db.exec("UPDATE url SET path = '/other' WHERE path = '/1'");
    expect(add(open(db), 'a', '1')).toBe(1);
    expect(db.prepare("SELECT count(DISTINCT h) AS numbers FROM url WHERE path IN ('/1', '/other')").get()).toEqual({
      numbers: 1,
    });
    expect(add(open(db), 'a', '1')).toBe(0);
    expect([isKnown(db, 'a', '1'), isKnown(db, 'a', '2'), isKnown(db, 'a', '4')]).toEqual([true, true, false]);
  });

  it('an era that ends between the question and the answer moves no free number into the next', () => {
    const db = newDatabase();
    add(open(db), 'a', '1');
    db.exec("UPDATE url SET path = '/other'");
    const frontier = open(db);
    // Its own number is taken in the first era: the next one is free there.
    const late = frontier.offer([offer('a', '1')]);
    add(frontier, 'a', '2', '3');
    late.apply();
    expect(db.prepare("SELECT era FROM url WHERE path = '/1'").get()).toEqual({ era: 1 });
    expect(add(open(db), 'a', '1')).toBe(0);
  });

  it('an erasure makes one row of two, whichever eras they are of', () => {
    const db = newDatabase();
    const frontier = open(db);
    for (const path of ['u/ERASED', '2', '3', 'u/ann@x.example', '5', '6', 'u/bob@x.example', '8']) add(frontier, 'a', path);
    eraseUrls(db, text => (/\w+@x\.example/.test(text) ? text.replace(/\w+@x\.example/, 'ERASED') : undefined));
    expect(db.prepare("SELECT path FROM url WHERE path LIKE '/u/%'").all()).toEqual([{ path: '/u/ERASED' }]);
    expect(add(open(db), 'a', 'u/ERASED')).toBe(0);
    expect(open(db).counts().pending).toBe(6);
    expect(count(db, 'url')).toBe(6);
    expect(db.prepare('SELECT sum(urls) AS urls FROM url_era WHERE filter IS NULL').get()?.urls).toBe(
      count(db, 'url WHERE era = (SELECT max(era) FROM url_era)'),
    );
  });
});
