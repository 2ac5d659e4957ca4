import { describe, expect, test } from 'vitest';
import { assessOne } from '../../../src/assess/index.ts';
import { askLicense, askOrigin, type FileRequest, type OriginAsker, pageLicenses } from '../../../src/http/index.ts';
import {
  type Carriers,
  type Exchange,
  type Facts,
  type Instant,
  type OriginKey,
  type Policy,
  type Retrieval,
  retrievalOf,
} from '../../../src/vocab/index.ts';
import { presets } from '../../properties/generate.ts';
import { agents } from '../../vectors/load.ts';
import { operatorFacts } from '../../vectors/operator-facts.ts';

const root = 'https://a.example/';
const origin = 'https://a.example:443' as OriginKey;
const at = '2026-11-27T10:00:00.000Z' as Instant;
const paths = ['', 'ai.txt', 'trust.txt', '.well-known/tdmrep.json', 'any/page?with=query'];
const withoutFile: readonly (readonly [string, Retrieval])[] = [
  ...[301, 401, 403, 404, 410, 451].map(status => [`status ${status}`, { outcome: 'unavailable', status, fields: [] }] as const),
  ['no answer', { outcome: 'unreachable', cause: 'timeout' }],
  ['status 503', { outcome: 'unreachable', cause: 'status', status: 503, fields: [] }],
  ['not asked', { outcome: 'not-attempted', why: 'omitted' }],
];
const exchange = (url: string, retrieval: Retrieval): Exchange => ({ url, retrievedAt: at, digest: null, retrieval });
const carriersOf = (robots: Retrieval, path: string): Carriers => {
  const nothing = exchange(root, { outcome: 'not-attempted', why: 'omitted' });
  return {
    ...{ url: root + path, robots: exchange(`${root}robots.txt`, robots), page: null },
    ...{ tdmrep: nothing, aiTxt: nothing, trustTxt: nothing, licenses: new Map(), otherLicenses: nothing.retrieval },
  };
};

/** The files that are asked for after robots.txt, which is not there. */
async function askedAt(robots: Retrieval, policy: Policy, facts: Facts): Promise<readonly string[]> {
  const asked: string[] = [];
  const absent: Retrieval = { outcome: 'unavailable', status: 404, fields: [] };
  await askOrigin(origin, {
    ...{ asker: { productToken: 'heed', policy: { ...policy, signals: 'all' }, facts }, delayMs: 0, maxDelayMs: 0 },
    ask: async ({ kind, url }) => {
      if (kind !== 'robots') asked.push(url.slice(root.length));
      return { exchange: exchange(url, kind === 'robots' ? robots : absent) };
    },
    notAsked: each => ({ exchange: each }),
    license: async url => ({ exchange: exchange(url, absent) }),
  });
  return asked;
}

describe('an origin whose robots.txt is no file', () => {
  test.each(withoutFile)('%s: every path is as open as the root, under every policy', (_name, robots) => {
    for (const policy of presets) {
      const asker = { productToken: 'heed', at, policy, facts: { agents } };
      const open = paths.map(path => assessOne(carriersOf(robots, path), 'acquisition', asker, 'origin').disposition);
      expect(new Set(open).size).toBe(1);
    }
  });

  const [standard] = presets.filter(({ id }) => id === 'standard') as [Policy];
  const all = ['.well-known/tdmrep.json', 'ai.txt', 'trust.txt', '.well-known/trust.txt'];

  test('where it is absent all files are asked for, where it was refused or did not answer none is', async () => {
    expect(await askedAt({ outcome: 'unavailable', status: 404, fields: [] }, standard, { agents })).toEqual(all);
    expect(await askedAt({ outcome: 'unavailable', status: 403, fields: [] }, standard, { agents })).toEqual([]);
    expect(await askedAt({ outcome: 'unreachable', cause: 'timeout' }, standard, { agents })).toEqual([]);
  });

  test('what the operator closed is not asked for there either', async () => {
    const facts = { agents, ...operatorFacts([{ kind: 'deny', scope: 'url', value: `${root}ai.txt` }]) };
    const asked = await askedAt({ outcome: 'unavailable', status: 404, fields: [] }, standard, facts);
    expect(asked).toEqual(all.filter(path => path !== 'ai.txt'));
  });
});

