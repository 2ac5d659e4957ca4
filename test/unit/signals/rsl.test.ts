import { describe, expect, test } from 'vitest';
import { licensePointers } from '../../../src/signals/index.ts';
import { readDocument } from '../../../src/signals/wellknown/rsl/document.ts';
import { licenseUrl } from '../../../src/signals/wellknown/rsl/pointer.ts';
import { scopeOf } from '../../../src/signals/wellknown/rsl/scope.ts';
import { evaluate } from '../../../src/signals/wellknown/rsl/terms.ts';
import { matchToken } from '../../../src/signals/wellknown/rsl/vocabulary.ts';
import { wellknownRsl } from '../../../src/signals/wellknown/rsl.ts';
import { parseXml } from '../../../src/signals/xml.ts';
import type { Carriers, Exchange, Retrieval } from '../../../src/vocab/index.ts';
import fc from '../../seeded.ts';

const encoder = new TextEncoder();
const absent: Retrieval = { outcome: 'unavailable', status: 404, fields: [] };
const exchange = (url: string, retrieval: Retrieval): Exchange => ({ url, retrievedAt: null, digest: null, retrieval });
const found = (body: string, fields: readonly (readonly [string, string])[] = []): Retrieval => ({
  outcome: 'successful',
  status: 200,
  fields,
  body: encoder.encode(body),
  truncated: false,
  hops: [],
});

const carriers = (robots: string, page: Exchange | null = null, licenses: Record<string, string> = {}): Carriers => ({
  url: 'https://site.example/a',
  robots: exchange('https://site.example/robots.txt', found(robots)),
  tdmrep: exchange('https://site.example/.well-known/tdmrep.json', absent),
  aiTxt: exchange('https://site.example/ai.txt', absent),
  trustTxt: exchange('https://site.example/trust.txt', absent),
  licenses: new Map(Object.entries(licenses).map(([url, body]) => [url, exchange(url, found(body))])),
  otherLicenses: { outcome: 'not-attempted', why: 'omitted' },
  page,
});
const question = { about: 'train-ai', url: 'https://site.example/a', productToken: 'heed', at: null } as const;
const facts = { agents: { version: 'none', agents: [] } };

const contentsOf = (xml: string) => {
  const parsed = parseXml(`<rsl xmlns="https://rslstandard.org/rsl">${xml}</rsl>`);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return readDocument(parsed.root)?.contents ?? [];
};

describe('which licence documents are to be asked for', () => {
  test('those of our group of robots.txt and of the Link field, each once', () => {
    const page = exchange(
      'https://site.example/a',
      found('', [
        ['Link', '</2.xml>; rel=license; type="application/rsl+xml", </1.xml>; rel=license; type="application/rsl+xml"'],
      ]),
    );
    const text = 'User-agent: heed\nLicense: https://site.example/1.xml\nUser-agent: *\nAllow: /\n';
    expect(licensePointers(carriers(text, page), 'heed')).toEqual(['https://site.example/1.xml', 'https://site.example/2.xml']);
  });

  test('without knowing who asks, those of every group, the ones for everyone first', () => {
    const text =
      'User-agent: GPTBot\nAllow: /\nLicense: https://site.example/gpt.xml\nUser-agent: *\nAllow: /\nLicense: https://site.example/all.xml\n';
    expect(licensePointers(carriers(text))).toEqual(['https://site.example/all.xml', 'https://site.example/gpt.xml']);
    expect(licensePointers(carriers(text), 'heed')).toEqual(['https://site.example/all.xml']);
  });

  test('a fragment is not part of what is asked, and only web addresses are', () => {
    expect(licenseUrl('https://site.example/l.xml#a', 'https://site.example/')).toBe('https://site.example/l.xml');
    for (const other of ['ftp://site.example/l', 'javascript:0', 'data:text/xml,<rsl/>', 'https://u:p@site.example/'])
      expect(licenseUrl(other, 'https://site.example/')).toBeNull();
  });
});

