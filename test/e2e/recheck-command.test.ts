import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newFolder } from '../faults/small-web.ts';
import { article, changingWeb, plainText } from './changing-web.ts';
import { heedInOneProcess } from './one-process.ts';

const heed = heedInOneProcess();

describe('heed recheck', () => {
  test('tells a person and a program what it asked and withdrew, and explain tells the whole story of a URL', async () => {
    const web = await changingWeb();
    web.pages.set('a.test/', article('home', '/page'));
    web.pages.set('a.test/page', article('page'));
    const out = join(newFolder(), 'out');
    const manners = ['--contact', 'https://heed.test/bot', '--delay', '0', '--allow-private-network'];
    const flags = ['--out', out, '--resolve', `*.test=127.0.0.1:${web.port}`, ...manners];
    expect(await heed(['crawl', 'http://a.test/', '--content-threads', '0', ...flags])).toMatchObject({ code: 0 });

    // Nothing is old enough to be asked for again.
    web.asked();
    const calm = await heed(['recheck', ...flags]);
    expect(calm).toMatchObject({ code: 0, stdout: expect.stringContaining('1 origins checked, 0 could not be reached') });
    expect(web.asked()).toEqual([]);

    web.pages.set('a.test/robots.txt', plainText('User-agent: *\nDisallow: /page\n'));
    const found = await heed(['recheck', '--all', '--json', ...flags]);
    expect(found.code).toBe(0);
    expect(JSON.parse(found.stdout)).toMatchObject({
      ended: 'finished',
      origins: { checked: 1, unreachable: 0 },
      documents: { judged: 2, withdrawn: 1 },
      counts: { byReason: { 'withdrawn.robots.rule': 1 } },
    });
    const { stdout } = await heed(['explain', 'http://a.test/page', '--out', out]);
    expect(stdout).toMatch(/^OUT \(withdrawn\.robots\.rule\) {2}http:\/\/a\.test\/page\n/);
    expect(stdout).toContain('Disallow: /page');
    expect(stdout).toMatch(/again +judged again from the stored bytes: the same verdicts\nbefore +\S+ {2}kept \(200\), run /);
    expect(await heed(['verify', out])).toMatchObject({ code: 0 });
  });

  test.each([
    ['without a contact', ['--out', 'OUT'], 7, 'ERR_CONTACT_MISSING'],
    ['without a folder', ['--contact', 'https://heed.test/bot'], 2, 'ERR_OUT_MISSING'],
    ['of a folder without a crawl', ['--out', 'OUT', '--contact', 'https://heed.test/bot'], 2, 'ERR_NO_DATASET'],
    ['of pages that are none', ['--out', 'OUT', '--contact', 'https://heed.test/bot', '--pages', 'some'], 2, 'ERR_PAGES'],
    ['of an age that is none', ['--out', 'OUT', '--contact', 'https://heed.test/bot', '--older-than', 'soon'], 2, 'ERR_PERIOD'],
  ])('%s it says what is missing', async (_, args, code, error) => {
    const out = join(newFolder(), 'out');
    const ended = await heed(['recheck', '--json', ...args.map(arg => (arg === 'OUT' ? out : arg))]);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(error);
    expect(existsSync(out)).toBe(false);
  });
});
