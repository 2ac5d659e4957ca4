import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AuditRecord, auditRecordVersion, type DomainChange, questionsOf, topicName } from '../../../src/assess/index.ts';
import { lineDiff } from '../../../src/audit/compare/line-diff.ts';
import { auditSource, type Comparison, commonOf, compareAudits } from '../../../src/audit/index.ts';
import { uncomparedWords } from '../../../src/report/index.ts';
import { presetNames } from '../../../src/settings/index.ts';
import { measured, type Site, yardstick } from './facts.ts';

const questions = questionsOf(yardstick.facts.agents, presetNames);
const bodies: readonly Site[] = [
  { robots: '' },
  { robots: 'User-agent: GPTBot\nDisallow: /' },
  { robots: 'User-agent: *\nDisallow: /x' },
  { robots: 503 },
  { robots: 404 },
];

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'heed-compare-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** An audit of domains, each with the body of its number; written as a file. */
function audit(domains: readonly (readonly [domain: string, body: number])[], name = 'audit.jsonl'): string {
  const lines = domains.map(([domain, body], index) =>
    JSON.stringify({ ...measured(bodies[body % bodies.length] ?? {}, {}, domain), position: index + 1 } satisfies AuditRecord),
  );
  const file = join(folder(), name);
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(`${lines.join('\n')}\n`) : `${lines.join('\n')}\n`);
  return file;
}

async function compared(
  files: readonly string[],
  atOnce = 25_000,
): Promise<Omit<Comparison, 'sources'> & { told: DomainChange[] }> {
  const told: DomainChange[] = [];
  const { sources: _, ...rest } = await compareAudits(files.map(auditSource), {
    ...{ questions, atOnce },
    onChange: change => void told.push(change),
  });
  return { ...rest, told };
}

const before = Array.from({ length: 60 }, (_, i) => [`site-${(i * 37) % 60}.example`, i] as const);
const after = Array.from({ length: 60 }, (_, i) => [`site-${(i * 23 + 5) % 64}.example`, i * 3] as const);

describe('two audits side by side', () => {
  test('whatever the order of their lists', async () => {
    const plain = await compared([audit(before), audit(after)]);
    const shuffled = await compared([audit(before.toReversed()), audit(after.toSorted())]);
    expect(shuffled).toEqual(plain);
    expect(plain.steps[0]?.new).toBeGreaterThan(0);
    expect(plain.steps[0]?.gone).toBeGreaterThan(0);
  });

  test('and however few states are held in memory; nothing stays behind', async () => {
    const temporary = folder();
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    const files = [audit(before), audit(after)];
    expect(await compared(files, 7)).toEqual(await compared(files));
    expect(readdirSync(temporary).filter(name => name.startsWith('heed-diff-'))).toEqual([]);
  });

  test('an audit beside itself: nothing became of anything that is known', async () => {
    const file = audit(before);
    const { steps, told } = await compared([file, file, file]);
    expect(steps.map(({ both, changed }) => [both, changed])).toEqual([
      [60, 0],
      [60, 0],
    ]);
    expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['not-comparable']));
  });

  test('of a domain that is named twice the first line counts, and the others are counted', async () => {
    const twice = audit([
      ['a.example', 0],
      ['b.example', 0],
      ['a.example', 1],
    ]);
    const { sources, audits } = await compareAudits([auditSource(twice), auditSource(audit([['a.example', 0]]))], { questions });
    expect(sources.map(({ repeated }) => repeated)).toEqual([1, 0]);
    expect(audits.map(({ domains }) => domains)).toEqual([2, 1]);
  });

  test('a folder stands for its audit.jsonl, plain or gzip', async () => {
    const [plain, packed] = [audit(before), audit(before, 'audit.jsonl.gz')];
    const { steps } = await compared([join(plain, '..'), join(packed, '..')]);
    expect(steps[0]).toMatchObject({ both: 60, new: 0, gone: 0, changed: 0 });
  });
});

