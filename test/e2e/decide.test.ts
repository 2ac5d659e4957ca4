import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { heedInOneProcess } from './one-process.ts';
import { heed as heedAlone, startHeed } from './run-heed.ts';

const heed = heedInOneProcess();

const robots = 'User-agent: *\nDisallow: /x\n\nUser-agent: GPTBot\nDisallow: /\n';
const caseOf = (id: string, more: object = {}): string =>
  JSON.stringify({
    id,
    url: 'https://site.example/a?b=1',
    missing: 'absent',
    origin: { robots: { status: 200, body: robots } },
    response: { status: 200, body: '<p>x' },
    ...more,
  });

const parse = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

describe('heed decide', () => {
  test('10,000 cases go through one process, in order, and each has its verdict', async () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
    const input = ids
      .map(id => caseOf(id, { agent: 'heed/1.0', policy: Number(id.slice(1)) % 2 ? 'rfc9309' : 'standard' }))
      .join('\n');
    const { code, stdout } = await heedAlone(['decide'], { input });
    const answers = parse(stdout);
    expect(answers.map(a => a.id)).toEqual(ids);
    expect(new Set(answers.map(a => a.disposition))).toEqual(new Set(['withhold', 'keep']));
    expect(code).toBe(0);
  });

  test('each answer is written before the next line is read', async () => {
    const child = startHeed(['decide']);
    const lines = createInterface({ input: child.stdout! });
    for (const id of ['first', 'second', 'third']) {
      child.stdin!.write(`${caseOf(id)}\n`);
      const [line] = await once(lines, 'line');
      expect(JSON.parse(line as string)).toMatchObject({ id, disposition: 'withhold' });
    }
    child.stdin!.end();
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
  });

  test('a malformed line gets a coded error in its place, the others are still judged, and the exit code is 2', async () => {
    const input = [
      caseOf('good'),
      'not json',
      '',
      '{"id":7,"url":"https://site.example/"}',
      '{"id":"relative","url":"/a"}',
      '{"id":"scheme","url":"ftp://site.example/"}',
      caseOf('policy', { policy: 'standrad' }),
      caseOf('category', { categories: ['training'] }),
      caseOf('two', { response: { status: 200, body: 'a', bodyBase64: 'YQ==' } }),
      caseOf('cause', { response: { unreachable: 'weather' } }),
      caseOf('missing', { missing: 'whatever' }),
      caseOf('headers', { response: { status: 200, headers: { a: 'b' } } }),
      caseOf('last'),
    ].join('\r\n');
    const { code, stdout } = await heed(['decide'], { input });
    const answers = parse(stdout) as { id: string | null; line?: number; error?: { code: string; message: string } }[];
    expect(answers.map(a => [a.id, a.error?.code])).toEqual([
      ['good', undefined],
      [null, 'ERR_CASE_JSON'],
      [null, 'ERR_CASE_ID'],
      ['relative', 'ERR_CASE_URL'],
      ['scheme', 'ERR_CASE_URL'],
      ['policy', 'ERR_CASE_POLICY'],
      ['category', 'ERR_CASE_CATEGORY'],
      ['two', 'ERR_CASE_BODY'],
      ['cause', 'ERR_CASE_RETRIEVAL'],
      ['missing', 'ERR_CASE_MISSING'],
      ['headers', 'ERR_CASE_HEADERS'],
      ['last', undefined],
    ]);
    expect(answers[1]).toMatchObject({ line: 2 });
    expect(code).toBe(2);
  });

  test('without a response usage is judged from the origin only, and says so', async () => {
    const { stdout } = await heed(['decide'], { input: caseOf('origin-only', { response: undefined }) });
    expect(parse(stdout)[0]).toMatchObject({ verdicts: { 'train-ai': { preference: 'disallow', complete: false } } });
  });

  test('acquisition disallowed means no copy: every usage is disallowed with its evidence', async () => {
    const { stdout } = await heed(['decide'], {
      input: caseOf('barred', { url: 'https://site.example/x', categories: ['train-ai', 'search'] }),
    });
    const evidence = [{ signal: 'robots.rule', locator: { kind: 'line', line: 2, bytes: [14, 26] }, quote: 'Disallow: /x' }];
    expect(parse(stdout)[0]).toMatchObject({
      disposition: 'withhold',
      verdicts: {
        acquisition: { preference: 'disallow', determining: evidence },
        'train-ai': { preference: 'disallow', disposition: 'withhold', determining: evidence },
        search: { preference: 'disallow', disposition: 'withhold', determining: evidence },
      },
    });
  });

  test('the same cases give the same bytes, and no network or clock is in them', async () => {
    const input = [caseOf('a'), caseOf('b', { response: { unreachable: 'timeout' } })].join('\n');
    const [one, two] = await Promise.all([heedAlone(['decide'], { input }), heed(['decide'], { input })]);
    expect(one.stdout).toBe(two.stdout);
  });
});
