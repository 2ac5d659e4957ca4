import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedLine, testPublicKey } from '../vectors/operator-facts.ts';
import { heedInOneProcess } from './one-process.ts';
import type { Ended } from './run-heed.ts';

const heed = heedInOneProcess();

interface Page {
  readonly headers?: Record<string, string>;
  readonly body: string;
}

const text = (word: string): string =>
  `<p>${`${word} is a page about ${word} with enough words to be kept as a document. `.repeat(6)}</p>`;
const html = (word: string, head = ''): Page => ({
  body: `<!doctype html><html lang=en><head><title>${word}</title>${head}</head><body>${text(word)}</body></html>`,
});

/** By `Host path`. */
const web: Readonly<Record<string, Page>> = {
  'plain.test /': {
    body: `<p>${'A page of links with enough words to be kept. '.repeat(6)}</p>
    <a href="/open">a</a><a href="/wrong">b</a><a href="/refused">c</a><a href="/closed/x">d</a><a href="http://denied.test:8931/">e</a>`,
  },
  'plain.test /open': html('open'),
  'plain.test /wrong': { ...html('wrong'), headers: { 'Content-Usage': 'train-ai=no' } },
  'plain.test /refused': { ...html('refused'), headers: { 'Content-Usage': 'train-ai=n' } },
  'plain.test /closed/x': html('closed'),
  'denied.test /': html('denied'),
};

const folder = mkdtempSync(join(tmpdir(), 'heed-policy-'));
const out = join(folder, 'dataset');
const records = join(folder, 'operator.jsonl');
const key = join(folder, 'operator.pub.pem');
const asked: string[] = [];
let server: Server;
let crawled: Ended;

