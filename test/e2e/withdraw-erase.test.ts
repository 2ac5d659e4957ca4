import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDocuments, readProvenance } from '../../src/store/index.ts';
import { crawlHere, newFolder, page, robots, type SmallWeb, smallWeb } from '../faults/small-web.ts';
import { hookMs } from './demo-dataset.ts';
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
