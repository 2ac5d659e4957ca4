import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../src/assess/index.ts';
import { type AuditWeb, startAuditWeb } from '../bench/audit-web.ts';
import { certificate, key } from '../shells/http-tls-pair.ts';
import { heedInOneProcess } from './one-process.ts';
import { temporaryFolder } from './run-heed.ts';

const heed = heedInOneProcess();
let web: AuditWeb;
beforeAll(async () => {
  web = await startAuditWeb();
});
afterAll(() => web.close());

const contact = ['--contact', 'https://example.org/bot'];
const local = (port = web.port): string[] => [
  ...[...contact, '--allow-private-network', '--delay', '0', '--request-timeout', '3s', '--defer-limit', '2s', '-q'],
  ...['--resolve', `*.test=127.0.0.1:${port}`],
];
const recordsOf = (out: string): AuditRecord[] =>
  readFileSync(join(out, 'audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

describe('heed audit refuses, and asks nobody,', () => {
  test.each([
    ['without a contact', ['a.test', '--out', 'never-made'], 7, 'ERR_CONTACT_MISSING'],
    ['without a place for its files', ['a.test', ...contact], 2, 'ERR_OUT_MISSING'],
    ['a kind of finding it does not know', ['a.test', '--fail-on', 'optout'], 2, 'ERR_USAGE'],
    [
      'itself as the earlier audit',
      ['a.test', ...contact, '--out', 'never-made', '--against', 'never-made/audit.jsonl'],
      2,
      'ERR_USAGE',
    ],
    ['two offline modes at once', ['--robots', 'x', '--from-evidence', 'y'], 2, 'ERR_USAGE'],
    ['domains beside stored evidence', ['a.test', '--from-evidence', 'y'], 2, 'ERR_USAGE'],
    [
      'an earlier audit that is not there',
      ['a.test', ...contact, '--out', 'never-made', '--against', 'nowhere'],
      2,
      'ERR_NO_AUDIT',
    ],
    ['a list that is not there', ['--domains', 'nowhere.txt', ...contact, '--out', 'LIST'], 2, 'ERR_AUDIT_LIST'],
  ])('%s', async (_name, args, code, error) => {
    const before = web.asked.length;
    const given = args.map(arg => (arg === 'LIST' ? join(temporaryFolder(), 'audit') : arg));
    const said = await heed(['audit', ...given]);
    expect([said.code, said.stderr]).toEqual([code, expect.stringContaining(error)]);
    expect(web.asked.length).toBe(before);
  });
});

test('bodies that are given need no contact; lines that cannot be used are told, and the others count', async () => {
  const folder = temporaryFolder();
  const bodies = [
    { host: 'a.example', text: 'User-agent: GPTBot\nDisallow: /\n' },
    { domain: 'b.example', body: '' },
    { host: 'not a host', text: '' },
  ];
  const file = join(folder, 'bodies.jsonl.gz');
  writeFileSync(file, gzipSync(`${bodies.map(body => JSON.stringify(body)).join('\n')}\nbroken\n`));
  const out = join(folder, 'audit');
  const said = await heed(['audit', '--robots', file, '--out', out]);
  expect([said.code, said.stderr.match(/ERR_ROBOTS_\w+/g)]).toEqual([2, ['ERR_ROBOTS_HOST', 'ERR_ROBOTS_JSON']]);
  expect(recordsOf(out).map(({ domain, robots }) => [domain, robots.named.map(({ agent }) => agent)])).toEqual([
    ['a.example', ['GPTBot']],
    ['b.example', []],
  ]);

  // A year later, and held against it.
  writeFileSync(
    join(folder, 'later.jsonl'),
    bodies
      .slice(0, 2)
      .map(body => JSON.stringify({ host: body.host ?? body.domain, text: '' }))
      .join('\n'),
  );
  const later = await heed([
    ...['audit', '--robots', join(folder, 'later.jsonl'), '--out', join(folder, 'later'), '--against', out, '--json'],
    ...['--fail-on', 'opt-out'],
  ]);
  expect(later.code, later.stderr).toBe(0);
  expect(JSON.parse(later.stdout)).toMatchObject({
    bad_lines: 0,
    findings: { 'opt-out': 0 },
    since: { sources: [{ path: out }, {}] },
  });
});

test('findings over a threshold end with exit code 4, and SARIF names the file and the line', async () => {
  const folder = temporaryFolder();
  const named = (kind: string): string[] => [
    'audit',
    'd9-site.test',
    'd0-site.test',
    '--out',
    join(folder, 'audit'),
    ...local(),
    ...['--fail-on', kind],
  ];
  expect((await heed(named('opt-out>50%'))).code).toBe(0);
  // Nobody answers there.
  const partly = ['audit', 'd59-site.test', '--out', join(folder, 'partly'), ...local(), '--strict-exit'];
  expect((await heed(partly)).code).toBe(5);
  // Lines from elsewhere do not take the place of those that evidence bears out.
  const lines = readFileSync(join(folder, 'audit', 'audit.jsonl'), 'utf8');
  writeFileSync(join(folder, 'bodies.jsonl'), '{"host":"a.example","text":""}\n');
  for (const from of [
    ['--robots', join(folder, 'bodies.jsonl')],
    ['--from-evidence', join(folder, 'partly')],
  ]) {
    const over = await heed(['audit', ...from, '--out', join(folder, 'audit')]);
    expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('ERR_OUT_TAKEN')]);
  }
  expect(readFileSync(join(folder, 'audit', 'audit.jsonl'), 'utf8')).toBe(lines);
  const sarif = await heed([...named('opt-out'), '--format', 'sarif']);
  expect(sarif.code).toBe(4);
  expect(JSON.parse(sarif.stdout)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'heed' } } }] });
});

