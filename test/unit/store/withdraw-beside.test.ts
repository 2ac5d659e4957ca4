import { describe, expect, it } from 'vitest';
import { type Dataset, newestManifest, readDocumentLines, readDocuments, readManifests } from '../../../src/store/index.ts';
import { at, collect, keptOutcome, newRun, open, temporaryFolder } from './sample.ts';

const revoked = { reason: 'withdrawn.revoked', sightedAt: at } as const;
const offline = { software: newRun.software, config: {} };
const pathsOf = async (out: string, read = readDocuments): Promise<string[]> =>
  (await collect(read(out))).map(({ record }) => new URL(record.url).pathname).sort();

/** A finished crawl with /1 and /2, and one with /3 and /4 that was stopped on its way. */
async function stopped(out: string): Promise<Dataset> {
  const first = open(out);
  await first.beginRun(newRun);
  for (const path of ['1', '2']) first.stage(keptOutcome(first, `https://a.example/${path}`));
  await first.finishRun();
  await first.beginRun({ ...newRun, random: 'cd34ef' });
  for (const path of ['3', '4']) first.stage(keptOutcome(first, `https://a.example/${path}`));
  await first.close();
  return open(out);
}

describe('a withdrawal beside a crawl that is not finished', () => {
  it('is done at once, for what was collected before and on the way, and the crawl goes on', async () => {
    const out = temporaryFolder();
    const dataset = await stopped(out);
    await dataset.beginOffline({ kind: 'revoke', random: 'ef56gh', ...offline });
    for (const path of ['1', '3']) await dataset.withdraw({ kind: 'url', value: `https://a.example/${path}` }, revoked);
    const revocation = await dataset.finishRun();
    expect(revocation.withdrawals).toMatchObject({ tombstones: 2, pending: 1 });
    expect(await pathsOf(out)).toEqual(['/2']);
    // What the crawl has so far is no part of the dataset.
    expect(revocation.resources.map(({ run }) => run).filter(run => run.endsWith('cd34ef'))).toEqual([]);

    expect((await dataset.resumeRun())?.name).toBe('20261123T100000Z-cd34ef');
    dataset.stage(keptOutcome(dataset, 'https://a.example/5'));
    const manifest = await dataset.finishRun();
    expect(await pathsOf(out)).toEqual(['/2', '/4', '/5']);
    expect(manifest.withdrawals?.pending).toBe(2);
  });

  it('is followed by the crawl in the chain of manifests, which begins once and ends once', async () => {
    const out = temporaryFolder();
    const dataset = await stopped(out);
    await dataset.beginOffline({ kind: 'revoke', random: 'ef56gh', ...offline });
    await dataset.withdraw({ kind: 'url', value: 'https://a.example/1' }, revoked);
    await dataset.finishRun();
    await dataset.beginOffline({ kind: 'compact', random: 'ij78kl', ...offline });
    await dataset.compact(0);
    await dataset.finishRun();
    await dataset.resumeRun();
    await dataset.finishRun();
    await dataset.beginRun({ ...newRun, random: 'mn90op' });
    await dataset.finishRun();
    const previous = new Map(
      (await readManifests(out)).map(({ manifest }) => [manifest.run.slice(-6), manifest.previous?.run.slice(-6)]),
    );
    expect(Object.fromEntries(previous)).toEqual({
      ab12cd: undefined,
      ef56gh: 'ab12cd',
      ij78kl: 'ef56gh',
      cd34ef: 'ij78kl',
      mn90op: 'cd34ef',
    });
    expect((await newestManifest(out)).manifest.run).toMatch(/mn90op$/);
    expect(await pathsOf(out, readDocumentLines)).toEqual(['/2', '/3', '/4']);
  });

  it('that was stopped itself is ended by the next one, with what it had committed', async () => {
    const out = temporaryFolder();
    const dataset = await stopped(out);
    await dataset.beginOffline({ kind: 'revoke', random: 'ef56gh', ...offline });
    await dataset.withdraw({ kind: 'url', value: 'https://a.example/1' }, revoked);
    await dataset.close();
    const again = open(out);
    // A crawl that is resumed is the crawl, not the withdrawal.
    expect(again.unfinished()?.kind).toBe('crawl');
    await again.beginOffline({ kind: 'compact', random: 'ij78kl', ...offline });
    await again.compact(0);
    await again.finishRun();
    expect((await readManifests(out)).map(({ manifest }) => manifest.kind).sort()).toEqual(['compact', 'crawl', 'revoke']);
    expect(await pathsOf(out, readDocumentLines)).toEqual(['/2']);
  });

  it('may be a recheck; what was said to it at other addresses is forgotten before the crawl goes on', async () => {
    const dataset = await stopped(temporaryFolder());
    const { database } = dataset;
    const declared = (): unknown => database.prepare('SELECT group_concat(url) AS urls FROM declaration').get()?.urls;
    const declare = (url: string): unknown =>
      database
        .prepare(
          "INSERT INTO declaration (origin, kind, url, expires_at, retrieval, warc) VALUES (?1, 'robots', ?1, 0, '{}', '{}')",
        )
        .run(url);
    declare('crawl');
    await dataset.beginRun({ ...newRun, kind: 'recheck', random: 'ef56gh' });
    expect(declared()).toBe('crawl');
    await dataset.finishRun();
    await dataset.beginRun({ ...newRun, kind: 'recheck', random: 'gh78ij', overrides: { resolve: ['*=127.0.0.1'] } });
    expect(declared()).toBe(null);
    declare('recheck');
    await dataset.finishRun();
    expect((await dataset.resumeRun({}))?.kind).toBe('crawl');
    expect(declared()).toBe(null);
  });

  it('lets no second crawl begin, and no second recheck', async () => {
    const dataset = await stopped(temporaryFolder());
    await dataset.beginRun({ ...newRun, kind: 'recheck', random: 'ef56gh' });
    for (const kind of ['recheck', 'crawl'] as const)
      await expect(dataset.beginRun({ ...newRun, kind, random: 'yy88yy' })).rejects.toMatchObject({ code: 'ERR_RUN_UNFINISHED' });
    await dataset.finishRun();
    await expect(dataset.beginRun({ ...newRun, random: 'zz99zz' })).rejects.toMatchObject({ code: 'ERR_RUN_UNFINISHED' });
  });
});
