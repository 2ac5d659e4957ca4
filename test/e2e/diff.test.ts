import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measured, type Site } from '../unit/audit/facts.ts';
import { heedInOneProcess } from './one-process.ts';

const heed = heedInOneProcess();
const folder = mkdtempSync(join(tmpdir(), 'heed-diff-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = { robots: '' };
const closed = { robots: 'User-agent: GPTBot\nDisallow: /' };
const months: Readonly<Record<string, Readonly<Record<string, Site>>>> = {
  october: {
    'stays.example': open,
    'leaves.example': open,
    'returns.example': closed,
    'fails.example': closed,
    'gone.example': open,
  },
  november: {
    'new.example': open,
    'returns.example': open,
    'leaves.example': closed,
    'fails.example': { robots: 503 },
    'stays.example': open,
  },
  december: {
    'leaves.example': closed,
    'returns.example': closed,
    'stays.example': { robots: 'User-agent: GPTBot\nDisallow: /\u001b[31mred' },
    'fails.example': closed,
  },
};
const [october, november, december] = ['october', 'november', 'december'].map(month => join(folder, month)) as [
  string,
  string,
  string,
];

beforeAll(() => {
  for (const [month, sites] of Object.entries(months)) {
    mkdirSync(join(folder, month));
    const lines = Object.entries(sites).map(([host, site], index) =>
      JSON.stringify({ ...measured(site, {}, host), position: index + 1 }),
    );
    writeFileSync(join(folder, month, 'audit.jsonl'), `${lines.join('\n')}\n`);
  }
});

describe('heed diff', () => {
  test('says who opted out since and who came back, and that an outage is neither', async () => {
    const { code, stdout } = await heed(['diff', october, november]);
    expect(code).toBe(0);
    expect(stdout).toContain('1 → 2: 4 domains in both, 4 answered both times, 2 changed; 1 new, 1 gone');
    expect(stdout).toMatch(/agent:GPTBot +40\.0 % \(2\/5\) +25\.0 % \(1\/4\) +\+1 −1 ~0 \?1/);
    expect(stdout).toMatch(/leaves\.example changed [^\n]*\n +opted-out +agent not → whole: GPTBot\n/);
    expect(stdout).toMatch(/returns\.example changed [^\n]*\n +came-back +agent whole → not: GPTBot\n/);
    expect(stdout).not.toContain('fails.example');
    expect(stdout).toMatch(
      /\nneither audit asked mechanism:[^\n]+, nor at some domains \d+ more questions: nothing is said there, which is not to say that nothing changed\n/,
    );
  });

  test('--json is one document: levels, panel, steps and the count of domains of each kind', async () => {
    const { stdout } = await heed(['diff', october, november, december, '--only', 'agent:gptbot', '--json']);
    const { sources, topics, findings } = JSON.parse(stdout);
    expect(sources.map(({ path }: { path: string }) => path)).toEqual([october, november, december]);
    expect(topics).toHaveLength(1);
    expect(topics[0]).toMatchObject({
      topic: { kind: 'agent', agent: 'GPTBot' },
      panel: 3,
      points: [
        { refuses: 2, known: 5, panel: 1 },
        { refuses: 1, known: 4, panel: 1 },
        { refuses: 3, known: 4, panel: 2 },
      ],
    });
    expect(findings).toEqual({ 'opted-out': 2, 'came-back': 1, changed: 4, 'not-comparable': 2, new: 1, gone: 2 });
  });

  test.each<[bound: string, code: number]>([
    ['opted-out', 4],
    ['opted-out>1', 0],
    ['came-back>0', 4],
    ['not-comparable>20%', 4],
    ['not-comparable>25%', 0],
    ['gone>0', 4],
  ])('--fail-on %s ends with %i', async (bound, code) => {
    expect((await heed(['diff', october, november, '--only', 'agent', '--fail-on', bound])).code).toBe(code);
  });

  test('--changes writes a line for every domain of which something became, in the order of names', async () => {
    const file = join(folder, 'changes.jsonl');
    // What neither audit asked (there was only a robots.txt) makes no line: stays.example has none.
    await heed(['diff', october, november, '--changes', file]);
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { domain: string; kind: string });
    expect(lines.map(({ domain, kind }) => [domain, kind])).toEqual([
      ['fails.example', 'not-comparable'],
      ['gone.example', 'gone'],
      ['leaves.example', 'changed'],
      ['new.example', 'new'],
      ['returns.example', 'changed'],
    ]);
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  test('--domain is its history: dates, digests, and the lines that decided before and after', async () => {
    const { stdout } = await heed(['diff', october, november, december, '--domain', 'Leaves.example.']);
    expect(stdout).toMatch(/^leaves\.example\n/);
    expect(stdout.match(/sha256:[0-9a-f]{64}/g)).toHaveLength(3);
    expect(stdout).toMatch(
      /opted-out +agent not → whole: GPTBot\n +\+ Disallow: \/ {2}line 2 \(bytes 19–30\), https:\/\/leaves\.example\/robots\.txt\n/,
    );
    const { history } = JSON.parse((await heed(['diff', october, november, '--domain', 'leaves.example', '--json'])).stdout);
    expect(history[1].changes[0]).toMatchObject({
      kind: 'opted-out',
      decidedBefore: [],
      decidedAfter: [{ quote: 'Disallow: /' }],
    });
  });

  test('the later audit named first is told, in words and beside --json', async () => {
    const early = join(folder, 'early.jsonl');
    const at = '2026-01-01T00:00:00.000Z';
    writeFileSync(early, `${JSON.stringify({ ...measured(open, {}, 'stays.example'), at })}\n`);
    const told = 'audit 2 was answered before audit 1';
    expect((await heed(['diff', october, early])).stdout).toContain(told);
    expect((await heed(['diff', october, early, '--json'])).stderr).toContain(told);
    const { stdout } = await heed(['diff', early, october]);
    expect(stdout).not.toContain('was answered before');
    // Four of its five domains are new.
    expect(stdout).toContain('the lists have little in common');
    expect((await heed(['diff', october, november])).stdout).not.toContain('little in common');
  });

  test('a domain that others speak for by now is told as one', async () => {
    const line = (name: string, record: object): string => {
      writeFileSync(join(folder, name), `${JSON.stringify({ ...measured(closed, {}, 'moves.example'), ...record })}\n`);
      return join(folder, name);
    };
    const [before, after] = [
      line('before.jsonl', {}),
      line('after.jsonl', { ...measured(open), domain: 'moves.example', moved_to: 'other.example' }),
    ];
    expect((await heed(['diff', before, after])).stdout).toMatch(
      /; 1 served by another domain than before, .*^moves\.example not-comparable .*; served by itself, then by other\.example$/ms,
    );
  });

  test('a robots.txt that was not seen has lost no lines', async () => {
    const { stdout } = await heed(['diff', october, november, '--domain', 'fails.example']);
    expect(stdout).toContain('no lines of robots.txt to compare: ');
    expect(stdout).toContain('november` saw no robots.txt (server-error)\n');
    const { history } = JSON.parse((await heed(['diff', october, november, '--domain', 'fails.example', '--json'])).stdout);
    expect(history[1]).not.toHaveProperty('robotsDiff');
  });

  test.each<[what: string, args: () => readonly string[], code: string]>([
    ['one audit alone', () => [october], 'ERR_USAGE'],
    ['a folder that is none', () => [october, folder], 'ERR_NO_AUDIT'],
    ['a topic that is none', () => [october, november, '--only', 'agent:GPTBott'], 'ERR_USAGE'],
    ['a finding that is none', () => [october, november, '--fail-on', 'flips'], 'ERR_USAGE'],
    ['a domain that is in none of them', () => [october, november, '--domain', 'nowhere.example'], 'ERR_DOMAIN_UNKNOWN'],
  ])('%s is refused with a next step', async (_, args, expected) => {
    const { code, stdout, stderr } = await heed(['diff', ...args(), '--json']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  });

  test('no remote text reaches the terminal raw', async () => {
    const { stdout } = await heed(['diff', november, december, '--domain', 'stays.example']);
    expect(stdout).not.toContain('\u001b[31m');
    expect(stdout).toContain('Disallow: /\\u001b[31mred');
  });
});