describe('while only the header section of a page is known', () => {
  const linked = (bodyNotRead: boolean): Exchange => ({
    ...exchange('https://site.example/a', absent),
    retrieval: {
      outcome: 'successful',
      status: 200,
      fields: [['Link', '<https://site.example/1.xml>; rel=license; type="application/rsl+xml"']],
      body: new Uint8Array(),
      truncated: false,
      ...(bodyNotRead ? { bodyNotRead: 'refused-earlier' as const } : {}),
      hops: [],
    },
  });

  test('a licence that the header points to is still to come, and nothing is decided by its absence', () => {
    expect(wellknownRsl.read(carriers('', linked(true)), question, facts).state).toBe('silent');
  });

  test('once the page was read, a licence nobody asked for is not attempted', () => {
    expect(wellknownRsl.read(carriers('', linked(false)), question, facts).state).toBe('unread');
  });

  test('a licence of robots.txt that nobody asked for is not attempted at any stage', () => {
    const text = 'License: https://site.example/0.xml\n';
    expect(wellknownRsl.read(carriers(text, linked(true)), question, facts).state).toBe('unread');
    expect(wellknownRsl.read(carriers(text), question, facts).state).toBe('unread');
  });
});

describe('licences as evidence', () => {
  test('the pointer that led to a licence is its second evidence', () => {
    const url = 'https://site.example/l.xml';
    const body =
      '<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license><prohibits type="usage">all</prohibits></license></content></rsl>';
    const reading = wellknownRsl.read(carriers(`License: ${url}\n`, null, { [url]: body }), question, facts);
    if (reading.state !== 'read') throw new Error(reading.state);
    const [{ evidence, also }] = reading.statements;
    expect([evidence.signal, evidence.source.url, evidence.quote]).toEqual([
      'wellknown.rsl',
      url,
      '<prohibits type="usage">all</prohibits>',
    ]);
    expect(also?.map(({ signal, quote }) => [signal, quote])).toEqual([['robots.license', `License: ${url}`]]);
  });

  test('max-age counts days, thirty where it does not say or says nonsense', () => {
    const days = (age: string): number | undefined => {
      const parsed = parseXml(`<rsl xmlns="https://rslstandard.org/rsl"${age}/>`);
      return 'root' in parsed ? readDocument(parsed.root)?.maxAgeDays : undefined;
    };
    expect([days(''), days(' max-age="7"'), days(' max-age="0"'), days(' max-age="3600s"'), days(' max-age="-1"')]).toEqual([
      30, 7, 30, 30, 30,
    ]);
  });
});

