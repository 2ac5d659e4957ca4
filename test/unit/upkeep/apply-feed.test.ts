import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { applyFeed } from '../../../src/upkeep/index.ts';
import { root } from '../../e2e/run-heed.ts';
import { temporaryFolder } from '../store/sample.ts';

const id = (n: number): string => hash('sha256', `${n}`).slice(0, 32);
const url = (n: number): string => `https://a.example/${n}`;

/** A feed that withdraws the documents 0 to `count` - 1. */
function feedOf(count: number): string {
  let prev = '0'.repeat(64);
  return Array.from({ length: count }, (_, seq) => {
    const line = JSON.stringify({
      ...{ seq, prev, document_id: id(seq), url_sha256: hash('sha256', url(seq)), reason: 'withdrawn.revoked' },
      ...{ withdrawn_at: '2026-11-23T10:00:00.000Z', run: '20261123T100000Z-ab12cd' },
    });
    prev = hash('sha256', line);
    return `${line}\n`;
  }).join('');
}

const rows = (...numbers: readonly number[]): string =>
  numbers.map(n => `${JSON.stringify({ id: id(n), url: url(n), text: `${n}` })}\n`).join('');

function place(files: Readonly<Record<string, string>>): { readonly folder: string; readonly at: (name: string) => string } {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { folder, at: name => join(folder, name) };
}

describe('a feed', () => {
  // Longer than what is read of a file at a time.
  const long = feedOf(1_000);

  test('is read piece by piece, wherever a line is cut', async () => {
    const { at } = place({ feed: long, 'copy.jsonl': rows(0, 500, 999, 1_000) });
    const { entries, head, files } = await applyFeed({ feed: at('feed'), inputs: [at('copy.jsonl')], to: at('to') });
    expect({ entries, head }).toEqual({ entries: 1_000, head: hash('sha256', long.trimEnd().split('\n').at(-1) ?? '') });
    expect(files).toMatchObject([{ kept: 1, removed: { 'withdrawn.revoked': 3 } }]);
    expect(readFileSync(at('to/copy.jsonl'), 'utf8')).toBe(rows(1_000));
  });

  test.each([
    ['ends within a line', long.slice(0, -1), /line 1000 ends within it/],
    ['has lost a line', long.split('\n').toSpliced(700, 1).join('\n'), /line 700 is not the line that the next one follows/],
    ['is empty', '', /is empty/],
  ])('that %s filters nothing', async (_what, text, message) => {
    const { at } = place({ feed: text, 'copy.jsonl': rows(0, 1) });
    const applied = applyFeed({ feed: at('feed'), inputs: [at('copy.jsonl')], to: at('to') });
    await expect(applied).rejects.toMatchObject({ code: 'ERR_FEED', message: expect.stringMatching(message) });
    expect(existsSync(at('to'))).toBe(false);
  });
});

