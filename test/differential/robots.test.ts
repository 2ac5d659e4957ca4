/**
 * Who may fetch what, by two independent matchers: our segment matcher, and robots-parser 3.0.1. First behind our wrapper, where both get the same
 * canonical rules and must agree on the very rule; then on the raw file, where every disagreement has to be one of the departures listed below.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import robotsParser from 'robots-parser';
import { describe, expect, test } from 'vitest';
import { decideByMatcher, decidingRule } from '../../src/signals/robots/access.ts';
import { robotsFile } from '../../src/signals/robots/file.ts';
import { canonicalPath } from '../../src/signals/robots/paths.ts';
import type { RobotsFile } from '../../src/signals/robots/robots-file.ts';
import { isPlainToken } from '../../src/signals/robots/tokens.ts';
import fc from '../seeded.ts';

const origin = 'https://site.example';

interface Asked {
  readonly text: string;
  readonly file: RobotsFile;
  readonly token: string;
  /** Path and query as asked, not yet canonical. */
  readonly target: string;
}

interface Departure {
  readonly reason: string;
  readonly applies: (asked: Asked) => boolean;
}

const valuesOf = ({ text }: RobotsFile, ...keys: string[]): string[] =>
  text.lines.filter(line => keys.includes(line.key)).map(line => line.value);

const rulesOf = (file: RobotsFile): string[] => valuesOf(file, 'allow', 'disallow');

function hasRecordInRun({ text }: RobotsFile): boolean {
  const keys = text.lines.map(({ key }) => (key === 'user-agent' ? 'u' : key === 'allow' || key === 'disallow' ? 'r' : 'o'));
  return /uo+u/.test(keys.join(''));
}

