import { describe, expect, test } from 'vitest';
import { visitsOf } from '../../../src/crawl/audit/visits.ts';
import type { ListedDomain, StoredVisit } from '../../../src/store/index.ts';
import type { OriginKey } from '../../../src/vocab/index.ts';

type Told = Omit<StoredVisit['attempt'], 'url'> & { readonly isCutOff?: boolean };

const page: Told = { outcome: 'successful', status: 200 };
const dead: Told = { outcome: 'unreachable', cause: 'dns', isCutOff: true };
const to = (location: string): Told => ({ outcome: 'unavailable', status: 301, location });

/** What an audit says of one domain, given what each URL answered. */
function visit(told: Readonly<Record<string, Told | 'refused.port'>>, domain = 'a.example') {
  const found = (url: string): StoredVisit | undefined => {
    const answer = told[url];
    if (answer === undefined) return undefined;
    if (answer === 'refused.port') return { attempt: { url, outcome: 'not-attempted', reason: answer } };
    const { isCutOff, ...attempt } = answer;
    const { origin } = new URL(url);
    return {
      attempt: { url, ...attempt },
      ...(isCutOff ? { isCutOff } : {}),
      origin: origin as OriginKey,
      page: { url, outcome: attempt.outcome },
    };
  };
  const listed: ListedDomain = { position: 1, asked: domain, domain };
  const list = { all: () => [listed], visit: (url: string) => ({ isAttempt: false, visit: found(url) }) };
  const [record] = [...visitsOf(list)];
  return { ...record, asked: record?.attempts.map(({ url }) => url) };
}

describe("a domain's way through what was asked", () => {
  test('the first address that answers is the answer, whatever it says', () => {
    const { asked, origin } = visit({ 'https://a.example/': { outcome: 'unavailable', status: 404 }, 'http://a.example/': page });
    expect({ asked, origin }).toEqual({ asked: ['https://a.example/'], origin: 'https://a.example' });
  });

  test('where no connection came about, the next address is asked', () => {
    const { asked, origin } = visit({
      ...{ 'https://a.example/': dead, 'http://a.example/': dead, 'https://www.a.example/': page },
    });
    expect(asked).toEqual(['https://a.example/', 'http://a.example/', 'https://www.a.example/']);
    expect(origin).toBe('https://www.a.example');
  });

  test('where nothing answered, the last that was tried is reported', () => {
    const all = ['https://a.example/', 'http://a.example/', 'https://www.a.example/', 'http://www.a.example/'];
    const { asked, origin, why } = visit(Object.fromEntries(all.map(url => [url, dead])));
    expect({ asked, origin, why }).toEqual({ asked: all, origin: 'http://www.a.example', why: undefined });
  });

  test('redirects are followed; a move to another registrable domain is told, one within it is not', () => {
    const within = visit({ 'https://a.example/': to('https://www.a.example/'), 'https://www.a.example/': page });
    expect([within.origin, within.moved_to]).toEqual(['https://www.a.example', undefined]);
    const beyond = visit({ 'https://a.example/': to('https://b.test/home'), 'https://b.test/home': page });
    expect([beyond.origin, beyond.moved_to]).toEqual(['https://b.test', 'b.test']);
  });

  test('a redirect to where nobody answers leaves the word with the domain, which did answer, and is no reason to try another address', () => {
    const beyond = visit({
      'https://a.example/': to('https://b.test/'),
      'https://b.test/': dead,
      'http://a.example/': page,
    });
    expect(beyond).toMatchObject({
      asked: ['https://a.example/', 'https://b.test/'],
      origin: 'https://a.example',
      page: { url: 'https://a.example/', outcome: 'unreachable', cause: 'redirects' },
    });
    expect(beyond.moved_to).toBeUndefined();
    // A certificate that has run out behind a server that sends everybody to it.
    const back = visit({
      'https://a.example/': dead,
      'http://a.example/': to('https://a.example/'),
      'https://www.a.example/': page,
    });
    expect(back).toMatchObject({
      asked: ['https://a.example/', 'http://a.example/', 'https://a.example/'],
      origin: 'http://a.example',
    });
  });

  test('a redirect in a circle, and the sixth one, lead nowhere', () => {
    const circle = visit({ 'https://a.example/': to('https://a.example/1'), 'https://a.example/1': to('https://a.example/') });
    expect(circle.page).toMatchObject({ outcome: 'unreachable', cause: 'redirects' });
    const chain = Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [`https://a.example/${n || ''}`, to(`https://a.example/${n + 1}`)] as const),
    );
    const endless = visit(chain);
    expect(endless.page).toMatchObject({ url: 'https://a.example/5', outcome: 'unreachable', cause: 'redirects' });
    expect(endless.attempts).toHaveLength(6);
  });

  test('what we did not ask says so; a redirect to it leaves the word with the domain itself', () => {
    expect(visit({ 'https://a.example:8443/': 'refused.port' }, 'a.example:8443')).toMatchObject({ why: 'refused.port' });
    expect(visit({})).toMatchObject({ why: 'not-asked' });
    const {
      origin,
      why,
      page: last,
    } = visit({
      'https://a.example/': to('https://a.example:8443/'),
      'https://a.example:8443/': 'refused.port',
    });
    expect({ origin, why }).toEqual({ origin: 'https://a.example', why: undefined });
    expect(last).toMatchObject({ outcome: 'unreachable', cause: 'redirects' });
  });
});
