import { hash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDocuments, readProvenance } from '../../src/store/index.ts';
import { crawlHere, newFolder, page, robots, type SmallWeb, smallWeb } from '../faults/small-web.ts';
import { hookMs } from './demo-dataset.ts';
import { filesOf } from './files-of.ts';
import { heedInOneProcess } from './one-process.ts';

const heed = heedInOneProcess();
const address = 'Jane.Roe@mail.test';

describe('an erasure by e-mail address', () => {
  const folder = newFolder();
  const out = join(folder, 'dataset');
  const file = join(folder, 'request.txt');
  let web: SmallWeb;

  const erase = async (what: 'plan' | 'apply' | 'verify', ...args: readonly string[]) => {
    const { code, stdout, stderr } = await heed(['erase', what, '--out', out, '--json', ...args]);
    return { code, said: stdout === '' ? { error: stderr } : JSON.parse(stdout) };
  };

  beforeAll(async () => {
    const body = (text: string, head = ''): string => `<title>x</title>${head}<article><p>${`${text} `.repeat(10)}</p></article>`;
    const html = (content: string) => ({ fields: { 'content-type': 'text/html' }, body: content });
    web = await smallWeb(place => {
      switch (place) {
        case 'a.test/robots.txt':
          return robots(`# write to ${address}\nUser-agent: *\nAllow: /\n`);
        case 'a.test/':
          return page('a home', '/text', '/quoted', '/other', '/longer');
        case 'a.test/text':
          return html(body('Ask jane.roe (at) mail.test about it, she knows it all.'));
        case 'a.test/quoted':
          return html(body('Nothing here may be used.', `<meta name="robots" content="noai" data-by="${address}">`));
        case 'a.test/longer':
          return html(body('Ask mary-jane.roe (at) mail.test or jane.roe (at) mail.test.example about another matter.'));
        default:
          return page('another page of the site');
      }
    });
    await crawlHere({ web, out, places: ['a.test/'], flags: { scope: 'host' } });
    writeFileSync(file, `${address}\n`);
  }, hookMs);

  const live = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { record } of readDocuments(out)) found.push(new URL(record.url).pathname);
    return found.sort();
  };

  test('is planned without changing anything, and finds other spellings, and no longer address that contains it', async () => {
    const { code, said } = await erase('plan', '--email', file);
    expect(code).toBe(0);
    expect(said).toMatchObject({ documents: 1, rows: 2, declarations: 1 });
    expect(await live()).toEqual(['/', '/longer', '/other', '/text']);
    expect((await erase('verify', '--email', file)).code).toBe(14);
  });

  test('is refused as a word of the command line, and the refusal does not repeat it', async () => {
    const { code, said } = await erase('plan', '--email', address);
    expect(code).toBe(2);
    expect(said.error).toContain('ERR_ADDRESS_ON_COMMAND_LINE');
    expect(said.error).not.toContain('mail.test');
  });

  test('takes documents, rows and proofs away, keeps declarations, and nothing is left of the address', async () => {
    const { code, said } = await erase('apply', '--email', file, '--reason', 'Art. 17', '--ticket', 'E-3');
    expect(code).toBe(0);
    expect(said).toMatchObject({ documents: 1, rows: 2, remaining: [], declarations: 1 });
    expect(said.proofs).toBeGreaterThan(0);
    expect(await live()).toEqual(['/', '/longer', '/other']);
    const { code: verified, said: verification } = await erase('verify', '--email', file);
    expect([verified, verification.isDone]).toEqual([0, true]);
    const rows = new Map<string, unknown>();
    for await (const { record } of readProvenance(out)) rows.set(`${new URL(record.url).pathname} ${record.reason}`, record);
    expect(rows.get('/quoted withheld.markup.robots')).toMatchObject({ erased: true, evidence: [], verdicts: {} });
    expect(rows.get('/text withdrawn.erased')).toBeDefined();
  });

  test('leaves a dataset that verifies, and a list that holds a keyed digest and not the address', async () => {
    const { code, stdout } = await heed(['verify', out, '--json']);
    expect(JSON.parse(stdout).failures).toEqual([]);
    expect(code).toBe(0);
    expect(statSync(join(out, 'state/erasure.key')).mode & 0o777).toBe(0o600);
    const state = readFileSync(join(out, 'state/heed.sqlite'), 'latin1');
    // The cached robots.txt of the origin is a declaration.
    for (const [, before] of state.matchAll(/(.{11})jane\.roe@mail\.test/gi)) expect(before).toBe('# write to ');
  });

  test('by URL leaves the outcome only, and verify says that it is done', async () => {
    const url = web.url('a.test/other');
    expect((await erase('verify', '--url', url)).code).toBe(14);
    expect((await erase('apply', '--url', url, '--reason', 'Art. 17')).said).toMatchObject({ documents: 1 });
    expect((await erase('verify', '--url', url)).said).toMatchObject({ isDone: true, rows: 0, documents: 0 });
    expect(await live()).toEqual(['/', '/longer']);
    expect((await heed(['verify', out])).code).toBe(0);
  });
});

