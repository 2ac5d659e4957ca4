import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { load } from 'cheerio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { heedInOneProcess } from './one-process.ts';
import { temporaryFolder } from './run-heed.ts';

const heed = heedInOneProcess();

const server = createServer((request, response) => {
  const isRobots = request.url === '/robots.txt';
  response.writeHead(isRobots || request.url === '/' ? 200 : 404, { 'Content-Type': isRobots ? 'text/plain' : 'text/html' });
  response.end(
    isRobots
      ? '# the press office\nUser-agent: *\nDisallow: /archive/\n'
      : '<title>t</title><p>Prose.</p><a href="/archive/1">a</a>',
  );
});
beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('explain --html writes one page with the deciding line marked, from the dataset alone', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'dataset');
  const place = `paper.test=127.0.0.1:${(server.address() as AddressInfo).port}`;
  const flags = [
    '--out',
    out,
    '--contact',
    'https://heed.test/bot',
    '--resolve',
    place,
    '--allow-private-network',
    '--delay',
    '0',
    '--content-threads',
    '0',
  ];
  expect((await heed(['crawl', 'http://paper.test/', ...flags, '--quiet'])).code).toBe(0);

  const file = join(folder, 'why.html');
  writeFileSync(file, 'an older explanation');
  const explain = (...args: string[]) => heed(['explain', 'http://paper.test/archive/1', '--out', out, ...args]);
  const written = await explain('--html', file);
  expect([written.code, written.stdout]).toEqual([0, '']);
  const $ = load(readFileSync(file, 'utf8'));
  expect($('.verdict').text()).toBe('Left out');
  expect(
    $('mark')
      .toArray()
      .map(mark => $(mark).text()),
  ).toEqual(['Disallow: /archive/']);
  expect($('pre').text()).toContain('# the press office');
  expect($('script, [src], [href]').length).toBe(0);
  expect($('body').text()).toContain('judged again from the stored bytes just now: the same verdicts');
  expect((await explain('--html', '-')).stdout).toBe(readFileSync(file, 'utf8'));
});
