import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPolicy } from '../../src/settings/index.ts';
import { folderOfFile } from './demo-dataset.ts';
import { heedInOneProcess } from './one-process.ts';

const heed = heedInOneProcess();
const folder = folderOfFile();
const [october, november] = ['october', 'november'].map(month => join(folder, month)) as [string, string];

let robots = 'User-agent: *\nDisallow: /cart\n\n# newspapers\nUser-agent: CCBot\nDisallow: /\n';
const server = createServer((request, response) => {
  const isRobots = request.url === '/robots.txt';
  const status = isRobots || request.url === '/' ? 200 : 404;
  response.writeHead(status, { 'content-type': isRobots ? 'text/plain' : 'text/html' });
  response.end(isRobots ? robots : '<!doctype html><title>t</title><p>A page.');
});
const audit = (out: string, ...more: readonly string[]) =>
  heed([
    ...['audit', 'paper.test', 'http://no host/', '--out', out, '--contact', 'https://example.org/bot', '--delay', '0', '-q'],
    ...['--allow-private-network', '--resolve', `*.test=127.0.0.1:${(server.address() as AddressInfo).port}`, ...more],
  ]);

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  expect((await audit(october)).code).toBe(0);
  robots = 'User-agent: *\nDisallow: /cart\n\n# newspapers\nUser-agent: GPTBot\nDisallow: /\nCrawl-delay: 0\n';
  expect((await audit(november, '--against', october)).code).toBe(0);
}, 60_000);
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const outputs = ['audit.jsonl', 'summary.json', 'figures.csv', 'domains.csv', 'domains.parquet', 'report.html'];
const bytesOf = (out: string): readonly Buffer[] => outputs.map(name => readFileSync(join(out, name)));

describe('the history of a domain, from stored evidence', () => {
  test('shows the lines of robots.txt that went and came, as they were on the wire', async () => {
    const { code, stdout } = await heed(['diff', october, november, '--domain', 'paper.test']);
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter(line => /^ {4}[−+] /.test(line));
    expect(lines).toEqual(['    −    5 User-agent: CCBot', '    +    5 User-agent: GPTBot', '    +    7 Crawl-delay: 0']);
    expect(stdout).toMatch(
      /opted-out +agent partly → whole: GPTBot\n +− Disallow: \/cart {2}line 2 [^\n]+\n +\+ Disallow: \/ {2}line 6/,
    );
    const { history } = JSON.parse((await heed(['diff', october, november, '--domain', 'paper.test', '--json'])).stdout);
    expect(history[0].robotsDiff).toBeUndefined();
    expect(history[1].robotsDiff).toEqual([
      { kind: 'removed', line: 5, text: 'User-agent: CCBot' },
      { kind: 'added', line: 5, text: 'User-agent: GPTBot' },
      { kind: 'added', line: 7, text: 'Crawl-delay: 0' },
    ]);
  });

  test('says so where the bytes are not at hand, and shows no line in their place', async () => {
    const lines = join(folder, 'october.jsonl');
    writeFileSync(lines, readFileSync(join(october, 'audit.jsonl')));
    const { code, stdout } = await heed(['diff', lines, november, '--domain', 'paper.test']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('no lines of robots.txt to compare: ')]);
    expect(stdout).toContain('does not hold the bytes of its robots.txt');
    expect(stdout).not.toMatch(/^ {4}[−+] /m);
  });

  test('the octets of another robots.txt are not shown as those that were judged', async () => {
    const other = join(folder, 'other');
    cpSync(october, other, { recursive: true });
    const lines = readFileSync(join(other, 'audit.jsonl'), 'utf8');
    const digest = lines.match(/"robots":\{[^}]*?"digest":"(sha256:[0-9a-f]{64})"/)?.[1] ?? 'none';
    writeFileSync(join(other, 'audit.jsonl'), lines.replaceAll(digest, `sha256:${'0'.repeat(64)}`));
    const { code, stdout } = await heed(['diff', other, november, '--domain', 'paper.test']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('holds no robots.txt at the place it names')]);
    expect(stdout).not.toMatch(/^ {4}[−+] /m);
  });
});

