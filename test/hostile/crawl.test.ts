/** Every row in one real crawl, beside sites that do nothing wrong. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heedInOneProcess } from '../e2e/one-process.ts';
import { type HostileCase, urlOf } from './case.ts';
import { crawlHostileWeb, type HostileCrawl } from './hostile-crawl.ts';
import { neighbourPages, neighbourSeeds, neighbours } from './neighbours.ts';
import { rows } from './rows/index.ts';
import { story } from './says.ts';

const heed = heedInOneProcess();
const maxMs = 120_000;
/** More wants to run than there are cores: then everything takes longer, ours too. */
const crowd = (): number => Math.max(1, loadavg()[0]! / availableParallelism());
const maxMiB = 400;
const folder = mkdtempSync(join(tmpdir(), 'heed-hostile-'));
const addressFolder = join(folder, 'addresses');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const served = rows.filter(({ cases }) => cases.some(({ isAddress }) => !isAddress));
const addressed = rows.filter(({ cases }) => cases.some(({ isAddress }) => isAddress));
const casesOf = (list: typeof rows): readonly HostileCase[] =>
  list.flatMap(({ cases }) => cases.filter(({ crawledBy }) => crawledBy === undefined));

/** What differs from what is expected of a case, in words; nothing when all is well. */
function complaints(one: HostileCase, { records, documents, web }: HostileCrawl): readonly string[] {
  const url = new URL(urlOf(one, web.port));
  // The canonical form: `host.` is `host`.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  const found: string[] = [];
  const place = (request: { host: string; path: string }): string => `${request.host}${request.path}`;
  const expectReason = (of: string, ends: string | readonly string[]): void => {
    const record = records.get(of);
    const shown = of.slice(0, 120);
    if (!record) found.push(`${shown} has no row`);
    else if (![ends].flat().includes(record.reason))
      found.push(`${shown} ended as ${record.reason}, not ${[ends].flat().join(' or ')}`);
    if (documents.has(of) !== (record?.reason === 'kept')) found.push(`${shown} is ${documents.has(of) ? '' : 'not '}stored`);
  };
  expectReason(url.href, one.ends);
  for (const [of, ends] of Object.entries(one.others ?? {})) expectReason(of, ends);
  for (const never of one.never ?? [])
    if (web.requests.some(request => place(request) === never)) found.push(`${never} was asked`);
  if (one.says !== undefined && !documents.get(url.href)?.text.includes(one.says)) found.push(`the text lacks \`${one.says}\``);
  const [least, most] = typeof one.asked === 'number' ? [one.asked, one.asked] : (one.asked ?? [0, Number.POSITIVE_INFINITY]);
  const asked = web.requests.filter(request => place(request) === `${url.hostname}${url.pathname}${url.search}`).length;
  if (asked < least || asked > most)
    found.push(`${url.href.slice(0, 120)} was asked ${asked} times, not ${least}${most === least ? '' : ` to ${most}`}`);
  const total = web.requests.filter(({ host }) => host === url.hostname).length;
  if (total > (one.atMost ?? Number.POSITIVE_INFINITY)) found.push(`${url.hostname} got ${total} requests`);
  return found;
}