describe('what two audits were not measured alike by is no change of the web', () => {
  const { agents } = yardstick.facts;
  const without = (name: string): typeof agents => ({ ...agents, agents: agents.agents.filter(({ token }) => token !== name) });

  /** One domain, and what it was measured with. */
  function measuredBy(robots: string, list: typeof agents, digests: Readonly<Record<string, string>> = {}): string {
    const path = folder();
    const record = measured({ robots }, {}, 'a.example', { ...yardstick, facts: { agents: list } });
    writeFileSync(join(path, 'audit.jsonl'), `${JSON.stringify(record)}\n`);
    const policies = presetNames.map(id => ({ id, digest: digests[id] ?? id }));
    const header = { agents: { version: '1', list: list.agents.map(({ token }) => ({ token })) }, policies };
    writeFileSync(join(path, 'summary.json'), JSON.stringify({ audit: header }));
    return path;
  }
  async function between(earlier: string, later: string) {
    const sources = [earlier, later].map(auditSource);
    const changes: string[] = [];
    const onChange = (change: DomainChange): void =>
      void changes.push(...change.changes.map(({ kind, topic }) => `${kind} ${topicName(topic)}`));
    const { topics, uncompared } = await compareAudits(sources, { ...commonOf(sources, agents, presetNames), onChange });
    return { changes, uncompared, names: topics.map(({ topic }) => topicName(topic)) };
  }
  const closed = (...names: string[]): string => names.map(name => `User-agent: ${name}\nDisallow: /\n`).join('\n');

  test.each<[what: string, turn: (folders: readonly [string, string]) => readonly [string, string], opted: string]>([
    ['has come onto the list', folders => folders, 'opted-out'],
    ['has left the list', ([earlier, later]) => [later, earlier], 'came-back'],
  ])('an agent that %s', async (_, turn, word) => {
    const robots = closed('GPTBot');
    const same = await between(...turn([measuredBy(robots, without('GPTBot')), measuredBy(robots, agents)]));
    expect(same.uncompared).toEqual({ agents: ['gptbot'], policies: [] });
    expect(same.names).not.toContain('agent:GPTBot');
    expect(same.changes.filter(change => !change.startsWith('not-comparable verdict:'))).toEqual([]);
    expect(same.changes).toContain('not-comparable verdict:apertus:train-ai');
    const everybody = await between(...turn([measuredBy('', without('GPTBot')), measuredBy(closed('*'), agents)]));
    expect(everybody.changes).toEqual(
      expect.arrayContaining([`${word} mechanism:named-agents`, `${word} verdict:apertus:train-ai`]),
    );
    // What both looked for is compared.
    const more = await between(...turn([measuredBy('', without('GPTBot')), measuredBy(closed('GPTBot', 'CCBot'), agents)]));
    expect(more.changes).toEqual(
      expect.arrayContaining([`${word} agent:CCBot`, `${word} class:train`, `${word} verdict:apertus:train-ai`]),
    );
  });

  test('a policy that says something else by now', async () => {
    const { changes, uncompared, names } = await between(
      measuredBy('', agents, { standard: 'older' }),
      measuredBy(closed('GPTBot'), agents),
    );
    expect(uncompared).toEqual({ agents: [], policies: ['standard'] });
    expect(names.filter(name => name.startsWith('verdict:standard:'))).toEqual([]);
    expect(changes).toEqual(expect.arrayContaining(['opted-out agent:GPTBot', 'opted-out verdict:apertus:train-ai']));
    expect(uncomparedWords(uncompared ?? { agents: [], policies: [] })).toContain('policies that were not the same (standard)');
  });
});

describe('what is no audit is refused and never read as an empty one', () => {
  test.each<[what: string, path: () => string, code: string]>([
    ['a folder without lines', folder, 'ERR_NO_AUDIT'],
    ['nothing', () => '/nowhere/audit.jsonl', 'ERR_NO_AUDIT'],
  ])('%s', (_, path, code) => {
    expect(() => auditSource(path())).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });

  const whole = measured({ robots: '' });
  const lists = ['signals', 'partly', 'anomalies', 'contradictions', 'barriers', 'evidence'] as const;
  const parts = ['domain', 'reach', 'robots', 'verdicts', ...lists] as const;
  test.each<[what: string, line: string]>([
    ['half a line', '{"v":1,"domain":"a.exa'],
    ['another version', '{"v":2,"domain":"a.example"}'],
    ['something else', '{"url":"https://a.example/"}'],
    ['nothing but null', 'null'],
    ['a whole record of another version', JSON.stringify({ ...whole, v: auditRecordVersion + 1 })],
    ...parts.map((key): [string, string] => [`a record without ${key}`, JSON.stringify({ ...whole, [key]: undefined })]),
  ])('%s', async (_, line) => {
    const good = audit([['a.example', 0]]);
    const file = join(folder(), 'audit.jsonl');
    writeFileSync(file, `${line}\n`);
    await expect(compared([good, file])).rejects.toMatchObject({ code: 'ERR_AUDIT_RECORD', exitCode: 9 });
  });
});

describe('lines that went and came between two texts', () => {
  test.each<[before: string, after: string, marks: readonly string[]]>([
    ['a\nb\nc', 'a\nb\nc', []],
    ['a\nb\nc', 'a\nc', ['removed 2 b']],
    ['a\nc', 'a\r\nb\r\nc', ['added 2 b']],
    ['a\nb\nc\nd', 'x\nb\ny\nd', ['removed 1 a', 'added 1 x', 'removed 3 c', 'added 3 y']],
    ['', 'a', ['removed 1 ', 'added 1 a']],
  ])('%j → %j', (from, to, marks) => {
    expect(lineDiff(from, to).map(({ kind, line, text }) => `${kind} ${line} ${text}`)).toEqual(marks);
  });

  test('of texts too different to align everything is told, quickly', () => {
    const lines = (name: string): string => Array.from({ length: 20_000 }, (_, i) => `${name}${i}`).join('\n');
    expect(lineDiff(lines('a'), lines('b'))).toHaveLength(40_000);
  });
});