describe('an origin whose robots.txt is a file', () => {
  const [standard] = presets.filter(({ id }) => id === 'standard') as [Policy];
  type Served = Readonly<Record<string, string | number | 'timeout'>>;
  interface Visit {
    readonly asked: readonly FileRequest[];
    readonly closed: readonly string[];
    readonly licensed: readonly string[];
    readonly carriers: Omit<Carriers, 'url' | 'page'>;
    readonly crawlDelayMs: number | null;
  }

  function world(served: Served, policy: Policy, [delayMs, maxDelayMs]: readonly [number, number] = [0, 0]) {
    const [asked, closed, licensed]: [FileRequest[], string[], string[]] = [[], [], []];
    const answer = (url: string): Exchange => {
      const body = served[url] ?? 404;
      if (body === 'timeout') return exchange(url, { outcome: 'unreachable', cause: 'timeout' });
      if (typeof body === 'number') return exchange(url, { outcome: 'unavailable', status: body, fields: [] });
      const octets = new TextEncoder().encode(body);
      return exchange(url, { outcome: 'successful', status: 200, fields: [], body: octets, truncated: false, hops: [] });
    };
    const context: OriginAsker<{ readonly exchange: Exchange }> = {
      ...{ asker: { productToken: 'heed', policy, facts: { agents } }, delayMs, maxDelayMs },
      ask: async request => {
        asked.push(request);
        return { exchange: answer(request.url) };
      },
      notAsked: each => {
        if (each.retrieval.outcome === 'not-attempted' && each.retrieval.why === 'closed-by-robots') closed.push(each.url);
        return { exchange: each };
      },
      license: async url => {
        licensed.push(url);
        return { exchange: answer(url) };
      },
    };
    return { context, asked, closed, licensed };
  }

  async function visit(served: Served, policy: Policy = standard, delays?: readonly [number, number]): Promise<Visit> {
    const { context, asked, closed, licensed } = world(served, policy, delays);
    const { carriers, crawlDelayMs } = await askOrigin(origin, context);
    return { asked, closed, licensed, carriers, crawlDelayMs };
  }
  const pathsOf = ({ asked }: Pick<Visit, 'asked'>): readonly string[] => asked.map(({ url }) => url.slice(root.length));
  const robotsTxt = `${root}robots.txt`;
  const files = ['.well-known/tdmrep.json', 'ai.txt', 'trust.txt', '.well-known/trust.txt'];

  test('a file that it closes is not asked for, and stands as closed; the others are', async () => {
    const found = await visit({ [robotsTxt]: 'User-agent: *\nDisallow: /ai.txt' });
    expect(pathsOf(found)).toEqual(['robots.txt', ...files.filter(path => path !== 'ai.txt')]);
    expect(found.closed).toEqual([`${root}ai.txt`]);
    expect(found.carriers.aiTxt.retrieval).toEqual({ outcome: 'not-attempted', why: 'closed-by-robots' });
  });

  test('one that cannot be read closes nothing, and nothing else is asked for', async () => {
    const found = await visit({ [robotsTxt]: '\u0089PNG\r\n\u001a\n\0\0\0\rIHDR' });
    expect([pathsOf(found), found.closed]).toEqual([['robots.txt'], []]);
    expect(found.carriers.aiTxt.retrieval).toEqual({ outcome: 'not-attempted', why: 'omitted' });
  });

  test('where all of it is closed nothing else is asked for, licences included', async () => {
    const found = await visit({ [robotsTxt]: `User-agent: *\nDisallow: /\nLicense: https://l.example/l.xml` });
    expect([pathsOf(found), found.licensed]).toEqual([['robots.txt'], []]);
  });

  test('a policy that reads robots.txt only asks for nothing else, licences included', async () => {
    const found = await visit({ [robotsTxt]: 'License: https://l.example/l.xml' }, { ...standard, signals: ['robots.rule'] });
    expect([pathsOf(found), found.licensed]).toEqual([['robots.txt'], []]);
  });

  test.each<[what: string, status: string | number | 'timeout', isAskedThere: boolean]>([
    ['a file speaks', 'disallowdatatraining=yes', false],
    ['absent, the other place is asked', 404, true],
    ['gone, the other place is asked', 410, true],
    ['refused, that is the answer', 403, false],
    ['no answer, that is the answer', 'timeout', false],
  ])('the first place of trust.txt: %s', async (_what, status, isAskedThere) => {
    const found = await visit({ [robotsTxt]: '', [`${root}trust.txt`]: status });
    expect(pathsOf(found).includes('.well-known/trust.txt')).toBe(isAskedThere);
    expect(found.carriers.trustTxt.url).toBe(isAskedThere ? `${root}.well-known/trust.txt` : `${root}trust.txt`);
  });

  test.each<[what: string, rules: string, pauses: readonly [own: number, robots: number]]>([
    ['its pause is kept from its robots.txt on', 'User-agent: *\nCrawl-delay: 2', [100, 2_000]],
    ['never beyond our limit', 'User-agent: *\nCrawl-delay: 60', [100, 5_000]],
    ['never below our own', 'User-agent: *\nCrawl-delay: 0.01', [100, 100]],
    ['ours where it names none', 'User-agent: *', [100, 100]],
  ])('%s', async (_what, rules, [own, then]) => {
    const { asked } = await visit({ [robotsTxt]: rules }, standard, [own, 5_000]);
    expect(asked.map(({ delayMs }) => delayMs)).toEqual([own, ...files.map(() => then)]);
  });

  test.each<[there: string, rules: string | number | 'timeout', mayFollow: boolean]>([
    ['lets us in', 'User-agent: *\nDisallow: /other', true],
    ['closes that path', 'User-agent: *\nDisallow: /moved', false],
    ['has no robots.txt', 404, true],
    ['refuses its robots.txt', 403, false],
    ['does not answer', 'timeout', false],
  ])('a redirect of a declaration to an origin that %s', async (_there, rules, mayFollow) => {
    const { asked } = await visit({ [robotsTxt]: '', 'https://b.example/robots.txt': rules });
    const [robots, ...others] = asked.slice(0, 1 + files.length);
    expect(robots?.mayFollow).toBeUndefined();
    for (const { mayFollow: follow } of others) expect(await follow?.('https://b.example/moved')).toBe(mayFollow);
  });

  test.each<[there: string, rules: string | number, isAsked: boolean, pause: number]>([
    ['lets us in', 'User-agent: *\nDisallow: /other', true, 100],
    ['asks for a pause', 'User-agent: *\nCrawl-delay: 2', true, 2_000],
    ['asks for a longer pause than we keep', 'User-agent: *\nCrawl-delay: 60', true, 5_000],
    ['closes it', 'User-agent: *\nDisallow: /l.xml', false, 0],
    ['refuses its robots.txt', 403, false, 0],
  ])('a licence at an origin that %s', async (_there, rules, isAsked, pause) => {
    const url = 'https://l.example/l.xml';
    const { context, asked, closed } = world({ 'https://l.example/robots.txt': rules }, standard, [100, 5_000]);
    await askLicense(url, context);
    const [first, second] = asked;
    expect(first).toMatchObject({ kind: 'robots', origin: 'https://l.example:443', url: 'https://l.example/robots.txt' });
    expect(second?.url).toBe(isAsked ? url : undefined);
    if (isAsked) expect(second).toMatchObject({ kind: 'license', origin: 'https://l.example:443', delayMs: pause });
    expect(closed).toEqual(isAsked ? [] : [url]);
    if (isAsked)
      expect(await second?.mayFollow?.('https://l.example/other')).toBe(typeof rules === 'string' && !rules.includes('/other'));
  });

  test('of the licences it names eight are asked for, and go to the page with their answers', async () => {
    const urls = Array.from({ length: 10 }, (_, index) => `https://l.example/${index}.xml`);
    const found = await visit({ [robotsTxt]: urls.map(url => `License: ${url}`).join('\n') });
    expect(found.licensed).toEqual(urls.slice(0, 8));
    expect([...found.carriers.licenses.keys()]).toEqual(urls.slice(0, 8));
  });

  test('of the licences a page points to those that its origin did not name are asked for, where the policy reads them', async () => {
    const named = 'https://l.example/named.xml';
    const { carriers } = await visit({ [robotsTxt]: `License: ${named}` });
    const markup = [named, 'https://l.example/own.xml'].map(
      url => `<link rel="license" type="application/rsl+xml" href="${url}">`,
    );
    const body = new TextEncoder().encode(`<!doctype html><head>${markup.join('')}</head><p>Text`);
    const fields = [['content-type', 'text/html; charset=utf-8']] as const;
    const page = exchange(`${root}a`, { outcome: 'successful', status: 200, fields, body, truncated: false, hops: [] });
    const asker = { productToken: 'heed', policy: standard, facts: { agents } };
    expect(pageLicenses({ ...carriers, url: `${root}a`, page }, asker)).toEqual(['https://l.example/own.xml']);
    const deaf = { ...asker, policy: { ...standard, signals: ['robots.rule'] as const } };
    expect(pageLicenses({ ...carriers, url: `${root}a`, page }, deaf)).toEqual([]);
  });
});