describe('an erasure of an address that is masked in the texts', () => {
  const folder = newFolder();
  const out = join(folder, 'dataset');
  const file = join(folder, 'request.txt');
  const asks = (name: string, more: string, ...links: readonly string[]) => ({
    fields: { 'content-type': 'text/html' },
    body: `<title>x</title><article><p>${`Ask ${name} about the ${more} of this house. `.repeat(12)}</p>${links.map(link => `<a href="${link}">on</a>`).join(' ')}</article>`,
  });
  let web: SmallWeb;
  let hasMore = false;
  const said: { readonly code: number | null; readonly stdout: string; readonly stderr: string }[] = [];
  const crawlIt = (places: readonly string[], isIndexing: boolean, due = 'schedule') =>
    crawlHere({
      web,
      out,
      places,
      flags: { scope: 'host', due, 'content-threads': isIndexing ? 1 : 0, 'email-index': isIndexing },
    });

  beforeAll(async () => {
    web = await smallWeb(place => {
      switch (place) {
        case 'before.test/':
          return asks(address, 'cellar');
        case 'a.test/':
          return asks(address, 'garden', '/mary', ...(hasMore ? ['/new'] : []));
        case 'a.test/mary':
          return asks('mary@mail.test', 'kitchen', '/title');
        case 'a.test/title':
          return { ...page('house'), body: (page('house').body ?? '').replace('<title>', `<title>${address.toUpperCase()} `) };
        case 'a.test/new':
          return asks(address, 'attic');
        default:
          return undefined;
      }
    });
    await crawlIt(['before.test/'], false);
    await crawlIt(['a.test/'], true);
    writeFileSync(file, `${address}\n`);
  }, hookMs);

  const live = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { record } of readDocuments(out)) found.push(record.url.replace(/^http:..|:\d+/g, ''));
    return found.sort();
  };

  test('finds what was collected with --email-index by the index, and says of how many others it cannot be told', async () => {
    const { code, stdout } = await heed(['erase', 'plan', '--out', out, '--email', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 documents and what 2 rows say would go/);
    expect(stdout).toMatch(/2 pages have it masked .*\nNOT KNOWN: 1 more documents have some address masked/);
    said.push(await heed(['erase', 'verify', '--out', out, '--email', file]));
    expect(said[0]?.code).toBe(14);
    const reason = ['--reason', `${address} asked for it`];
    said.push(await heed(['erase', 'apply', '--out', out, '--email', file, ...reason]));
    expect(said[1]).toMatchObject({ code: 2, stderr: expect.stringContaining('ERR_REASON_ADDRESS') });
  });

  test('takes them out with their entries, and what masks the address anew is not collected, with the index or without', async () => {
    const apply = await heed(['erase', 'apply', '--out', out, '--email', file, '--reason', 'Art. 17', '--json']);
    expect(apply.code).toBe(0);
    expect(JSON.parse(apply.stdout)).toMatchObject({ documents: 2, masked: 2, unindexed: 1, isDone: true });
    expect(await live()).toEqual(['a.test/mary', 'before.test/']);
    const verified = await heed(['erase', 'verify', '--out', out, '--email', file, '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({ masked: 0, unindexed: 1, isDone: true });
    hasMore = true;
    said.push(apply, verified);
    await crawlIt(['a.test/new'], false, 'all');
    // Asked again, the page that was collected without an index shows which address it masks.
    expect(await live()).toEqual(['a.test/mary']);
    expect((await heed(['verify', out])).code).toBe(0);
  });

  test('leaves neither the address, nor a digest that could be guessed, nor a word of the texts, in any file, and says them nowhere', () => {
    const state = ['heed.sqlite', 'heed.sqlite-wal', 'erasure.key'].map(name => join(out, 'state', name));
    const files = [
      ...filesOf(out),
      ...state.filter(path => existsSync(path)).map(path => ({ path, content: readFileSync(path, 'latin1') })),
      ...said.map(({ stdout, stderr }, index) => ({ path: `said ${index}`, content: `${stdout}${stderr}` })),
    ];
    expect(files.length).toBeGreaterThan(20);
    const plain = hash('sha256', address.toLowerCase());
    const values = [
      'jane.roe',
      'mail.test',
      plain,
      Buffer.from(plain, 'hex').toString('latin1'),
      'garden',
      'attic',
      'house has a story',
    ];
    for (const value of values)
      expect(
        files.flatMap(({ path, content }) => (content.toLowerCase().includes(value.toLowerCase()) ? path : [])),
        value,
      ).toEqual([]);
    expect(files.some(({ content }) => content.includes('kitchen'))).toBe(true);
  });
});
