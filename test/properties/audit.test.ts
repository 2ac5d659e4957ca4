import { describe, expect, test } from 'vitest';
import { type AuditRecord, assess, measureDomain } from '../../src/assess/index.ts';
import { decidingRule } from '../../src/signals/robots/access.ts';
import { robotsFileOf } from '../../src/signals/robots/file.ts';
import { canonicalPath } from '../../src/signals/robots/paths.ts';
import { categories, type Disposition, type OriginKey } from '../../src/vocab/index.ts';
import fc from '../seeded.ts';
import { exchange, measured, yardstick } from '../unit/audit/facts.ts';
import { rawCase, readRaw } from './generate.ts';

/** Any answers of an origin and its page, as lines of an audit. */
const anyDomain = rawCase.map(raw => {
  const { carriers } = readRaw(raw);
  const { hostname } = new URL(carriers.url);
  const origin = `https://${hostname}:443` as OriginKey;
  const entry = { domain: hostname, asked: hostname, position: 1 };
  return { carriers, record: measureDomain({ entry, attempts: [], carriers, origin }, yardstick) };
});

function indexesIn({ robots, signals, partly, verdicts, contradictions, anomalies }: AuditRecord): readonly number[] {
  const reaches = [robots.star, ...robots.named, robots.lenient?.star, ...(robots.lenient?.named ?? [])];
  return [
    ...reaches.flatMap(reach => reach?.evidence ?? []),
    ...signals.flatMap(({ says }) => says.map(({ evidence }) => evidence)),
    ...partly.flatMap(({ evidence }) => evidence),
    ...Object.values(verdicts).flatMap(ofPolicy => Object.values(ofPolicy).flatMap(({ evidence }) => evidence)),
    ...contradictions.flatMap(({ evidence }) => evidence),
    ...anomalies.map(({ evidence }) => evidence),
  ];
}

const severity = (disposition: Disposition): number => ['keep', 'defer', 'withhold'].indexOf(disposition);