describe('a row of a copy', () => {
  const lines = (reasons: readonly string[]): string => {
    let prev = '0'.repeat(64);
    return reasons
      .map((reason, seq) => {
        const line = JSON.stringify({
          ...{ seq, prev, document_id: id(seq), url_sha256: hash('sha256', url(seq)), reason },
          ...{ withdrawn_at: '2026-11-23T10:00:00.000Z', run: '20261123T100000Z-ab12cd' },
        });
        prev = hash('sha256', line);
        return `${line}\n`;
      })
      .join('');
  };
  // Document 0 was revoked, document 1 gave way to a newer version.
  const feed = lines(['withdrawn.revoked', 'superseded']);
  const [before, then, after] = ['2026-11-23T09:59:59.999Z', '2026-11-23T10:00:00.000Z', '2026-11-23T10:00:00.001Z'];

  test.each<[what: string, row: Record<string, unknown>, isKept: boolean]>([
    ['of a withdrawn document goes', { id: id(0), url: url(7) }, false],
    ['of another document stays', { id: id(7), url: url(7) }, true],
    ['of the same page under another id goes', { id: id(7), url: url(0) }, false],
    ['without an id goes by its URL', { url: url(0) }, false],
    ['with somebody else’s id goes by its URL', { id: '7', url: url(0) }, false],
    ['with a URL in its metadata goes', { text: 'x', metadata: { url: url(0) } }, false],
    ['with no metadata stays', { url: url(7), metadata: null }, true],
    ['with another spelling of the URL goes', { url: 'HTTPS://A.example:443/0' }, false],
    ['fetched before the withdrawal goes', { url: url(0), date: before }, false],
    ['fetched at that instant goes', { url: url(0), date: then }, false],
    ['fetched after it stays: it is a document again', { url: url(0), date: after }, true],
    ['fetched after it stays, whatever the member is called', { url: url(0), added: after }, true],
    ['whose time nobody can read counts as older', { url: url(0), date: 'yesterday' }, false],
    ['of a version that gave way goes by its id', { id: id(1), url: url(1) }, false],
    ['of the version that took its place stays', { id: id(7), url: url(1) }, true],
    ['without an id cannot be told from the version that gave way, and goes', { url: url(1) }, false],
  ])('%s', async (_what, row, isKept) => {
    const { at } = place({ feed, 'copy.jsonl': `${JSON.stringify(row)}\n` });
    const { files } = await applyFeed({ feed: at('feed'), inputs: [at('copy.jsonl')], to: at('to') });
    expect(files.map(({ kept }) => kept)).toEqual([isKept ? 1 : 0]);
  });

  test.each<[what: string, row: unknown]>([
    ['neither an id nor a URL', { text: 'x' }],
    ['an id that is not ours', { id: '7' }],
    ['a URL that is no text', { id: '7', url: 7 }],
    ['nothing but null', null],
    ['no members at all', 7],
  ])('with %s is an error: nothing could be said of it', async (_what, row) => {
    const { at } = place({ feed, 'copy.jsonl': `${JSON.stringify({ id: id(7), url: url(7) })}\n${JSON.stringify(row)}` });
    const applied = applyFeed({ feed: at('feed'), inputs: [at('copy.jsonl')], to: at('to') });
    await expect(applied).rejects.toMatchObject({ code: 'ERR_FEED_ROW' });
    expect(existsSync(at('to/copy.jsonl'))).toBe(false);
  });
});