/** Where robots-parser reads a file otherwise than we do, each with the text that decides. */
const departures: readonly Departure[] = [
  {
    reason: 'RFC 9309 §2.2.2: /robots.txt itself is always allowed; robots-parser applies rules to it',
    applies: ({ target }) => canonicalPath(origin + target) === '/robots.txt',
  },
  { reason: 'an empty query is part of the URL; robots-parser drops it', applies: ({ target }) => /\?(#|$)/.test(target) },
  {
    reason:
      'RFC 9309 §2.2.4: other records do not interfere with groups; robots-parser closes a run of user-agent lines at any of them',
    applies: ({ file }) => hasRecordInRun(file),
  },
  {
    reason: 'RFC 9309 §2.2.1: a group without rules is a group; robots-parser forgets it and falls back to *',
    applies: ({ file, token }) => {
      const groups = file.groupsNaming(token, 'conformant');
      return groups.length > 0 && groups.every(group => group.rules.every(rule => rule.value === ''));
    },
  },
  {
    reason: 'RFC 9309 §2.2.2: escapes of unreserved octets are decoded and others compared in one form',
    applies: ({ file, target }) => target.includes('%') || rulesOf(file).some(value => value.includes('%')),
  },
  {
    reason: 'robots-parser escapes a rule and a URL by different tables: [ ] | ^ and quotes in a rule never match',
    applies: ({ file, target }) => /[^A-Za-z0-9\-._~/?:@!&()+,;=*$]/.test(target + rulesOf(file).join('')),
  },
  {
    reason: 'RFC 9309 §2.2.3: * and $ in a URL are ordinary characters, and so is $ inside a rule',
    applies: ({ file, target }) => /[*$]/.test(target) || rulesOf(file).some(value => /\$./.test(value)),
  },
  {
    reason: 'names of user-agent lines that are no plain token (lists, decoration, spaces); see tokens.ts',
    applies: ({ file }) => valuesOf(file, 'user-agent').some(value => !isPlainToken(value)),
  },
  {
    reason: 'RFC 9309 §2.2: a pattern starts with / or *; robots-parser tries others',
    applies: ({ file }) => rulesOf(file).some(value => /^[^/*]/.test(value)),
  },
  {
    reason: 'RFC 9309 §2.3: an octet or line that is no UTF-8 text or no record (NUL, byte order mark, damaged line)',
    applies: ({ file, text }) => text.startsWith('\ufeff') || file.text.lines.some(line => line.flaw !== null),
  },
  { reason: 'only the first 500 KiB are read (§2.5)', applies: ({ file }) => file.text.isCut },
];

interface Tally {
  files: number;
  asked: number;
  agreed: number;
  readonly unexplained: string[];
}

const tally = (): Tally => ({ files: 0, asked: 0, agreed: 0, unexplained: [] });

function readFile(text: string): RobotsFile {
  const body = new TextEncoder().encode(text);
  return robotsFile({ outcome: 'successful', status: 200, fields: [], body, truncated: false, hops: [] });
}

/** The wrapper's engine against the matcher: the same answer by an equally strong rule. */
function holdWrapped(file: RobotsFile, token: string, target: string, score: Tally): void {
  const path = canonicalPath(origin + target);
  const set = file.rulesFor(token, 'conformant');
  const [engine, matcher] = [set.decide(path), decideByMatcher(set.rules, path)];
  score.asked++;
  if (engine?.pattern.length === matcher?.pattern.length && engine?.isAllow === matcher?.isAllow) score.agreed++;
  else score.unexplained.push(`${path} ${engine?.pattern} ${matcher?.pattern}`);
}

/** Our reading of the file against robots-parser's own. */
function holdRaw(asked: Asked, raw: ReturnType<typeof robotsParser.default>, score: Tally): void {
  const { file, token, target } = asked;
  const ours = decidingRule(file.rulesFor(token, 'conformant'), canonicalPath(origin + target))?.isAllow ?? true;
  score.asked++;
  if (ours === raw.isAllowed(origin + target, token)) score.agreed++;
  else if (!departures.some(({ applies }) => applies(asked))) score.unexplained.push(`${token} ${target} ours: ${ours}`);
}

const parse = ((robotsParser as unknown as { default?: unknown }).default ?? robotsParser) as typeof robotsParser.default;

function hold(text: string, tokens: readonly string[], targets: readonly string[], wrapped: Tally, raw: Tally): void {
  const file = readFile(text);
  const parser = parse(`${origin}/robots.txt`, text);
  wrapped.files++;
  raw.files++;
  for (const token of tokens) {
    for (const target of targets) {
      holdWrapped(file, token, target, wrapped);
      holdRaw({ text, file, token, target }, parser, raw);
    }
  }
}

const piece = fc.constantFrom(
  ...[
    '/',
    '/',
    '/',
    'a',
    'b',
    'ab',
    '.html',
    '*',
    '*',
    '$',
    '?',
    '=',
    '&',
    '-',
    '_',
    '~',
    'A',
    '.',
    '..',
    '//',
    ',',
    ';',
    ':',
    '@',
    '+',
  ],
  ...[
    '%2F',
    '%2f',
    '%61',
    '%7E',
    '%zz',
    '%',
    '%2A',
    '%24',
    '%3A',
    'é',
    'ツ',
    '[',
    ']',
    '|',
    "'",
    '"',
    ' ',
    '(',
    ')',
    '!',
    '^',
    '\\',
  ],
);
const plainPiece = fc.constantFrom('/', '/', 'a', 'b', 'ab', 'aa', '.html', '*', '*', '?', '=', '-', 'A', '/b');
const path = (of: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(of, { maxLength: 8 }).map(pieces => `/${pieces.join('')}`);
const pattern = fc.oneof(
  path(plainPiece),
  path(plainPiece).map(text => `${text}$`),
  path(piece),
  fc.constantFrom('', '/', '*', '/*', '/$', 'a', '*a', '**', '/*/*/*$'),
);
const agentLine = fc
  .constantFrom('heed', 'heed', '*', '*', 'foobot', 'Heed/1.0', 'heed bot', 'HEED', 'gptbot', 'heed, foobot', '*bot', '')
  .map(name => `User-agent: ${name}`);
const ruleLine = fc
  .tuple(fc.constantFrom('Allow', 'Disallow', 'disallow', 'DISALLOW '), pattern)
  .map(([key, text]) => `${key}: ${text}`);
const otherLine = fc.constantFrom(
  '',
  '',
  '# text',
  'Crawl-delay: 1',
  'Sitemap: /s.xml',
  'Content-Usage: train-ai=n',
  'no record',
  'Disalow: /',
);
const line = fc.oneof(
  { arbitrary: ruleLine, weight: 6 },
  { arbitrary: agentLine, weight: 3 },
  { arbitrary: otherLine, weight: 1 },
);
const robotsText = fc
  .tuple(agentLine, fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\r\n', '\r'))
  .map(([first, lines, end]) => [first, ...lines].join(end));

/** URLs that rules of the file could mean: the pattern itself, its stars filled, its end moved. */
const targetsOf = (rules: readonly string[], limit: number): string[] => [
  '/',
  '/a/b.html?a=b',
  ...rules
    .filter(value => value.startsWith('/') || value.startsWith('*'))
    .slice(0, limit)
    .flatMap(value => {
      const filled = value
        .replaceAll('*', 'ab')
        .replace(/\$$/, '')
        .replace(/^([^/])/, '/$1');
      return [filled, `${filled}/b`];
    }),
];

describe('generated files', () => {
  const [wrapped, raw] = [tally(), tally()];
  fc.assert(
    fc.property(robotsText, fc.array(path(piece), { maxLength: 3 }), (text, paths) => {
      hold(text, ['heed', 'foobot'], [...targetsOf(rulesOf(readFile(text)), 4), ...paths], wrapped, raw);
    }),
    { seed: 20261123, numRuns: 3_500 },
  );

  test('both matchers decide by an equally strong rule', () => {
    expect(wrapped.files).toBeGreaterThanOrEqual(3_000);
    expect(wrapped.unexplained).toEqual([]);
    expect(wrapped.agreed).toBe(wrapped.asked);
  });

  test('every disagreement with robots-parser itself is a listed departure', () => {
    expect(raw.unexplained).toEqual([]);
    expect(raw.agreed / raw.asked).toBeGreaterThan(0.9);
  });
});

const corpus = new URL(
  `${process.env.HEED_ROBOTS_CORPUS ?? new URL('../../../shared/data/robots', import.meta.url).href}/`,
  'file:',
);
const bodies = new URL('audit-licensed.jsonl.gz', corpus);

describe('real files', () => {
  const [wrapped, raw] = [tally(), tally()];
  // Those that lie here always, and a larger collection where there is one.
  const collections = [new URL('../../fixtures/wild/robots.jsonl.gz', import.meta.url), ...(existsSync(bodies) ? [bodies] : [])];
  const lines = collections.flatMap(file => gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n'));

  test('both matchers decide by an equally strong rule; every other disagreement is a listed departure', () => {
    expect(lines.length).toBeGreaterThanOrEqual(183);
    for (const json of lines) {
      const { text } = JSON.parse(json) as { text: string };
      hold(text, ['heed', 'googlebot'], targetsOf(rulesOf(readFile(text)), 6), wrapped, raw);
    }
    expect(wrapped.unexplained).toEqual([]);
    expect(raw.unexplained).toEqual([]);
    expect(raw.agreed / raw.asked).toBeGreaterThan(0.97);
  });
});