describe('an audit made again', () => {
  test('from its evidence is the same, octet for octet: how its list was made and what its reader must know included', async () => {
    const again = join(folder, 'again');
    expect((await heed(['audit', '--from-evidence', october, '--out', again])).code).toBe(0);
    expect(bytesOf(again)).toEqual(bytesOf(october));
    expect(JSON.parse(readFileSync(join(again, 'summary.json'), 'utf8')).audit.notes).toContain(
      'private addresses were permitted',
    );
    // Without it the manifest still tells what was permitted; the name of the list is not made up.
    rmSync(join(october, 'summary.json'));
    expect((await heed(['audit', '--from-evidence', october, '--out', again])).code).toBe(0);
    const { audit } = JSON.parse(readFileSync(join(again, 'summary.json'), 'utf8'));
    expect(audit.notes).toContain('private addresses were permitted');
    expect(audit).not.toHaveProperty('list');
    expect((await heed(['audit', '--from-evidence', october])).code).toBe(0);
  });

  test('by heed report keeps what it was held against', async () => {
    const before = bytesOf(november);
    expect(load(before.at(-1)?.toString() ?? '')('#time h2').text()).toBe('Since the earlier audit');
    rmSync(join(november, 'report.html'));
    expect((await heed(['report', november])).code).toBe(0);
    expect(bytesOf(november)).toEqual(before);
  });

  test('its summary is what `heed schema summary` describes, with and without a time', async () => {
    const schema = JSON.parse((await heed(['schema', 'summary'])).stdout);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    for (const out of [november, join(folder, 'again')])
      expect(validate(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))) || validate.errors).toBe(true);
    expect(validate({})).toBe(false);
  });

  test('its earlier SARIF is made again with the rest', async () => {
    const sarif = join(november, 'audit.sarif');
    writeFileSync(sarif, 'of another time');
    expect((await heed(['report', november])).code).toBe(0);
    expect(JSON.parse(readFileSync(sarif, 'utf8')).version).toBe('2.1.0');
    rmSync(sarif);
  });
});

describe('bodies that are given', () => {
  const bodies = (name: string, ...lines: readonly object[]): string => {
    const file = join(folder, name);
    writeFileSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    return file;
  };
  const closed = { host: 'a.example', text: 'User-agent: GPTBot\nDisallow: /\n' };
  const open = { host: 'b.example', text: 'User-agent: *\nAllow: /\n' };

  test('none at all is no audit of which nothing was found', async () => {
    const out = join(folder, 'empty');
    const { code, stderr } = await heed(['audit', '--robots', bodies('none.jsonl'), '--out', out, '--fail-on', 'opt-out']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('ERR_AUDIT_LIST_EMPTY')]);
    expect(existsSync(join(out, 'audit.jsonl'))).toBe(false);
  });

  test('under a policy that has kept the name of a preset count once under each', async () => {
    const own = join(folder, 'standard.json');
    const { digest: _, ...standard } = loadPolicy('standard');
    writeFileSync(own, JSON.stringify({ ...standard, namedAgents: 'ignore' }));
    const out = join(folder, 'own');
    const file = bodies('two.jsonl', closed, open);
    const said = await heed(['audit', '--robots', file, '--out', out, '--policy', own]);
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('as policy own-standard reads them')]);
    const { figures, policy } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
    const refused = (id: string): number => figures[`verdict.${id}.train-ai.disallow`].all.n;
    expect([policy, refused('standard'), refused('own-standard')]).toEqual(['own-standard', 1, 0]);
    for (const { all } of Object.values<{ all: { n: number; of: number } }>(figures)) expect(all.n).toBeLessThanOrEqual(all.of);
  });

  test('two of one domain, and a line that is none: a reader of the figures is told', async () => {
    const out = join(folder, 'twice');
    mkdirSync(out);
    const file = bodies('twice.jsonl', closed, closed, { host: 'x y' });
    expect((await heed(['audit', '--robots', file, '--out', out])).code).toBe(2);
    const { notes } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')).audit;
    expect(notes.slice(1)).toEqual([
      'one body is of a domain that has one already: each is counted, as a domain of its own',
      'one line could not be used and is in no figure',
    ]);
  });
});
