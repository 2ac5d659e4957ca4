import { describe, expect, test } from 'vitest';
import { type Asker, assess, isCaseError } from '../../../src/assess/index.ts';
import { settledBefore } from '../../../src/crawl/page.ts';
import { isWorthRetrying, reasonOfAnswer, reasonOfVerdicts } from '../../../src/crawl/reason.ts';
import type { Carriers, Category, Exchange, FieldLine, Reason, Retrieval, UnreachableCause } from '../../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';

const asker = (policy: string): Asker => ({ productToken: 'heed', at: null, policy: policies[policy]!, facts: { agents } });
function carriersOf(given: Record<string, unknown>): Carriers {
  const read = reader.read(withDefaults(given));
  if (isCaseError(read)) throw new Error(read.message);
  return read.carriers;
}
const withCategories = (given: Record<string, unknown>, categories: readonly Category[], policy = 'standard') => {
  const carriers = carriersOf(given);
  return reasonOfVerdicts(assess(carriers, categories, asker(policy)), categories, carriers);
};

const file = (body: string) => ({ status: 200, body });
const page = (headers: readonly (readonly [string, string])[] = []) => ({
  status: 200,
  headers: [['content-type', 'text/html'], ...headers],
  body: '<p>Text',
});
const refusing = file('User-agent: *\nDisallow: /');
const noUse = file('Content-Usage: train-ai=n');

describe('why a page is not kept, once it has been judged', () => {
  test.each<
    [what: string, given: Record<string, unknown>, reason: Reason | null, policy?: string, categories?: readonly Category[]]
  >([
    ['nothing was said: it is kept', { response: page() }, null],
    ['a use is granted', { origin: { robots: file('Content-Usage: train-ai=y') }, response: page() }, null],
    ['nobody may fetch it', { origin: { robots: refusing }, response: page() }, 'withheld.robots.rule'],
    ['its use is refused by its origin', { origin: { robots: noUse }, response: page() }, 'withheld.robots.content-usage'],
    ['by the page', { response: page([['X-Robots-Tag', 'noai']]) }, 'withheld.field.x-robots-tag'],
    [
      'by a named crawler',
      { origin: { robots: file('User-agent: GPTBot\nDisallow: /') }, response: page() },
      'withheld.robots.named-agent',
    ],
    [
      'one of two uses is refused',
      { origin: { robots: file('Content-Usage: search=n') }, response: page() },
      'withheld.robots.content-usage',
      'standard',
      ['train-ai', 'search'],
    ],
    ['a use that nobody asked about is refused', { origin: { robots: file('Content-Usage: search=n') }, response: page() }, null],
    ['a declaration cannot be read', { origin: { tdmrep: file('{') }, response: page() }, 'withheld.unknown.unreadable'],
    ['silence is no permission to this policy', { response: page() }, 'withheld.unknown.silent', 'opt-in'],
    ['robots.txt does not answer', { origin: { robots: { unreachable: 'timeout' } } }, 'deferred.robots.timeout'],
    [
      'robots.txt does not answer, and this policy keeps no silence either: that it is waited for is the reason',
      { origin: { robots: { unreachable: 'timeout' } } },
      'deferred.robots.timeout',
      'opt-in',
    ],
    [
      'robots.txt is read, and another declaration does not answer',
      { origin: { robots: file('User-agent: *\nAllow: /'), tdmrep: { unreachable: 'reset' } }, response: page() },
      'deferred.declaration.reset',
    ],
    ['robots.txt is answered with an error', { origin: { robots: { status: 503 } } }, 'deferred.robots.status'],
    ['robots.txt leads nowhere', { origin: { robots: { status: 302 } } }, 'deferred.robots.redirects'],
    [
      'robots.txt does not answer, and a page that was asked all the same refuses',
      { origin: { robots: { unreachable: 'timeout' } }, response: page([['X-Robots-Tag', 'noai']]) },
      'withheld.field.x-robots-tag',
    ],
    [
      'another declaration does not answer',
      { origin: { tdmrep: { unreachable: 'reset' } }, response: page() },
      'deferred.declaration.reset',
    ],
    [
      'another declaration does not answer, and the page refuses',
      { origin: { tdmrep: { unreachable: 'reset' } }, response: page([['X-Robots-Tag', 'noai']]) },
      'withheld.field.x-robots-tag',
    ],
    ['the page does not answer', { response: { unreachable: 'timeout' } }, 'deferred.page.timeout'],
  ])('%s', (_what, given, reason, policy = 'standard', categories = ['train-ai']) => {
    expect(withCategories(given, categories, policy)).toBe(reason);
  });
});