describe('the evaluation of covering licences (RSL 1.0 §3.1.1)', () => {
  test.each([
    ['all', 'ai-train', 'exact'],
    ['ai-all', 'ai-train', 'exact'],
    ['ai-all', 'search', 'none'],
    ['all', 'search', 'exact'],
    ['ai-index', 'ai-input', 'none'],
    ['ai-train', 'every-ai', 'none'],
    ['ai-all', 'every-ai', 'exact'],
    ['AI-ALL', 'ai-train', 'other-case'],
    ['train-genai', 'ai-train', 'legacy'],
    ['train-genai', 'search', 'none'],
    ['anything', 'ai-train', 'unknown'],
  ] as const)('the token %s for %s: %s', (token, use, expected) => {
    expect(matchToken(token, use)).toBe(expected);
  });

  test.each([
    ['/', 'site', 'covers'],
    ['/a', 'site', 'covers'],
    ['/b', 'site', 'elsewhere'],
    ['/a$', 'site', 'covers'],
    ['*', 'site', 'covers'],
    ['a', 'site', 'unplaceable'],
    ['', 'site', 'unplaceable'],
    ['', 'page', 'covers'],
    ['https://site.example', 'site', 'covers'],
    ['https://site.example/a', 'site', 'covers'],
    ['http://site.example/a', 'site', 'foreign'],
    ['https://site.example:444/a', 'site', 'foreign'],
    ['https://other.example/a', 'page', 'foreign'],
  ] as const)('the url %j of a licence attached to a %s: %s', (url, attachedTo, expected) => {
    const [content] = contentsOf(`<content url="${url}"/>`);
    expect(content && scopeOf(content, 'https://site.example/a', attachedTo).kind).toBe(expected);
  });

  const license = fc
    .record({
      permits: fc.subarray(['all', 'ai-all', 'ai-train', 'ai-input', 'search', 'train-ai', 'x'], { maxLength: 3 }),
      prohibits: fc.subarray(['all', 'ai-train', 'search', 'train-ai'], { maxLength: 1 }),
      user: fc.constantFrom('', '', 'commercial', 'personal'),
      payment: fc.constantFrom('', '', 'free', 'attribution', 'training', 'crawl', 'x'),
    })
    .map(
      ({ permits, prohibits, user, payment }) =>
        `<license>${permits.length > 0 ? `<permits type="usage">${permits.join(' ')}</permits>` : ''}${
          prohibits.length > 0 ? `<prohibits type="usage">${prohibits.join(' ')}</prohibits>` : ''
        }${user && `<permits type="user">${user}</permits>`}${payment && `<payment type="${payment}"/>`}</license>`,
    );
  const content = fc
    .record({ url: fc.constantFrom('/', '/a', '/a*'), licenses: fc.array(license, { minLength: 1, maxLength: 2 }) })
    .map(({ url, licenses }) => `<content url="${url}">${licenses.join('')}</content>`);
  const kinds = (contents: readonly string[]): readonly string[] =>
    evaluate(
      contentsOf(contents.join('')).map(c => ({ content: c, specificity: (c.url ?? '').length })),
      'ai-train',
    ).map(ruling => ('form' in ruling ? `${ruling.kind} ${ruling.form}` : ruling.kind));

  test('the order of contents never matters', () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 4 }), contents => {
        expect([...kinds([...contents].reverse())].sort()).toEqual([...kinds(contents)].sort());
      }),
      { numRuns: 500 },
    );
  });

  test('a prohibition added anywhere refuses', () => {
    const refusal = '<content url="/"><license><prohibits type="usage">ai-train</prohibits></license></content>';
    fc.assert(
      fc.property(fc.array(content, { maxLength: 4 }), contents => {
        expect(kinds([...contents, refusal])).toContain('refused conformant');
      }),
      { numRuns: 500 },
    );
  });

  test('a grant never stands beside a refusal or a condition', () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 4 }), contents => {
        const found = kinds(contents);
        if (found.includes('granted')) expect(new Set(found)).toEqual(new Set(['granted']));
      }),
      { numRuns: 1_000 },
    );
  });

  test('ten thousand octets of anything in the place of a licence never make the reader throw', () => {
    const url = 'https://site.example/l.xml';
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (bytes, text) => {
        for (const body of [
          bytes,
          encoder.encode(`<rsl xmlns="https://rslstandard.org/rsl">${text}</rsl>`),
          encoder.encode(`<rsl><content url="${text}"/></rsl>`),
        ]) {
          const licensed = carriers(`License: ${url}\n`);
          const { state } = wellknownRsl.read(
            { ...licensed, licenses: new Map([[url, exchange(url, { ...found(''), body } as Retrieval)]]) },
            question,
            facts,
          );
          expect(['read', 'silent', 'unreadable', 'unread']).toContain(state);
        }
      }),
      { numRuns: 700 },
    );
  });
});

describe('a grant stands only beside licences that were all read', () => {
  const rsl = (inner: string): string => `<rsl xmlns="https://rslstandard.org/rsl"><content url="/">${inner}</content></rsl>`;
  const granting = rsl('<license><permits type="usage">ai-train</permits></license>');
  const [one, other] = ['https://site.example/1.xml', 'https://site.example/2.xml'];
  const robots = `License: ${one}\nLicense: ${other}\n`;

  const readWith = (retrieval: Retrieval) => {
    const both = carriers(robots, null, { [one]: granting });
    const licenses = new Map([...both.licenses, [other, exchange(other, retrieval)]]);
    return wellknownRsl.read({ ...both, licenses }, question, facts);
  };

  test('two that grant are a grant', () => {
    const reading = readWith(found(granting));
    expect(reading.state === 'read' && reading.statements.map(({ preference, grants }) => [preference, grants])).toEqual([
      ['allow', true],
      ['allow', true],
    ]);
  });

  test.each<[what: string, Retrieval]>([
    ['one that robots.txt closes', { outcome: 'not-attempted', why: 'closed-by-robots' }],
    ['one that was not asked for', { outcome: 'not-attempted', why: 'omitted' }],
    ['one that does not answer', { outcome: 'unreachable', cause: 'timeout' }],
    ['one that is gone', absent],
    ['one that is broken', found('<rsl')],
    ['one that is too large', found(`${' '.repeat(1_100_000)}`)],
    ['one that holds a content without a licence', found(rsl(''))],
  ])('%s beside it: no grant', (_what, retrieval) => {
    const reading = readWith(retrieval);
    expect(reading.state === 'read' ? reading.statements.filter(({ preference }) => preference === 'allow') : []).toEqual([]);
  });
});