beforeAll(async () => {
  server = createServer((request, response) => {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '');
    asked.push(`${name} ${request.url}`);
    const page = web[`${name} ${request.url}`];
    const missing = name === 'busy.test' ? 503 : 404;
    response.writeHead(page ? 200 : missing, { 'Content-Type': 'text/html; charset=utf-8', ...page?.headers });
    response.end(page?.body ?? 'none');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const common = { from: '2026-01-01T00:00:00Z', by: 'legal@operator.example' };
  writeFileSync(key, testPublicKey);
  writeFileSync(
    records,
    [
      JSON.stringify({ kind: 'deny', scope: 'domain', value: 'denied.test', ...common }),
      JSON.stringify({ kind: 'deny', scope: 'prefix', value: 'http://plain.test/closed/', ...common }),
      signedLine({ kind: 'grant', scope: 'origin', value: 'http://plain.test', categories: ['train-ai'], ...common }),
    ].join('\n'),
  );
  const identity = ['--operator', 'Test', '--contact', 'https://crawler.example/bot'];
  const place = [
    '--out',
    out,
    '--resolve',
    `*.test=127.0.0.1:${port}`,
    '--allow-private-network',
    '--delay',
    '0',
    '--scope',
    'any',
  ];
  const own = ['--operator-records', records, '--operator-key', key, '--defer-limit', '1s', '--port', '8931'];
  crawled = await heed([
    'crawl',
    'http://plain.test/',
    'http://denied.test/',
    'http://busy.test/',
    ...place,
    ...identity,
    ...own,
    '--json',
  ]);
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every file of the dataset with its size and time of change. */
const snapshot = (): readonly string[] =>
  readdirSync(out, { recursive: true, encoding: 'utf8' }).map(path => {
    const { size, mtimeMs } = statSync(join(out, path));
    return `${path} ${size} ${mtimeMs}`;
  });

const diff = async (from: string, to: string, ...more: string[]) => {
  const { code, stdout, stderr } = await heed(['policy', 'diff', from, to, '--out', out, '--json', ...more]);
  return { code, stderr, diff: JSON.parse(stdout) };
};

describe("the operator's own records in a crawl", () => {
  test('what is denied ends as refused.denylist, and its host is never asked, nor is its name looked up', () => {
    expect(crawled.code, crawled.stderr).toBe(0);
    expect(JSON.parse(crawled.stdout).counts.byReason).toEqual({
      kept: 3,
      'deferred.robots.status': 1,
      'refused.denylist': 3,
      'withheld.field.content-usage': 1,
    });
    expect(asked.filter(request => request.startsWith('denied.test'))).toEqual([]);
    expect(asked).not.toContain('plain.test /closed/x');
  });

  test('a kept page cites the grant; verify judges again with the records that lie in the manifest', async () => {
    const explained = await heed(['explain', 'http://plain.test/open', '--out', out]);
    expect(explained.stdout).toContain('operator.grant');
    expect(explained.stdout).toContain('line 3');
    writeFileSync(records, '');
    const { code, stdout } = await heed(['verify', out]);
    expect(stdout).toContain('verified');
    expect(code).toBe(0);
  });
});

describe('heed policy diff', () => {
  test('the policy of the crawl against itself flips nothing', async () => {
    const { code, diff: found } = await diff('standard', 'standard', '--fail-on', 'flips');
    expect(found).toMatchObject({ flips: [], unjudged: [], urls: { seen: 8, judged: 5, excluded: 3 } });
    expect(found.totals.from).toEqual({ keep: 3, withhold: 1, defer: 1 });
    expect(code).toBe(0);
  });

  test('a stricter policy: which pages would go, and by which words', async () => {
    const { code, diff: found } = await diff('standard', 'strict', '--fail-on', 'flips');
    // A site that did not answer is asked again under both: what was not asked of it meanwhile is no flip.
    expect(found.flips).toHaveLength(1);
    expect(found.totals.to).toMatchObject({ defer: 1 });
    expect(found.flips[0]).toMatchObject({
      url: 'http://plain.test/wrong',
      recorded: 'kept',
      from: { disposition: 'keep', reason: 'kept' },
      to: { disposition: 'withhold', reason: 'withheld.field.content-usage' },
      about: 'train-ai',
      evidence: [{ signal: 'field.content-usage', quote: 'train-ai=no' }],
    });
    expect(found.byReason).toEqual({ 'kept → withheld.field.content-usage': 1 });
    expect(code).toBe(4);
  });

  test('a milder policy: what would come, and that its body was never read', async () => {
    const { diff: found } = await diff('standard', 'rfc9309');
    expect(found.flips).toMatchObject([
      { url: 'http://plain.test/refused', to: { disposition: 'keep' }, unseen: true, evidence: [{ quote: 'train-ai=n' }] },
    ]);
    const { code } = await diff('standard', 'rfc9309');
    expect(code).toBe(0);
  });

  test('for people: each flip with its evidence, then the sums', async () => {
    const { stdout } = await heed(['policy', 'diff', 'strict', 'standard', '--out', out]);
    expect(stdout).toContain('withhold → keep http://plain.test/wrong');
    expect(stdout).toContain('`train-ai=no` field content-usage');
    expect(stdout).toContain('1 flips: 0 of 2 would go, 1 would come');
  });

  test('nothing is asked of any site, and nothing is written', async () => {
    const before = asked.length;
    const files = snapshot();
    await diff('standard', 'opt-in');
    expect(asked).toHaveLength(before);
    expect(snapshot()).toEqual(files);
  });

  test.each([
    ['a dataset that is none', ['policy', 'diff', 'standard', 'strict', '--out', '/no/such/dataset'], 2, 'ERR_NO_DATASET'],
    ['an unknown policy', ['policy', 'diff', 'standrad', 'strict', '--out', '.'], 3, 'did you mean `standard`?'],
  ])('%s', async (_what, args, code, message) => {
    const { code: actual, stderr } = await heed(args);
    expect(stderr).toContain(message);
    expect(actual).toBe(code);
  });
});

describe('heed policy show', () => {
  test('says of every line where it comes from', async () => {
    const file = join(folder, 'heed.yaml');
    writeFileSync(file, 'policy: strict\ncategory: [search]\n');
    const { stdout } = await heed(['policy', 'show', '--config', file]);
    expect(stdout).toMatch(/^policy +strict +\[.*heed\.yaml\]$/m);
    const byEnvironment = await heed(['policy', 'show'], { env: { HEED_POLICY: 'opt-in' } });
    expect(byEnvironment.stdout).toMatch(/^policy +opt-in +\[HEED_POLICY\]$/m);
    const byFlag = await heed(['policy', 'show', 'rfc9309', '--config', file]);
    expect(byFlag.stdout).toMatch(/^policy +rfc9309 +\[command line\]$/m);
    expect(byFlag.stdout).toMatch(/^unknown, usage .*\[config\/policies\/rfc9309\.json: onUnknown\.usage\]$/m);
    const byDefault = await heed(['policy', 'show']);
    expect(byDefault.stdout).toMatch(/^policy +standard +\[default\]$/m);
    for (const line of byDefault.stdout.trimEnd().split('\n').slice(3)) expect(line).toMatch(/\[[^\]]+\]$/);
  });

  test('as JSON it is a policy file that can be used again, with the same digest', async () => {
    const { stdout } = await heed(['policy', 'show', 'strict', '--json']);
    const file = join(folder, 'mine.json');
    writeFileSync(file, stdout);
    const again = await heed(['policy', 'show', file, '--json']);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(stdout));
  });
});