test('a list comes through standard input, too; every entry has its line', async () => {
  const out = join(temporaryFolder(), 'audit');
  const domains =
    'rank,domain,tokens\n1,d0-site.test,5\n2,D0-SITE.TEST.,x\n3,no host here\n4,10.0.0.1:8080,15\n5,"d1-site.test\n';
  const told = local().filter(flag => flag !== '-q');
  const { code, stdout, stderr } = await heed(['audit', '--domains', '-', '--out', out, ...told], { input: domains });
  expect(code).toBe(0);
  expect(stderr).toContain('warning -:6: a quote is not closed; it is not asked\n');
  expect(stdout).toContain('4 domains (and 1 named again)');
  expect(stdout).toContain('2 of the list name no host');
  expect(stdout).toMatch(/^weighed: \d+ \(\d+\.\d %\) of 20 tokens lie at domains that refuse AI training/m);
  const note = 'weights of the list that are no whole numbers, and count for nothing: 1';
  expect(stderr).toContain(`warning ${note}\n`);
  expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')).audit.notes).toContain(note);
  expect(recordsOf(out).map(({ asked, rank, reach, why }) => ({ asked, rank, reach, why }))).toEqual([
    { asked: 'd0-site.test', rank: 1, reach: 'reachable' },
    { asked: 'no host here', rank: 3, reach: 'not-checked', why: 'no-host' },
    { asked: '10.0.0.1:8080', rank: 4, reach: 'not-checked', why: 'refused.port' },
    { asked: '5,"d1-site.test', reach: 'not-checked', why: 'bad-line 6: a quote is not closed' },
  ]);
});

test('a domain that answers over https is not asked over http', async () => {
  const asked: string[] = [];
  const secure = createServer({ key, cert: certificate }, (request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<html lang=fr><p>bonjour');
    else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve));
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'ca.pem'), certificate);
  const { startHeed, ended } = await import('./run-heed.ts');
  const args = ['audit', 'site.test', '--out', join(folder, 'audit'), ...local((secure.address() as AddressInfo).port)];
  const { code, stderr } = await ended(startHeed(args, { env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } }));
  secure.closeAllConnections();
  secure.close();
  expect([code, stderr]).toEqual([0, '']);
  const [record] = recordsOf(join(folder, 'audit'));
  expect(record).toMatchObject({
    ...{ reach: 'reachable', origin: 'https://site.test:443', language: 'fra' },
    attempts: [{ url: 'https://site.test/', outcome: 'successful', status: 200 }],
  });
  expect(new Set(asked)).toEqual(
    new Set(
      ['/robots.txt', '/.well-known/tdmrep.json', '/ai.txt', '/trust.txt', '/.well-known/trust.txt', '/'].map(
        path => `site.test${path}`,
      ),
    ),
  );
  expect(asked.length).toBe(6);
});
