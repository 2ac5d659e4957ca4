import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/state/database.ts';
import { openDeclarationCache } from '../../../src/store/state/declaration-cache.ts';
import { openSets } from '../../../src/store/state/declaration-sets.ts';
import type { Digest } from '../../../src/vocab/index.ts';
import { at, originOf, temporaryFolder } from './sample.ts';

/** One more than names are kept of. */
const many = 20_001;

const emptyState = (): ReturnType<typeof openDatabase> => {
  const out = temporaryFolder();
  mkdirSync(`${out}/state`, { recursive: true });
  const db = openDatabase(out);
  db.exec('PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF');
  return db;
};

/** What was never met need not be looked up, as long as everything that was met is remembered. */
describe('more origins than names are remembered of', () => {
  it('a file that was asked in this run is known, however many came after it', () => {
    const db = emptyState();
    const cache = openDeclarationCache(db);
    const urlOf = (n: number): string => `https://d${n}.example/robots.txt`;
    const known = (n: number): string | undefined => cache.last(originOf(urlOf(n)), 'robots', urlOf(n))?.exchange.url;
    const put = (n: number): void =>
      cache.put(originOf(urlOf(n)), {
        kind: 'robots',
        exchange: {
          url: urlOf(n),
          retrievedAt: at,
          digest: null,
          retrieval: { outcome: 'unavailable', status: 404, fields: [] },
        },
        expiresAtMs: Date.parse(at) + 60_000,
        warc: { file: 'evidence/r/w0-00000.warc.gz', record_id: 'urn:uuid:0', offset: 0 },
        payloadDigest: `sha256:${'0'.repeat(64)}` as Digest,
      });
    const commit = (from: number, to: number): void => {
      for (let n = from; n < to; n++) put(n);
      const taken = cache.take();
      db.exec('BEGIN');
      taken.record();
      db.exec('COMMIT');
      taken.settle();
    };
    commit(0, 2_000);
    expect([known(0), known(1_999), known(2_000)]).toEqual([urlOf(0), urlOf(1_999), undefined]);
    commit(2_000, many);
    expect([known(0), known(many - 1), known(many)]).toEqual([urlOf(0), urlOf(many - 1), undefined]);
    const next = openDeclarationCache(db);
    expect(next.last(originOf(urlOf(0)), 'robots', urlOf(0))?.exchange.url).toBe(urlOf(0));
    db.close();
  });

  it('a set is written once, however many came after it, and after a start as well', () => {
    const db = emptyState();
    const digestOf = (n: number): string => `sha256:${String(n).padStart(64, '0')}`;
    const sets = openSets(db, 1);
    const digests = Array.from({ length: many }, (_, n) => digestOf(n));
    expect(digests.every(digest => sets.isNew(digest))).toBe(true);
    expect(sets.isNew(digestOf(0))).toBe(false);
    db.exec('BEGIN');
    sets.record(digests);
    db.exec('COMMIT');
    sets.settle(digests);
    expect([sets.isNew(digestOf(0)), sets.isNew(digestOf(many - 1)), sets.isNew(digestOf(many))]).toEqual([false, false, true]);
    expect(openSets(db, 1).isNew(digestOf(0))).toBe(false);
    db.close();
  });
});