describe('files of a copy', () => {
  test('of one name keep the folders in which they differ', async () => {
    const { at } = place({ feed: feedOf(1), 'copy/a/w0.jsonl': rows(0, 1), 'copy/b/w0.jsonl': rows(2) });
    const inputs = [at('copy/a/w0.jsonl'), at('copy/b/w0.jsonl')];
    const { files } = await applyFeed({ feed: at('feed'), inputs, to: at('to') });
    expect(files.map(({ output, kept }) => [output, kept])).toEqual([
      [at('to/a/w0.jsonl'), 1],
      [at('to/b/w0.jsonl'), 1],
    ]);
    expect(readFileSync(at('to/b/w0.jsonl'), 'utf8')).toBe(rows(2));
    const twice = applyFeed({ feed: at('feed'), inputs: [...inputs, at('copy/b/../a/w0.jsonl')], to: at('again') });
    await expect(twice).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });

  test('have lines of any length, and need no end of the last one', async () => {
    const long = `${JSON.stringify({ id: id(7), url: url(7), text: 'long '.repeat(100_000) })}\n${JSON.stringify({ id: id(8), url: url(8) })}`;
    const { at } = place({ feed: feedOf(1), 'a.jsonl': `${rows(0)}${long}` });
    const { files } = await applyFeed({ feed: at('feed'), inputs: [at('a.jsonl')], to: at('to') });
    expect(files.map(({ kept }) => kept)).toEqual([2]);
    expect(readFileSync(at('to/a.jsonl'), 'utf8').trimEnd()).toBe(long);
  });

  test('are never written over: neither what lies there already, nor the copy itself', async () => {
    const { folder, at } = place({ feed: feedOf(1), 'a.jsonl': rows(0, 1), 'to/a.jsonl': 'here' });
    for (const to of [at('to'), folder])
      await expect(applyFeed({ feed: at('feed'), inputs: [at('a.jsonl')], to })).rejects.toMatchObject({
        code: 'ERR_OUTPUT_EXISTS',
      });
    expect([readFileSync(at('to/a.jsonl'), 'utf8'), readFileSync(at('a.jsonl'), 'utf8')]).toEqual(['here', rows(0, 1)]);
  });

  test('that break off leave nothing half-written', async () => {
    const { at } = place({ feed: feedOf(1) });
    writeFileSync(at('w0.jsonl.gz'), gzipSync(rows(0, 1)).subarray(0, 40));
    await expect(applyFeed({ feed: at('feed'), inputs: [at('w0.jsonl.gz')], to: at('to') })).rejects.toThrow();
    expect(existsSync(at('to')) ? readdirSync(at('to')) : []).toEqual([]);
  });

  test('are filtered as they are packed', async () => {
    const { at } = place({ feed: feedOf(1) });
    writeFileSync(at('w0.jsonl.gz'), gzipSync(rows(0, 1)));
    const { files } = await applyFeed({ feed: at('feed'), inputs: [at('w0.jsonl.gz')], to: at('to') });
    expect(files).toMatchObject([{ kept: 1, removed: { 'withdrawn.revoked': 1 } }]);
    expect(gunzipSync(readFileSync(at('to/w0.jsonl.gz'))).toString()).toBe(rows(1));
  });

  test.each(['b.parquet', 'b.jsonl.zst', 'b.txt'])('are refused before any of them is written where one is %s', async name => {
    const { at } = place({ feed: feedOf(1), 'a.jsonl': rows(0), [name]: 'PAR1' });
    const applied = applyFeed({ feed: at('feed'), inputs: [at('a.jsonl'), at(name)], to: at('to') });
    await expect(applied).rejects.toMatchObject({ code: 'ERR_FEED_FORMAT', exitCode: 2 });
    expect(existsSync(at('to'))).toBe(false);
  });
});

describe('a copy in Parquet', () => {
  const [recipe = ''] = /(?<=```sql\n)COPY [^`]+/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];

  test('is filtered by the recipe of the README: a row without an id goes with those that are withdrawn', async () => {
    const { folder, at } = place({ 'feed/run/withdrawn-ids.txt': `${id(0)}\n${id(3)}\n`, 'copy/none': '' });
    const duck = await DuckDBInstance.create(':memory:', { threads: '2' });
    const connection = await duck.connect();
    try {
      const values = [`'${id(0)}'`, `'${id(1)}'`, 'NULL', `'${id(3)}'`, `'${id(4)}'`].map((value, n) => `(${value}, ${n})`);
      await connection.run(`COPY (SELECT * FROM (VALUES ${values}) AS t(id, n)) TO '${at('copy/a.parquet')}'`);
      const here = recipe.replaceAll(/'(?=copy|feed|filtered)/g, `'${folder}/`);
      await connection.run(here);
      const found = await connection.runAndReadAll(`SELECT n FROM '${at('filtered.parquet')}' ORDER BY n`);
      expect(found.getRowObjectsJson()).toEqual([{ n: 1 }, { n: 4 }]);
    } finally {
      connection.closeSync();
      duck.closeSync();
    }
  });

  test('is told of with that recipe as the next step', async () => {
    const { at } = place({ feed: feedOf(1), 'b.parquet': 'PAR1' });
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/(?<=\() | (?=\))|;? $/g, '');
    await expect(applyFeed({ feed: at('feed'), inputs: [at('b.parquet')], to: at('to') })).rejects.toMatchObject({
      next: expect.stringContaining(words(recipe)),
    });
    expect(recipe).toContain('NOT IN');
  });
});