describe('what was not asked is no permission', () => {
  const judged = (change: (carriers: Carriers) => Partial<Carriers>) => {
    const carriers = carriersOf({ response: page() });
    const changed = { ...carriers, ...change(carriers) };
    return reasonOfVerdicts(assess(changed, ['train-ai'], asker('standard')), ['train-ai'], changed);
  };
  const without = (exchange: Exchange | null, retrieval: Retrieval): Exchange => ({
    ...(exchange as Exchange),
    digest: null,
    retrieval,
  });

  test('a page', () => {
    expect(judged(({ page: asked }) => ({ page: without(asked, { outcome: 'not-attempted', why: 'omitted' }) }))).toBe(
      'deferred.declaration.not-attempted',
    );
  });

  test('a declaration', () => {
    expect(judged(({ tdmrep }) => ({ tdmrep: without(tdmrep, { outcome: 'not-attempted', why: 'omitted' }) }))).toBe(
      'deferred.declaration.not-attempted',
    );
  });

  test('a robots.txt at an address we do not go to', () => {
    expect(judged(({ robots }) => ({ robots: without(robots, { outcome: 'unreachable', cause: 'address' }) }))).toBe(
      'refused.address',
    );
  });
});

describe('whether a page is asked at all', () => {
  test.each<
    [what: string, given: Record<string, unknown>, reason: Reason | null, policy?: string, categories?: readonly Category[]]
  >([
    ['nothing was said', {}, null],
    ['silence is no permission to this policy, but the page may grant', {}, null, 'opt-in'],
    ['nobody may fetch it', { origin: { robots: refusing } }, 'withheld.robots.rule'],
    ['its use is refused for good', { origin: { robots: noUse } }, 'withheld.robots.content-usage'],
    [
      'one of two uses is refused for good: the other may be free',
      { origin: { robots: noUse } },
      null,
      'standard',
      ['train-ai', 'search'],
    ],
    ['a refusal that the page may still lift', { origin: { tdmrep: file('[{"location":"/","tdm-reservation":1}]') } }, null],
    ['it is not known whether we may', { origin: { robots: { unreachable: 'timeout' } } }, 'deferred.robots.timeout'],
    ['nobody asks for a use, and it may be fetched', { origin: { robots: noUse } }, null, 'standard', []],
    [
      'nobody asks for a use, and it may not be fetched',
      { origin: { robots: refusing } },
      'withheld.robots.rule',
      'standard',
      [],
    ],
  ])('%s', (_what, given, reason, policy = 'standard', categories = ['train-ai']) => {
    expect(settledBefore({ ...carriersOf(given), page: null }, categories, asker(policy))?.reason ?? null).toBe(reason);
  });
});

describe('what the answer of a page settles by itself', () => {
  const exchange = (retrieval: Retrieval): Exchange => ({
    url: 'https://site.example/a',
    retrievedAt: null,
    digest: null,
    retrieval,
  });
  const served = (status: number, fields: readonly FieldLine[] = []): Exchange =>
    exchange({ outcome: 'successful', status, fields, body: new Uint8Array(), truncated: false, hops: [] });
  const answered = (status: number, fields: readonly FieldLine[] = []): Exchange =>
    exchange({ outcome: 'unavailable', status, fields });
  const failed = (cause: UnreachableCause): Exchange => exchange({ outcome: 'unreachable', cause });
  const challenge = [['cf-mitigated', 'challenge']] as const;

  test.each<[what: string, page: Exchange, reason: Reason | null]>([
    ['a page', served(200), null],
    ['nothing was asked', exchange({ outcome: 'not-attempted', why: 'omitted' }), null],
    ['a challenge in its place', served(200, challenge), 'barrier.challenge'],
    ['a challenge with a refusal', answered(403, challenge), 'barrier.challenge'],
    ...[401, 402, 403, 407, 451].map((status): [string, Exchange, Reason] => [
      `status ${status}`,
      answered(status),
      `barrier.${status}` as Reason,
    ]),
    ...[404, 410].map((status): [string, Exchange, Reason] => [`status ${status}`, answered(status), `gone.${status}` as Reason]),
    ...[400, 405, 418, 300].map((status): [string, Exchange, Reason] => [
      `status ${status}`,
      answered(status),
      'failed.protocol',
    ]),
    ...(['timeout', 'reset', 'dns', 'status', 'redirects'] as const).map((cause): [string, Exchange, Reason] => [
      cause,
      failed(cause),
      `deferred.page.${cause}`,
    ]),
    ...(['tls', 'too-large', 'encoding', 'protocol'] as const).map((cause): [string, Exchange, Reason] => [
      cause,
      failed(cause),
      `failed.${cause}`,
    ]),
    ['an address we do not go to', failed('address'), 'refused.address'],
  ])('%s', (_what, asked, reason) => {
    expect(reasonOfAnswer(asked)).toBe(reason);
  });
});

test('what may be answered later is asked again, what nobody asked for is not', () => {
  const reasons: readonly Reason[] = [
    'deferred.page.timeout',
    'deferred.robots.status',
    'deferred.declaration.not-attempted',
    'failed.tls',
    'kept',
  ];
  expect(reasons.filter(isWorthRetrying)).toEqual(['deferred.page.timeout', 'deferred.robots.status']);
});
