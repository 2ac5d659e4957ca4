import { describe, expect, it, test } from 'vitest';
import {
  type Dataset,
  openDataset,
  readDocuments,
  readProvenance,
  readTombstones,
  type Selection,
} from '../../../src/store/index.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';
import { at, collect, keptOutcome, newRun, open, temporaryFolder } from './sample.ts';

const revoked = { reason: 'withdrawn.revoked', sightedAt: at, ticket: 'T-1' } as const;
const urls = [
  'https://a.example/1',
  'https://a.example/blog/1',
  'https://a.example/blog/2',
  'https://www.a.example/1',
  'https://ba.example/1',
  'http://a.example/1',
];

async function corpus(out: string): Promise<Dataset> {
  const dataset = open(out);
  await dataset.beginRun(newRun);
  for (const url of urls) dataset.stage(keptOutcome(dataset, url));
  await dataset.finishRun();
  await dataset.beginRun({ ...newRun, kind: 'revoke', random: 'ef34gh' });
  return dataset;
}

const textDigest = (url: string): string => {
  const row = keptOutcome({ run: { name: 'r' } } as never, url).document?.row;
  return row?.metadata.text_sha256 ?? '';
};

describe('a withdrawal', () => {
  const cases: readonly [string, Selection, readonly number[]][] = [
    ['of a URL', { kind: 'url', value: 'https://a.example/1' }, [0]],
    ['of a prefix, within its origin', { kind: 'prefix', value: 'https://a.example/blog/' }, [1, 2]],
    ['of an origin, and not of another scheme', { kind: 'origin', value: 'https://a.example:443' as OriginKey }, [0, 1, 2]],
    ['of a domain with the hosts below it, and none that ends alike', { kind: 'domain', value: 'a.example' }, [0, 1, 2, 3, 5]],
    ['of the digest of a text', { kind: 'digest', value: textDigest('https://ba.example/1') as never }, [4]],
    ['of nothing that is there', { kind: 'url', value: 'https://a.example/none' }, []],
  ];
  test('counts also by a clock that was set back since', async () => {
    const out = temporaryFolder();
    await (await corpus(out)).close();
    const dataset = openDataset(out, { now: () => Date.parse(at) - 3_600_000 });
    await dataset.resumeRun(undefined, new Set(['revoke']));
    await dataset.withdraw({ kind: 'url', value: 'https://a.example/1' }, revoked);
    await dataset.finishRun();
    await dataset.close();
    expect((await collect(readDocuments(out))).map(({ record }) => record.url)).not.toContain('https://a.example/1');
  });

  test.each(cases)('%s withdraws exactly that', async (_name, selection, expected) => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    expect(await dataset.withdraw(selection, revoked)).toMatchObject({ documents: expected.length });
    const manifest = await dataset.finishRun();
    const gone = expected.map(index => urls[index]).sort();
    const tombstones = (await collect(readTombstones(out))).map(({ record }) => record);
    expect(tombstones.map(({ url }) => url).sort()).toEqual(gone);
    for (const tombstone of tombstones)
      expect(tombstone).toMatchObject({ ...{ reason: 'withdrawn.revoked', ticket: 'T-1', sighted_at: at, withdrawn_at: at } });
    expect((await collect(readDocuments(out))).map(({ record }) => record.url).sort()).toEqual(
      urls.filter(url => !gone.includes(url)).sort(),
    );
    expect(manifest.counts.byReason).toEqual(gone.length === 0 ? {} : { 'withdrawn.revoked': gone.length });
    const rows = await collect(readProvenance(out, { run: manifest.run }));
    expect(rows.map(({ record }) => [record.url, record.reason, record.disposition]).sort()).toEqual(
      gone.map(url => [url, 'withdrawn.revoked', 'withhold']),
    );
    const dead = dataset.database.prepare('SELECT sum(dead) AS n FROM member').get();
    expect(Number(dead?.n)).toBe(gone.length);
  });

  it('asked for twice over in one turn is one commit, and withdraws each document once', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    const [first, second] = await Promise.all([
      dataset.withdraw({ kind: 'origin', value: 'https://a.example:443' as OriginKey }, revoked),
      dataset.withdraw({ kind: 'domain', value: 'a.example' }, revoked),
    ]);
    expect([first.documents, second.documents]).toEqual([3, 2]);
    await dataset.finishRun();
    expect(await collect(readTombstones(out))).toHaveLength(5);
  });

  it('does not speak of the same bytes fetched anew after it', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    const url = urls[0] ?? '';
    await dataset.withdraw({ kind: 'url', value: url }, revoked);
    await dataset.finishRun();
    await dataset.beginRun({ ...newRun, random: 'ij56kl' });
    const again = keptOutcome(dataset, url);
    const row = { ...again.document?.row, date: '2026-11-24T10:00:00.000Z' };
    dataset.stage({ ...again, document: { ...again.document, row } as never });
    await dataset.finishRun();
    const found = (await collect(readDocuments(out))).filter(({ record }) => record.url === url);
    expect(found.map(({ record }) => record.date)).toEqual(['2026-11-24T10:00:00.000Z']);
    await dataset.close();
    // Withdrawn once more, it is gone: the last withdrawal counts, not the first.
    const later = openDataset(out, { now: () => Date.parse('2026-11-25T10:00:00.000Z') });
    await later.beginRun({ ...newRun, kind: 'revoke', random: 'kl78mn' });
    await later.withdraw({ kind: 'url', value: url }, revoked);
    await later.finishRun();
    await later.close();
    expect((await collect(readDocuments(out))).map(({ record }) => record.url)).not.toContain(url);
  });

  it('of a version that a newer one takes the place of is written by itself', async () => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    const url = urls[0] ?? '';
    dataset.stage(keptOutcome(dataset, url, 'changed'));
    await dataset.finishRun();
    expect((await collect(readTombstones(out))).map(({ record }) => [record.url, record.reason])).toEqual([[url, 'superseded']]);
    const texts = (await collect(readDocuments(out))).filter(({ record }) => record.url === url).map(({ record }) => record.text);
    expect(texts).toEqual(['changed']);
  });
});

