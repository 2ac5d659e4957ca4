import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeAuditOutputs } from '../../src/cli/audit/outputs.ts';
import { auditRecords, smallHeader } from '../audit/records.ts';
import { folderOfFile, hookMs } from './demo-dataset.ts';
import { heedInOneProcess } from './one-process.ts';

const heed = heedInOneProcess();
const folder = folderOfFile();

const server = createServer((request, response) => {
  const isRobots = request.url === '/robots.txt';
  response.writeHead(isRobots || request.url === '/' ? 200 : 404, { 'Content-Type': isRobots ? 'text/plain' : 'text/html' });
  response.end(
    isRobots
      ? '# the press office\nUser-agent: *\nDisallow: /archive/\n'
      : `<title>t</title><p>${'A paragraph of plain English prose about rivers and tides. '.repeat(8)}</p><a href="/archive/1">a</a><a href="/gone">b</a>`,
  );
});
beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a crawl', () => {
  const out = join(folder, 'dataset');
  beforeAll(async () => {
    const place = `paper.test=127.0.0.1:${(server.address() as AddressInfo).port}`;
    const flags = [
      '--contact',
      'https://heed.test/bot',
      '--resolve',
      place,
      '--allow-private-network',
      '--delay',
      '0',
      '--content-threads',
      '0',
      '--quiet',
    ];
    expect((await heed(['crawl', 'http://paper.test/', '--out', out, ...flags])).code).toBe(0);
  }, hookMs);

  test('explain --html writes one page with the deciding line marked, from the dataset alone', async () => {
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

  test('report writes a page into the dataset, and the dataset is still whole', async () => {
    const { code, stderr, stdout } = await heed(['report', out]);
    expect([code, stdout]).toEqual([0, '']);
    const file = /^wrote (.+\/reports\/.+\/report\.html)$/m.exec(stderr)?.[1] ?? '';
    expect(load(readFileSync(file, 'utf8'))('h1').text()).toBe('1 of 3 URLs were kept');
    expect((await heed(['verify', out])).code).toBe(0);
  });

  test('report gives JSON and CSV on stdout, which sum to what was seen', async () => {
    const { stdout } = await heed(['report', out, '--json']);
    const { funnel, by_reason, by_mechanism, languages } = JSON.parse(stdout);
    expect(funnel).toEqual({ seen: 3, allowed: 2, answered: 1, kept: 1 });
    expect(by_reason).toEqual({ 'gone.404': 1, kept: 1, 'withheld.robots.rule': 1 });
    expect([by_mechanism, languages]).toEqual([{ robots: 1 }, { eng: 1 }]);
    expect((await heed(['report', out, '--format', 'csv'])).stdout).toContain('reason,gone.404,1\r\n');
    const file = join(folder, 'reasons.csv');
    expect((await heed(['report', out, '--format', 'csv', '--output', file])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('funnel,seen,3\r\n');
  });

  test.each([
    [['--format', 'card'], 2, 'ERR_NOT_IN_THIS_VERSION'],
    [['--format', 'croissant'], 2, 'ERR_NOT_IN_THIS_VERSION'],
    [['--format', 'ai-act'], 2, 'ERR_NOT_IN_THIS_VERSION'],
    [['--format', 'htm'], 2, 'ERR_USAGE'],
    [['--run', 'yesterday'], 2, 'ERR_NO_DATASET'],
  ])('report %s ends with exit code %d and %s', async (flags, exit, error) => {
    const { code, stdout, stderr } = await heed(['report', out, ...flags]);
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toContain(error);
  });

  test('report of a folder without a dataset is told so', async () => {
    const { code, stderr } = await heed(['report', join(folder, 'nowhere')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('ERR_NO_DATASET')]);
  });
});

describe('heed report of an audit', () => {
  const out = join(folder, 'audit');
  const names = ['report.html', 'summary.json', 'figures.csv', 'domains.csv', 'domains.parquet', 'audit.sql'];
  const bytes = (): Buffer[] => names.map(name => readFileSync(join(out, name)));
  let first: Buffer[];
  beforeAll(async () => {
    const records = [...auditRecords(60)];
    mkdirSync(out);
    writeFileSync(join(out, 'audit.jsonl'), records.map(record => `${JSON.stringify(record)}\n`).join(''));
    await writeAuditOutputs(out, records, { header: smallHeader });
    first = bytes();
  });

  test('makes every output again from audit.jsonl, byte for byte', async () => {
    for (const name of names.filter(own => own !== 'summary.json')) rmSync(join(out, name));
    const { code, stderr } = await heed(['report', out]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('report.html')]);
    // From the sources and from their compiled form the script in the page differs in its spaces.
    expect(bytes().slice(1)).toEqual(first.slice(1));
    expect(load(bytes()[0] ?? '')('main').html()).toBe(load(first[0] ?? '')('main').html());
  });

  test('gives one of them on stdout', async () => {
    expect((await heed(['report', out, '--format', 'json'])).stdout).toBe(first[1]?.toString());
    expect((await heed(['report', out, '--format', 'csv'])).stdout).toBe(first[2]?.toString());
  });

  test('a damaged line is told with its number, and the outputs that were there stay', async () => {
    const file = join(out, 'audit.jsonl');
    const lines = readFileSync(file, 'utf8');
    writeFileSync(file, lines.replace('\n', '\n{"v":1,"domain":"x"}\n'));
    const before = bytes();
    const { code, stderr } = await heed(['report', out]);
    expect([code, stderr]).toEqual([9, expect.stringContaining('line 2 lacks what every record has')]);
    expect(bytes()).toEqual(before);
    expect(readdirSync(out).filter(name => name.endsWith('.tmp'))).toEqual([]);
    writeFileSync(file, lines);
  });
});

test('heed report --against shows what became of the domains of an earlier audit; a crawl has no such thing', async () => {
  const [earlier, later] = ['earlier', 'later'].map(name => join(folder, name)) as [string, string];
  for (const [out, seed] of [
    [earlier, 1],
    [later, 2],
  ] as const) {
    const records = [...auditRecords(40, seed)].map((record, index) => ({ ...record, domain: `domain-${index}.example` }));
    mkdirSync(out);
    writeFileSync(join(out, 'audit.jsonl'), records.map(record => `${JSON.stringify(record)}\n`).join(''));
    await writeAuditOutputs(out, records, { header: smallHeader });
  }
  expect((await heed(['report', later, '--against', earlier])).code).toBe(0);
  const $ = load(readFileSync(join(later, 'report.html'), 'utf8'));
  expect($('#time h2').text()).toBe('Since the earlier audit');
  expect($('#time .bars li').length).toBeGreaterThan(5);
  const { code, stderr } = await heed(['report', join(folder, 'dataset'), '--against', earlier]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('this is a crawl')]);
});

test('heed audit --against puts what changed onto its page, and the policy that was asked for leads', async () => {
  const bodies = (rule: string): string =>
    ['a', 'b', 'c']
      .map(name => `${JSON.stringify({ host: `${name}.example`, text: `User-agent: GPTBot\nDisallow:${rule}\n` })}\n`)
      .join('');
  const [before, after] = [join(folder, 'before.jsonl'), join(folder, 'after.jsonl')];
  writeFileSync(before, bodies(''));
  writeFileSync(after, bodies(' /'));
  const audit = (file: string, out: string, ...flags: string[]) =>
    heed(['audit', '--robots', file, '--out', join(folder, out), '--quiet', ...flags]);
  expect((await audit(before, 'open')).code).toBe(0);
  expect((await audit(after, 'closed', '--policy', 'apertus', '--against', join(folder, 'open'))).code).toBe(0);
  const $ = load(readFileSync(join(folder, 'closed/report.html'), 'utf8'));
  expect($('header').text()).toContain('as policy apertus reads what they say');
  const agent = $('#time .bars li')
    .toArray()
    .map(row => $(row).text())
    .find(row => row.startsWith('agent:GPTBot'));
  expect(agent).toBe('agent:GPTBot0.0 % to 100.0 % +3 −0');
});