describe('a line of an audit, whatever was answered', () => {
  test('every index leads to evidence, no evidence is there that nothing refers to, and each place is there once', () => {
    fc.assert(
      fc.property(anyDomain, ({ record }) => {
        const all = record.evidence.map((_, index) => index);
        expect([...new Set(indexesIn(record))].sort((a, b) => a - b)).toEqual(all);
        const places = record.evidence.map(({ signal, source, locator, quote }) =>
          JSON.stringify([signal, source.url, locator, quote]),
        );
        expect(new Set(places).size).toBe(places.length);
      }),
      { numRuns: 120 },
    );
  });

  test('its verdicts are those of the crawl under every policy; of what was not asked or not seen they are never milder', () => {
    fc.assert(
      fc.property(anyDomain, ({ carriers, record }) => {
        if (record.reach === 'not-checked') return;
        for (const policy of yardstick.policies) {
          const asker = { productToken: yardstick.productToken, at: record.at ?? null, policy, facts: yardstick.facts };
          for (const [about, { finding, disposition }] of assess(carriers, categories, asker)) {
            const expected = {
              preference: finding.preference,
              disposition,
              ...('because' in finding ? { because: finding.because } : {}),
            };
            const { evidence: _, ...verdict } = record.verdicts[policy.id]?.[about] ?? {
              evidence: [],
              because: undefined,
              disposition: 'keep',
            };
            const isOfPage =
              carriers.page === null &&
              about !== 'acquisition' &&
              (verdict.because === 'not-attempted' || verdict.because === 'unreachable');
            const { because: unseen = 'silent' } = record.verdicts[policy.id]?.acquisition ?? {};
            // Where it is not known whether we may fetch, a policy that hears nothing else is not silent in an audit.
            const isUnseen = about !== 'acquisition' && expected.because === 'silent' && unseen !== 'silent';
            if (isUnseen) expect(verdict).toMatchObject({ preference: 'unknown', because: expect.not.stringMatching('silent') });
            if (isOfPage || isUnseen) expect(severity(verdict.disposition)).toBeGreaterThanOrEqual(severity(disposition));
            else expect(verdict).toEqual(expected);
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  test('nobody is said to be let in by a robots.txt that could not be read', () => {
    fc.assert(
      fc.property(anyDomain, ({ record: { robots } }) => {
        if (robots.class === 'rules' || robots.class === 'no-rules') return;
        expect([robots.star, robots.named, robots.lenient]).toEqual([undefined, [], undefined]);
      }),
      { numRuns: 120 },
    );
  });
});

const agent = fc.constantFrom('GPTBot', 'CCBot', 'ClaudeBot', '*', 'heed', 'GPTBot, CCBot', 'SomeBot');
const pattern = fc.constantFrom('/', '/*', '/a', '/a/', '/a$', '/a*b', '/*.pdf$', '/a/b', '*', '/$', '/index.html', '', 'a');
const rule = fc
  .tuple(fc.constantFrom('Disallow', 'Disallow', 'Allow', 'Dissalow'), pattern)
  .map(([key, path]) => `${key}: ${path}`);
/** A rule that is spelt right stands first: a group without one is no group of its own to a reader that does not forgive. */
const spelt = fc.tuple(fc.constantFrom('Disallow', 'Allow'), pattern).map(([key, path]) => `${key}: ${path}`);
const group = fc.record({
  agents: fc.array(agent, { minLength: 1, maxLength: 3 }),
  rules: fc.tuple(spelt, fc.array(rule, { maxLength: 4 })).map(([first, more]) => [first, ...more]),
});
type Groups = readonly { readonly agents: readonly string[]; readonly rules: readonly string[] }[];
const textOf = (groups: Groups): string =>
  groups.flatMap(({ agents, rules }) => [...agents.map(name => `User-agent: ${name}`), ...rules]).join('\n');

const weight = (reach: { readonly extent: string; readonly root: boolean } | undefined): number =>
  reach === undefined ? 0 : 2 * ['not', 'partly', 'whole'].indexOf(reach.extent) + (reach.root ? 1 : 0);

/** How far each agent is closed out: by the plain reading, and by whichever reading closes more. */
function weights({ robots: { star, named, lenient } }: AuditRecord, name: string): readonly number[] {
  const own = (list: AuditRecord['robots']['named'] | undefined) => list?.find(one => one.agent === name);
  const plain = name === '*' ? star : (own(named) ?? star);
  const more = name === '*' ? (lenient?.star ?? star) : (own(lenient?.named) ?? own(named) ?? lenient?.star ?? star);
  return [weight(plain), weight(more)];
}

describe('how far an origin is closed', () => {
  test('one more Disallow never makes it milder, for anybody, by either reading', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), fc.nat(), pattern, (groups, which, path) => {
        const at = which % groups.length;
        const stricter = groups.map((one, index) =>
          index === at ? { ...one, rules: [...one.rules, `Disallow: ${path}`] } : one,
        );
        const [before, after] = [measured({ robots: textOf(groups) }), measured({ robots: textOf(stricter) })];
        for (const name of ['*', 'GPTBot', 'CCBot', 'ClaudeBot', 'Bytespider']) {
          const [plainBefore = 0, moreBefore = 0] = weights(before, name);
          const [plainAfter = 0, moreAfter = 0] = weights(after, name);
          expect([name, plainAfter >= plainBefore, moreAfter >= moreBefore]).toEqual([name, true, true]);
        }
      }),
      { numRuns: 250 },
    );
  });

  test('the lenient reading never closes less than the plain one', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), groups => {
        const record = measured({ robots: textOf(groups) });
        for (const name of ['*', 'GPTBot', 'CCBot', 'Bytespider']) {
          const [plain = 0, more = 0] = weights(record, name);
          expect([name, more >= plain]).toEqual([name, true]);
        }
      }),
      { numRuns: 120 },
    );
  });

  const paths = fc.array(fc.constantFrom('/', 'a', 'b', '/a', '/b', '.pdf', 'index.html', '?x=1', 'zq'), {
    minLength: 1,
    maxLength: 4,
  });

  test('where nothing is closed every URL is open, and where everything is none is', () => {
    fc.assert(
      fc.property(
        fc.array(spelt, { minLength: 1, maxLength: 5 }),
        fc.array(paths, { minLength: 20, maxLength: 20 }),
        (rules, urls) => {
          const robots = `User-agent: *\n${rules.join('\n')}`;
          const star = measured({ robots }).robots.star;
          const file = robotsFileOf(exchange('https://site.example/robots.txt', robots));
          const set = file?.rulesNaming('*', 'conformant');
          if (!set || star?.extent === 'partly' || robots.includes('index.html')) return;
          for (const parts of urls) {
            const path = canonicalPath(`https://site.example/${parts.join('')}`);
            const isClosed = decidingRule(set, path)?.isAllow === false;
            expect([robots, path, isClosed]).toEqual([robots, path, star?.extent === 'whole']);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