describe('the hostile web', () => {
  let crawl: HostileCrawl;
  beforeAll(async () => {
    crawl = await crawlHostileWeb({ folder, cases: casesOf(served), others: neighbourSeeds, isPrivateAllowed: true });
  }, 5 * maxMs);
  const out = join(folder, 'out');

  test('the run ends in order, in its time, and never holds more than it may', () => {
    expect(crawl.code, crawl.stderr).toBe(0);
    expect(crawl.elapsedMs).toBeLessThan(maxMs * crowd());
    expect(crawl.peakMiB).toBeLessThan(maxMiB);
  });

  test.each(served.map(row => [row.row, row.title, row] as const))('row %i: %s', (_number, _title, row) => {
    expect(casesOf([row]).flatMap(one => complaints(one, crawl))).toEqual([]);
  });

  test('healthy neighbours lose nothing: each page is asked once and kept whole', () => {
    expect(neighbourPages.filter(url => crawl.records.get(url)?.reason !== 'kept')).toEqual([]);
    for (const url of neighbourPages) {
      const { hostname, pathname } = new URL(url);
      expect(crawl.documents.get(url)?.text).toContain(story(`healthy ${hostname} page ${pathname.slice(1) || 0}`));
      expect(crawl.web.requests.filter(({ host, path }) => host === hostname && path === pathname)).toHaveLength(1);
    }
    for (const host of neighbours)
      expect(crawl.web.requests.filter(request => request.host === host && request.path === '/robots.txt')).toHaveLength(1);
  });

  test('every request is one honest request: no cookie, no password, no referer, nothing a site could slip in', () => {
    const honest =
      /^GET [\x21-\x7e]{1,2048} HTTP\/1\.1\r\nhost: [a-z0-9.-]+\r\nconnection: keep-alive\r\nuser-agent: heed\/[0-9.]+ \(\+https:\/\/heed\.test\/bot\)\r\naccept: [a-z0-9/*+,;=. ]+\r\naccept-encoding: gzip, br, zstd\r\n\r\n$/;
    expect(crawl.web.requests.filter(({ head }) => !honest.test(head))).toEqual([]);
    expect(crawl.web.requests.length).toBeGreaterThan(500);
  });

  test('what was said beside the answer is nowhere: not as a document, not as a password', async () => {
    for (const { text } of crawl.documents.values()) expect(text).not.toContain('poison');
    expect(JSON.stringify([...crawl.records.values()])).not.toContain('secret-r14');
    expect(crawl.stderr + crawl.stdout).not.toContain('secret-r14');
  });

  test('no name of a file comes from a URL (row 76)', () => {
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    const names = files.map(({ parentPath, name }) => relative(out, join(parentPath, name)));
    const ours =
      /^(state\/heed\.sqlite(-wal|-shm)?|state\/lock(\.sqlite)?|manifests\/[0-9TZ]+-[0-9a-f]+\.json|reports\/[0-9TZ]+-[0-9a-f]+\/politeness\.jsonl|(documents|provenance|evidence)\/[0-9TZ]+-[0-9a-f]+\/w\d+-\d{5}(\.declarations)?\.(jsonl|warc)\.gz)$/;
    expect(names.filter(name => !ours.test(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(4);
  });

  test('the dataset that came of it holds together', async () => {
    const { code, stdout, stderr } = await heed(['verify', out]);
    expect(code, stdout + stderr).toBe(0);
  });

  test.each(['r71-title', 'r71-field', 'r71-robots'])(
    '%s: what a site wrote cannot move the cursor of whoever asks why',
    async id => {
      const { code, stdout } = await heed(['explain', `http://${id}.test/`, '--out', out]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      const { stdout: json } = await heed(['explain', `http://${id}.test/`, '--out', out, '--json']);
      expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      expect(json.trim().split('\n')).toHaveLength(1);
    },
  );

  test.each(['r72-title', 'r72-field', 'r72-robots', 'r72-markup', 'r71-field'])(
    '%s: what a site wrote is no markup of ours',
    async id => {
      const { code, stdout } = await heed(['explain', `http://${id}.test/`, '--out', out, '--html', '-']);
      expect(code).toBe(0);
      expect(stdout).toContain('Content-Security-Policy');
      expect(stdout).not.toMatch(/<script|<img|onerror=alert\(72\)>|\u009b/i);
    },
  );
});

describe('addresses that are not public, without any permission', () => {
  let crawl: HostileCrawl;
  beforeAll(async () => {
    crawl = await crawlHostileWeb({ folder: addressFolder, cases: casesOf(addressed), isPrivateAllowed: false });
  }, maxMs);

  test.each(addressed.map(row => [row.row, row.title, row] as const))('row %i: %s', (_number, _title, row) => {
    expect(casesOf([row]).flatMap(one => complaints(one, crawl))).toEqual([]);
  });

  test('nobody connected, though the server stood there', () => {
    expect(crawl.code, crawl.stderr).toBe(0);
    expect(crawl.web.connections).toBe(0);
  });
});
