import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { proposeAgents, withProposal } from '../../src/settings/index.ts';
import type { Agent, AgentList } from '../../src/vocab/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-agents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const agent = (token: string, kind: Agent['class'] = 'train'): Agent => ({
  token,
  operator: 'x',
  class: kind,
  source: 's',
  since: '2026-01-01',
});
const ours: AgentList = {
  version: '2026-01-01',
  agents: [agent('AlphaBot'), agent('Brightbot', 'data-provider'), agent('Zebra')],
};
const entry = (what: string, description = '', operator = 'Lab') => ({
  operator,
  respect: 'Yes',
  function: what,
  frequency: '',
  description,
});
const write = (content: string | Uint8Array): string => {
  const file = join(folder, 'robots.json');
  writeFileSync(file, content);
  return file;
};
const propose = (robots: object) => proposeAgents(ours, write(JSON.stringify(robots)), '2026-11-26');

describe('a newer directory of agents', () => {
  test('what is new is added with a class made out of its label or its prose', () => {
    const { added } = propose({
      AlphaBot: entry(''),
      Searcher: entry('AI Search Crawlers', 'Does not train models.'),
      Scraper: entry('AI Data Scrapers'),
      Coder: entry('AI Coding Agents'),
      Seller: entry('AI Data Providers'),
      Helper: entry('AI Assistants'),
      Riddle: entry('Undocumented AI Agents'),
      Trainer: entry('Scrapes data to train LLMs and AI products.'),
      Honest: entry('Company assistant.', 'It is never used to train models.'),
      'Some-Extended': entry('Controls use.'),
      Mute: entry(''),
    });
    expect(Object.fromEntries(added.map(({ agent }) => [agent.token, agent.class]))).toEqual({
      ...{ Searcher: 'search', Scraper: 'train', Coder: 'coding-agent', Seller: 'data-provider', Helper: 'user-fetch' },
      ...{
        Riddle: 'undocumented',
        Trainer: 'train',
        Honest: 'user-fetch',
        'Some-Extended': 'control-only',
        Mute: 'undocumented',
      },
    });
    for (const { agent, why } of added) {
      expect(why).not.toBe('');
      expect(agent).toMatchObject({ operator: 'Lab', since: '2026-11-26' });
      expect(agent.source).toMatch(/^ai\.robots\.txt robots\.json sha256:[0-9a-f]{12} \(2026-11-26\)$/);
    }
  });

  test('the same token in other letters is the same agent', () => {
    const { added, renamed, removed } = propose({ ALPHABOT: entry(''), brightbot: entry(''), zebra: entry('') });
    expect([added, renamed, removed]).toEqual([[], [], []]);
  });

  test('another spelling or version takes the class of the old one, which stays', () => {
    const proposal = propose({ AlphaBot: entry(''), 'Bright-Bot 2.0': entry('LLM training'), Zebra: entry('') });
    expect(proposal.renamed).toMatchObject([
      { from: 'Brightbot', to: { agent: { token: 'Bright-Bot 2.0', class: 'data-provider' } } },
    ]);
    expect(withProposal(ours, proposal, '2026-11-26').agents.map(({ token }) => token)).toEqual([
      'AlphaBot',
      'Bright-Bot 2.0',
      'Brightbot',
      'Zebra',
    ]);
  });

  test('what is no longer listed is named and never taken off: its refusals stand in robots.txt files', () => {
    const proposal = propose({ AlphaBot: entry('') });
    expect(proposal.removed.map(({ token }) => token)).toEqual(['Brightbot', 'Zebra']);
    expect(withProposal(ours, proposal, '2026-11-26').agents).toHaveLength(3);
    expect(proposal.patch).toEqual([]);
  });

  test('the patch, applied in its order, gives the sorted list', () => {
    const proposal = propose({ AlphaBot: entry(''), Yak: entry(''), Bee: entry(''), Aaa: entry('') });
    const list: Agent[] = [...ours.agents];
    for (const { path, value } of proposal.patch) list.splice(Number(path.slice('/agents/'.length)), 0, value);
    expect(list).toEqual(withProposal(ours, proposal, '2026-11-26').agents);
    expect(list.map(({ token }) => token)).toEqual(['Aaa', 'AlphaBot', 'Bee', 'Brightbot', 'Yak', 'Zebra']);
  });

  test('words that name other software are marked; what is no token is left out by name', () => {
    const robots = `{"Spider":${JSON.stringify(entry('AI Data Scrapers'))},"*":${JSON.stringify(entry(''))},"__proto__":${JSON.stringify(entry('AI Data Scrapers'))},"a\\nb":${JSON.stringify(entry(''))}}`;
    const { added, skipped } = proposeAgents(ours, write(robots), '2026-11-26');
    expect(added.map(({ agent, caution }) => [agent.token, caution !== undefined])).toEqual([
      ['Spider', true],
      ['__proto__', false],
    ]);
    expect(skipped).toEqual(['*', 'a\nb']);
  });

  test.each([
    ['[Ai2](https://allenai.org/crawler)', 'Ai2'],
    ['Unclear at this time.', 'unclear'],
    ['https://brightdata.com/brightbot', 'brightdata.com'],
    ['Amazon, used for fetching web content', 'Amazon'],
    ['', 'unclear'],
    ['A\u001b[31mB', 'A [31mB'],
  ])('the operator %j is written as %j', (operator, name) => {
    expect(propose({ New: entry('', '', operator) }).added[0]?.agent.operator).toBe(name);
  });
});

describe('files that are none', () => {
  test.each([
    ['no JSON', 'hello', 'ERR_AGENTS_FILE_INVALID'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe), 'ERR_AGENTS_FILE_INVALID'],
    ['a list', '[]', 'ERR_AGENTS_FILE_INVALID'],
    ['null', 'null', 'ERR_AGENTS_FILE_INVALID'],
    ['an empty object', '{}', 'ERR_AGENTS_FILE_INVALID'],
    ['entries of another shape', '{"a":"b"}', 'ERR_AGENTS_FILE_INVALID'],
    ['entries without a description', '{"a":{"operator":"x","function":"y"}}', 'ERR_AGENTS_FILE_INVALID'],
  ])('%s', (_what, content, code) => {
    expect(() => proposeAgents(ours, write(content), '2026-11-26')).toThrowError(expect.objectContaining({ code, exitCode: 3 }));
  });

  test('one that is not there', () => {
    expect(() => proposeAgents(ours, join(folder, 'none'), '2026-11-26')).toThrowError(
      expect.objectContaining({ code: 'ERR_AGENTS_FILE_UNREADABLE' }),
    );
  });
});