describe('trust.txt has two places, and the first that answers with a file speaks', () => {
  const [standard] = presets.filter(({ id }) => id === 'standard') as [Policy];
  const absent: Retrieval = { outcome: 'unavailable', status: 404, fields: [] };
  const text = (body: string, type = 'text/plain'): Retrieval =>
    retrievalOf(200, [['Content-Type', type]], new TextEncoder().encode(body), false);
  const page = text('<!doctype html><p>Not found', 'text/html');
  const refusal = text('datatrainingallowed=no');
  const lost: Retrieval = { outcome: 'unreachable', cause: 'timeout' };

  test.each<[string, Retrieval, Retrieval, 'trust.txt' | '.well-known/trust.txt', 'disallow' | 'unknown']>([
    ['a file in the first', refusal, text('datatrainingallowed=yes'), 'trust.txt', 'disallow'],
    ['a file in the second, nothing in the first', absent, refusal, '.well-known/trust.txt', 'disallow'],
    ['a file in the second, a page for whatever is not found in the first', page, refusal, '.well-known/trust.txt', 'disallow'],
    ['the same page in both', page, page, 'trust.txt', 'unknown'],
    ['a page in the first, nothing in the second', page, absent, 'trust.txt', 'unknown'],
    ['a page in the first, and no answer from the second: not silence', page, lost, '.well-known/trust.txt', 'unknown'],
    ['a first that did not answer is not passed over', lost, refusal, 'trust.txt', 'unknown'],
    ['nor is one that was refused', { ...absent, status: 403 }, refusal, 'trust.txt', 'unknown'],
  ])('%s', async (_name, first, second, speaker, preference) => {
    const asker = { productToken: 'heed', policy: standard, facts: { agents } };
    const { carriers } = await askOrigin(origin, {
      ...{ asker, delayMs: 0, maxDelayMs: 0 },
      ask: async ({ kind, url }) => ({
        exchange: exchange(url, kind !== 'trustTxt' ? absent : url.includes('well-known') ? second : first),
      }),
      notAsked: each => ({ exchange: each }),
      license: async url => ({ exchange: exchange(url, absent) }),
    });
    expect(carriers.trustTxt.url).toBe(root + speaker);
    const { finding, disposition } = assessOne({ ...carriers, url: root, page: null }, 'train-ai', { ...asker, at }, 'origin');
    expect(finding.preference).toBe(preference);
    if (first === lost || second === lost) expect(disposition).toBe('defer');
  });
});