describe('the suppression list', () => {
  const since = at;
  const entry = (kind: 'url' | 'prefix' | 'origin' | 'domain' | 'digest', value: string) =>
    ({ kind, value, reason: 'withdrawn.revoked', since }) as const;

  test.each([
    ['url', 'https://a.example/1', ['https://a.example/1'], ['https://a.example/10', 'https://a.example/1?q']],
    [
      'prefix',
      'https://a.example/b',
      ['https://a.example/b', 'https://a.example/blog/1'],
      ['https://a.example/', 'https://b.example/b'],
    ],
    [
      'origin',
      'https://a.example:443',
      ['https://a.example/x', 'https://a.example:443/x'],
      ['http://a.example/', 'https://www.a.example/'],
    ],
    [
      'domain',
      'a.example',
      ['https://a.example/', 'http://x.y.a.example:8080/1', 'https://a.example./'],
      ['https://ba.example/', 'https://example/'],
    ],
  ] as const)('covers by %s', async (kind, value, covered, free) => {
    const out = temporaryFolder();
    const dataset = await corpus(out);
    expect(dataset.suppression.isEmpty).toBe(true);
    dataset.suppress([entry(kind, value)]);
    await dataset.flush();
    await dataset.finishRun();
    await dataset.close();
    const { suppression } = open(out);
    expect(covered.filter(url => suppression.covers(url)?.kind === kind)).toEqual(covered);
    expect(free.filter(url => suppression.covers(url))).toEqual([]);
  });

  it('holds at the door of the dataset, by the digest of the bytes a page was sent as', async () => {
    const dataset = await corpus(temporaryFolder());
    const outcome = keptOutcome(dataset, 'https://c.example/1');
    dataset.suppress([entry('digest', outcome.document?.row.metadata.payload_sha256 ?? '')]);
    expect(() => dataset.stage(outcome)).toThrow(expect.objectContaining({ code: 'ERR_NOT_KEPT' }));
  });

  it('holds at the door of the dataset, by URL and by digest of the text', async () => {
    const dataset = await corpus(temporaryFolder());
    const url = 'https://c.example/1';
    const outcome = keptOutcome(dataset, url);
    dataset.suppress([entry('digest', textDigest(url)), entry('origin', 'https://d.example:443')]);
    expect(() => dataset.stage(outcome)).toThrow(expect.objectContaining({ code: 'ERR_NOT_KEPT' }));
    expect(() => dataset.stage(keptOutcome(dataset, 'https://d.example/1'))).toThrow('is suppressed by origin');
  });
});
