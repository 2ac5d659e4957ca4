import { describe, expect, test } from 'vitest';
import { explain, describe as oneLine } from '../../../src/policy/index.ts';
import type { Digest, Evidence, Finding, Instant, Locator, Verdict } from '../../../src/vocab/index.ts';

const url = 'https://site.example/robots.txt';
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  signal: 'robots.rule',
  source: { url, retrievedAt: null, digest: null },
  locator: { kind: 'line', line: 2, bytes: [15, 26] },
  quote: 'Disallow: /',
  spec: 'RFC 9309 §2.2.2',
  ...more,
});

describe('one piece of evidence is one line that a publisher can check', () => {
  test.each<readonly [string, Locator, string]>([
    ['a line', { kind: 'line', line: 2, bytes: [15, 26] }, 'line 2 (bytes 15–26)'],
    [
      'a field, counted from one before people',
      { kind: 'field', name: 'x-robots-tag', index: 1 },
      'field x-robots-tag, line 2 of that name',
    ],
    ['the status line', { kind: 'field', name: ':status', index: 0 }, 'status line'],
    ['an element', { kind: 'element', selector: 'meta[name=robots]', bytes: [0, 20] }, 'element meta[name=robots] (bytes 0–20)'],
    ['a place in a document', { kind: 'pointer', pointer: '/0/location' }, 'at /0/location'],
    ['a whole document', { kind: 'pointer', pointer: '' }, 'at the root'],
    ['an absence', { kind: 'absence', looked: 'rule for /a' }, 'no rule for /a'],
  ])('%s', (_of, locator, words) => {
    expect(oneLine(evidence({ locator }))).toBe(`robots.rule: \`Disallow: /\` ${words} in ${url}; RFC 9309 §2.2.2`);
  });

  test('who is named, when it was read and the beginning of the digest stand in it where they are known', () => {
    const source = {
      url,
      retrievedAt: '2026-11-01T00:00:00Z' as Instant,
      digest: `sha256:${'0123456789abcdef'.repeat(4)}` as Digest,
    };
    expect(oneLine(evidence({ source, agent: 'GPTBot' }))).toBe(
      `robots.rule: \`Disallow: /\` (names GPTBot) line 2 (bytes 15–26) in ${url}, read 2026-11-01T00:00:00Z, sha256:0123456789ab…; RFC 9309 §2.2.2`,
    );
  });

  test('an absence has nothing to quote', () => {
    expect(oneLine(evidence({ quote: '' }))).toBe(`robots.rule: line 2 (bytes 15–26) in ${url}; RFC 9309 §2.2.2`);
  });
});

describe('a verdict is one sentence: what was done, under which policy, because of what', () => {
  const [one, two, three] = [evidence(), evidence({ quote: 'noai' }), evidence({ quote: 'tdm-reservation: 1' })];
  test.each<readonly [string, Verdict['disposition'], Finding, string]>([
    [
      'a refusal',
      'withhold',
      { preference: 'disallow', determining: [one], overridden: [] },
      'withheld for train-ai under policy standard: disallowed by',
    ],
    [
      'a permission',
      'keep',
      { preference: 'allow', determining: [one], overridden: [] },
      'kept for train-ai under policy standard: allowed by',
    ],
    [
      'what is not known',
      'defer',
      { preference: 'unknown', because: 'unreachable', looked: [one], overridden: [] },
      'deferred for train-ai under policy standard: a place where it could be said did not answer;',
    ],
  ])('%s', (_of, disposition, finding, sentence) => {
    expect(explain(verdict(disposition, finding))).toBe(`${sentence} ${oneLine(one)}`);
  });

  test('of several statements the first is quoted and the others are counted', () => {
    const finding: Finding = { preference: 'disallow', determining: [one, two, three], overridden: [] };
    expect(explain(verdict('withhold', finding))).toBe(
      `withheld for train-ai under policy standard: disallowed by ${oneLine(one)} (and 2 more)`,
    );
  });
});

function verdict(disposition: Verdict['disposition'], finding: Finding): Verdict {
  return {
    question: { about: 'train-ai', url: 'https://site.example/a', productToken: 'heed', at: null },
    finding,
    disposition,
    anomalies: [],
    unheard: [],
    readings: new Map(),
    policy: { id: 'standard', digest: 'sha256:standard' as Digest },
  };
}
