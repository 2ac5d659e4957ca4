import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heedInOneProcess } from './one-process.ts';

const heed = heedInOneProcess();

interface Page {
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

const html = (body: string, head = ''): string =>
  `<!doctype html><html><head><title>t</title>${head}</head><body>${body}</body></html>`;

/** A site that contradicts itself in most of the ways a site can. */
const site: Readonly<Record<string, Page>> = {
  '/robots.txt': {
    body: 'User-agent: *\nDisalow: /typo/\nDisallow: /closed/\nContent-Usage: train-ai=y\n\nUser-agent: GPTBot\nDisallow: /gpt/\n',
  },
  '/.well-known/tdmrep.json': { body: '[{"location": "/", "tdm-reservation": 1}' },
  '/trust.txt': { body: 'member=https://assoc.example/\ndatatrainingallowed=maybe\n' },
  '/': {
    body: html(
      '<p>Secret prose of the home page.</p><a href="/open">a</a><a href="/closed/x">b</a><a href="/twice#part">c</a>' +
        '<a rel="nofollow" href="/hidden">d</a><a href="https://elsewhere.test/">e</a><a href="/moved">f</a><a href="/evil">g</a><a href="/beyond">h</a>',
    ),
  },
  '/open': { body: html('<p>open</p>') },
  '/twice': {
    headers: [
      ['Content-Usage', 'train-ai=n'],
      ['X-Robots-Tag', 'noai'],
    ],
    body: html('<p>no</p>'),
  },
  '/moved': { status: 301, headers: [['Location', '/open']] },
  '/evil': { headers: [['Content-Usage', 'train-ai=n, "<script>alert(1)</script>"']], body: html('<p>e</p>') },
  '/beyond': { body: html('<p>beyond the count</p>') },
};

let origin = '';
let flags: string[] = [];
const requests: { path: string; agent: string; at: number }[] = [];
const server = createServer((request, response) => {
  const path = request.url ?? '';
  requests.push({ path, agent: request.headers['user-agent'] ?? '', at: performance.now() });
  const page = site[path];
  const headers = [['Content-Type', path.endsWith('.txt') ? 'text/plain' : 'text/html; charset=utf-8'], ...(page?.headers ?? [])];
  response.writeHead(page ? (page.status ?? 200) : 404, headers.flat());
  response.end(page?.body ?? '');
});

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = 'http://paper.test';
  flags = [
    '--contact',
    'https://heed.test/bot',
    '--resolve',
    `paper.test=127.0.0.1:${port}`,
    '--allow-private-network',
    '--delay',
    '0',
  ];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const check = (...args: string[]) => heed(['check', `${origin}/`, ...flags, ...args]);

describe('heed check', () => {
  test('says what may be taken, what contradicts, and what to mend; asks what robots.txt opens, and nothing else', async () => {
    requests.length = 0;
    const { code, stdout, stderr } = await check('--json');
    expect(stderr.split('\n').filter(line => !line.includes('"warn"') && line !== '')).toEqual([]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    const asked = requests.map(({ path }) => path);
    expect(asked[0]).toBe('/robots.txt');
    expect(asked).toContain('/.well-known/tdmrep.json');
    for (const path of ['/closed/x', '/hidden', '/beyond']) expect(asked).not.toContain(path);
    expect(new Set(asked).size).toBe(asked.length);
    expect(new Set(requests.map(({ agent }) => agent)).size).toBe(1);
    expect(requests[0]?.agent).toMatch(/^heed\/\S+ \(\+https:\/\/heed\.test\/bot\)$/);

    expect(found.policies).toEqual(['rfc9309', 'apertus', 'standard', 'strict', 'opt-in']);
    const page = (path: string) => found.pages.find((one: { url: string }) => one.url === `${origin}${path}`);
    expect(page('/closed/x')).toMatchObject({
      asked: false,
      verdicts: { standard: { acquisition: { disposition: 'withhold' } } },
    });
    expect(page('/open').verdicts.rfc9309['train-ai'].disposition).toBe('keep');
    expect(page('/open').verdicts.standard['train-ai']).toMatchObject({ disposition: 'withhold', because: 'unreadable' });
    expect(page('/moved')).toMatchObject({ redirect: `${origin}/open` });

    const codes = found.anomalies.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(
      expect.arrayContaining([
        'robots.misspelt-directive',
        'tdmrep.malformed',
        'trust-txt.wrong-value',
        'content-usage.malformed',
      ]),
    );
    for (const { meaning, fix } of found.anomalies) expect([meaning, fix]).toEqual([expect.any(String), expect.any(String)]);
    const contradictions = found.contradictions.map(({ kind, about }: { kind: string; about: string }) => `${kind} ${about}`);
    expect(contradictions).toEqual(expect.arrayContaining(['carriers train-ai', 'mechanisms train-ai', 'closed train-ai']));
    expect(found.findings).toMatchObject({ contradiction: found.contradictions.length, kept: 0 });
    expect(JSON.stringify(found)).not.toContain('Secret prose');
  });

  test('its JSON is what `heed schema check` describes', async () => {
    const [{ stdout }, schema] = await Promise.all([check('--json'), heed(['schema', 'check'])]);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(schema.stdout));
    expect(validate(JSON.parse(stdout)) || validate.errors).toBe(true);
  });

  test('--format table, sarif and html', async () => {
    const table = await check('--format', 'table');
    expect(table.stdout).toMatch(/^A training crawler that follows policy standard may take none of these 5 pages\.\n/);
    expect(table.stdout).toContain('rfc9309   apertus   standard  strict    opt-in');
    expect(table.stdout).toContain('Write the name letter by letter');
    expect(table.stdout).toContain(`${origin}/closed/x  (not fetched)`);

    const sarif = JSON.parse((await check('--format', 'sarif')).stdout);
    expect(sarif).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-schema-2.1.0.json') });
    const [{ tool, results }] = sarif.runs;
    const typo = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'robots.misspelt-directive');
    expect(typo).toMatchObject({ level: 'warning', message: { text: expect.stringContaining('Disalow: /typo/') } });
    expect(typo.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: `${origin}/robots.txt` },
      region: { startLine: 2, byteOffset: 14, byteLength: 15, snippet: { text: 'Disalow: /typo/' } },
    });
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);

    const $ = load((await check('--format', 'html')).stdout);
    expect($('.verdict').text()).toBe('0 of 5 pages');
    expect($('script, link, img, iframe, [src], [href]').length).toBe(0);
    expect($('body').text()).toContain('<script>alert(1)</script>');
  });

  test('--fail-on ends with 4 where it finds something, and with 0 where not', async () => {
    expect((await check('--fail-on', 'malformed', '--quiet')).code).toBe(4);
    expect((await check('--fail-on', 'kept', '--fail-on', 'granted')).code).toBe(0);
    const wrong = await check('--fail-on', 'nonsense');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('known are malformed')]);
  });

  test('without a contact nothing is asked', async () => {
    requests.length = 0;
    const { code, stderr } = await heed(['check', `${origin}/`]);
    expect([code, stderr]).toEqual([7, expect.stringContaining('ERR_CONTACT_MISSING')]);
    expect(requests).toEqual([]);
  });

  test('--delay is kept between all requests to the site', async () => {
    requests.length = 0;
    await check('--delay', '120', '--pages', '1');
    const gaps = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
    expect(requests.length).toBeGreaterThan(4);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(115);
  });
});
