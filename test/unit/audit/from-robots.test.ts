import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AuditRecord, robotsMeasurer } from '../../../src/assess/index.ts';
import { type BadLine, recordsFromRobots } from '../../../src/audit/index.ts';
import { exchange, failingAt, yardstick } from './facts.ts';

interface Pass {
  readonly records: readonly AuditRecord[];
  readonly bad: readonly BadLine[];
  readonly repeated: readonly string[];
}

async function pass(source: string | Readable): Promise<Pass> {
  const bad: BadLine[] = [];
  const repeated: string[] = [];
  const records: AuditRecord[] = [];
  const options = { yardstick, onBad: (line: BadLine) => bad.push(line), onRepeated: (domain: string) => repeated.push(domain) };
  for await (const record of recordsFromRobots(source, options)) records.push(record);
  return { records, bad, repeated };
}

const stream = (...lines: readonly unknown[]): Readable =>
  Readable.from([Buffer.from(lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))]);

const file = (name: string, content: string | Buffer): string => {
  const folder = mkdtempSync(join(tmpdir(), 'heed-robots-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const closed = 'User-agent: GPTBot\nDisallow: /';

describe('bodies of robots.txt, one a line', () => {
  test('are given as text, body or base64, with a day or an instant; a status stands for a body', async () => {
    const { records, bad } = await pass(
      stream(
        { host: 'a.example', text: closed, date: '2026-01-31' },
        { domain: 'https://B.Example:443/x', body: closed, date: '2026-01-31T10:00:00.5Z' },
        { host: 'bücher.example', bodyBase64: Buffer.from(closed).toString('base64') },
        { host: 'd.example', status: 404 },
        { host: 'e.example', status: 503, text: 'sorry' },
      ),
    );
    expect(bad).toEqual([]);
    expect(records.map(({ domain, at, position, robots }) => [domain, at, position, robots.class])).toEqual([
      ['a.example', '2026-01-31T00:00:00Z', 1, 'rules'],
      ['b.example', '2026-01-31T10:00:00.5Z', 2, 'rules'],
      ['xn--bcher-kva.example', undefined, 3, 'rules'],
      ['d.example', undefined, 4, 'absent'],
      ['e.example', undefined, 5, 'server-error'],
    ]);
    expect(records.slice(0, 3).map(({ robots }) => robots.named.map(({ agent }) => agent))).toEqual(Array(3).fill(['GPTBot']));
  });

  test.each<[what: string, text: string, day: string | undefined]>([
    ['rules', `${closed}\nDisallow: /again`, '2026-01-1'],
    ['rules without a day', `${closed}\nDisallow: /never`, undefined],
    ['a licence at its own address', `License: /license.xml\n${closed}`, '2026-01-1'],
    [
      'what is malformed and holds an address',
      `${closed}\nContent-Usage: train-ai="https://a.fr/"\nLicense: ftp://a.fr/`,
      '2026-01-1',
    ],
  ])('one that many sites serve is read once, and each has its own country, name and day: %s', async (_, text, day) => {
    const hosts = ['a.fr', 'b.fr', 'c.de', 'd.example', 'e.example', 'f.example', 'g.de'];
    const lines = (of: readonly string[]) =>
      of.map((host, index) => ({ host, text, ...(day === undefined ? {} : { date: `${day}${index}` }) }));
    const { records } = await pass(stream(...lines(hosts)));
    expect(records.map(({ domain, tld, country }) => [domain, tld, country])).toEqual(
      hosts.map(host => [host, host.slice(2), { fr: 'FR', de: 'DE' }[host.slice(2)]]),
    );
    for (const [index, host] of hosts.entries()) {
      const line = { ...lines(hosts)[index] };
      const [alone] = (await pass(stream(line))).records;
      expect(records[index]).toEqual({ ...alone, position: index + 1 });
      expect(records[index]?.evidence.every(({ source }) => source.url.startsWith(`https://${host}/`))).toBe(true);
    }
  });

  test('are all a record knows: nothing else was asked, no verdict is complete', async () => {
    const [record] = (await pass(stream({ host: 'a.example', text: '' }))).records;
    expect(record).toMatchObject({ complete: false, reach: 'reachable', attempts: [] });
    expect(record?.page).toBeUndefined();
    expect(record?.verdicts.standard?.['train-ai']).toMatchObject({ because: 'not-attempted', disposition: 'defer' });
  });

  test.each<[what: string, line: unknown, code: string]>([
    ['what is no JSON', '{"host":', 'ERR_ROBOTS_JSON'],
    ['a list', [1], 'ERR_ROBOTS_JSON'],
    ['no host', { text: '' }, 'ERR_ROBOTS_HOST'],
    ['a host that is none', { host: 'not a host', text: '' }, 'ERR_ROBOTS_HOST'],
    ['no body', { host: 'a.example' }, 'ERR_ROBOTS_BODY'],
    ['a body that is no string', { host: 'a.example', text: 1 }, 'ERR_ROBOTS_BODY'],
    ['two bodies', { host: 'a.example', text: '', body: '' }, 'ERR_ROBOTS_BODY'],
    ['base64 that is none', { host: 'a.example', bodyBase64: '%' }, 'ERR_ROBOTS_BODY'],
    ['a status that is none', { host: 'a.example', text: '', status: '200' }, 'ERR_ROBOTS_STATUS'],
    ['a day that is none', { host: 'a.example', text: '', date: '2026-13-01' }, 'ERR_ROBOTS_DATE'],
  ])('%s is told with its line, and the others are measured', async (_, line, code) => {
    const { records, bad } = await pass(stream({ host: 'a.example', text: '' }, '', line, { host: 'b.example', text: '' }));
    expect(bad).toMatchObject([{ line: 3, code }]);
    expect(records.map(({ position }) => position)).toEqual([1, 4]);
  });

  test('a domain that is named again has a record all the same, and is told', async () => {
    const { records, repeated } = await pass(stream({ host: 'a.example', text: '' }, { host: 'A.example.', text: closed }));
    expect(records.map(({ robots }) => robots.named.length)).toEqual([0, 1]);
    expect(repeated).toEqual(['a.example']);
  });

  test('come from a file, plain or gzip, whatever its name', async () => {
    const content = `\ufeff${JSON.stringify({ host: 'a.example', text: closed })}\r\n`;
    for (const octets of [Buffer.from(content), gzipSync(content)])
      expect((await pass(file('robots', octets))).records).toHaveLength(1);
  });

  test.each<[what: string, () => string]>([
    ['a file that is not there', () => '/nowhere/robots.jsonl'],
    [
      'one that ends within its compression',
      () => file('cut.gz', gzipSync('{"host":"a.example","text":""}\n'.repeat(9)).subarray(0, 40)),
    ],
  ])('%s is an error and never the end', async (_, path) => {
    await expect(pass(path())).rejects.toMatchObject({ code: 'ERR_ROBOTS_FILE', exitCode: 2 });
  });
});

describe('what a body says is found out once', () => {
  const bodies = [
    closed,
    'User-agent: *\nContent-Usage: train-ai=n',
    'License: /license.xml',
    'User-agent: *\nLicense: /l.xml\nDisallow: /',
    '',
  ];
  const hosts = ['a.example', 'b.example', 'c.de', 'd.example', 'e.de', 'f.example:8443'];
  const dates = [undefined, '2026-01-31'];

  test('and gives the same line, octet for octet, as if it were found out anew', async () => {
    const lines = bodies.flatMap(text => dates.flatMap(date => hosts.map(host => ({ host, text, date }))));
    const { records } = await pass(stream(...lines));
    const alone = await Promise.all(lines.map(async line => (await pass(stream(line))).records[0]));
    expect(records.map(record => JSON.stringify({ ...record, position: 1 }))).toEqual(
      alone.map(record => JSON.stringify(record)),
    );
  });

  test('but not where the operator’s own records could tell two sites apart', () => {
    const file = exchange('heed:operator-records', '');
    const record = {
      kind: 'deny',
      scope: 'domain',
      value: 'b.example',
      categories: [],
      from: '2026-01-01T00:00:00Z',
      until: null,
    } as const;
    const records = [{ ...record, isSigned: false, line: 1, bytes: [0, 1] }] as never;
    const measure = robotsMeasurer({ ...yardstick, facts: { ...yardstick.facts, operator: { file, records } } });
    const dispositions = ['a.example', 'a.example', 'b.example'].map((domain, index) => {
      const base = `https://${domain}`;
      const { verdicts } = measure({ domain, asked: domain, position: index + 1 }, base, exchange(`${base}/robots.txt`, ''));
      return verdicts.rfc9309?.acquisition?.disposition;
    });
    expect(dispositions).toEqual(['keep', 'keep', 'withhold']);
  });
});

test('a fault of ours at one domain is told, its line says that it was not checked, and the others are measured', async () => {
  const told: string[] = [];
  const source = stream(...['a', 'b', 'c'].map(name => ({ host: `${name}.example`, text: `# ${name}\n${closed}` })));
  const records: AuditRecord[] = [];
  const options = { yardstick: failingAt(2), onBad: () => {}, onFault: (domain: string) => told.push(domain) };
  for await (const record of recordsFromRobots(source, options)) records.push(record);
  expect(told).toEqual(['b.example']);
  expect(records.map(({ domain, position, reach, why }) => [domain, position, reach, why])).toEqual([
    ['a.example', 1, 'reachable', undefined],
    ['b.example', 2, 'not-checked', 'fault'],
    ['c.example', 3, 'reachable', undefined],
  ]);
  expect(records[1]).toMatchObject({ verdicts: {}, signals: [], complete: false, robots: { class: 'not-asked' } });
});
