import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AgentClass, AgentList } from '../../src/vocab/index.ts';

const json = <T>(path: string): T => JSON.parse(readFileSync(new URL(`../../config/${path}`, import.meta.url), 'utf8')) as T;
const { version, agents } = json<AgentList>('agents.json');

const normalise = (token: string): string => token.trim().replace(/\s+/g, ' ').toLowerCase();
const classes: readonly AgentClass[] = [
  'train',
  'control-only',
  'search',
  'user-fetch',
  'data-provider',
  'coding-agent',
  'undocumented',
];
const ofClass = (wanted: AgentClass): string[] => agents.filter(a => a.class === wanted).map(a => normalise(a.token));

describe('the dated list of AI agents', () => {
  test('names every agent once, however it is spelt', () => {
    const tokens = agents.map(a => normalise(a.token));
    expect(tokens.filter((token, index) => tokens.indexOf(token) !== index)).toEqual([]);
  });

  test('gives every agent a known class, an operator, a source and the date the class was recorded', () => {
    for (const agent of agents) {
      expect.soft(classes, agent.token).toContain(agent.class);
      expect.soft(agent.operator, agent.token).not.toBe('');
      expect.soft(agent.source, agent.token).not.toBe('');
      expect.soft(agent.since, agent.token).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
    expect(version).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  test('is sorted by token without regard to case, so that a change shows as one line', () => {
    const tokens = agents.map(a => a.token.toLowerCase());
    expect(tokens).toEqual([...tokens].sort());
  });

  test('never lists `*`: everyone is not a third party', () => {
    expect(agents.map(a => a.token)).not.toContain('*');
  });

  test('holds every agent that the Apertus rule pins, and each as an agent that trains', () => {
    const { namedAgents } = json<{ namedAgents: { tokens: string[] } }>('policies/apertus.json');
    const pinned = namedAgents.tokens.filter(token => token !== '*');
    expect(pinned).toHaveLength(12);
    expect([...ofClass('train'), ...ofClass('control-only')]).toEqual(expect.arrayContaining(pinned));
  });

  test('calls control-only exactly the tokens that exist to say "do not train"', () => {
    expect(ofClass('control-only')).toEqual(['applebot-extended', 'google-extended']);
  });

  test('keeps digits, spaces and dots of a token as its operator writes them', () => {
    expect(agents.map(a => a.token)).toEqual(expect.arrayContaining(['AI2Bot', 'Ai2Bot-Dolma', 'Kangaroo Bot', 'img2dataset']));
  });
});
