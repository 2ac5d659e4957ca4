import { expect, test } from 'vitest';
import { canonicaliser } from '../../src/http/index.ts';
import { canonicalPath } from '../../src/signals/robots/paths.ts';
import fc from '../seeded.ts';

const dropParameters = ['utm_*', 'gclid'];
const canonical = canonicaliser(dropParameters);
const formOf = (text: string): string => {
  const form = canonical(text);
  return form.ok ? form.url.href : `refused.${form.refusal}`;
};

/** Spellings that nearly meet. */
const segment = fc.constantFrom(
  ...[
    '',
    'a',
    'A',
    '%61',
    '%41',
    '~',
    '%7E',
    '%7e',
    'ü',
    '%C3%BC',
    '%c3%bc',
    'a%2Fb',
    'a%2fb',
    'index.html',
    'a;s=1',
    '%',
    '%25',
  ],
  ...['.', '..', '%2e', '%2E%2e', '.%2E', '...', '..%2F', ' ', '%20', '+', 'a?'.replace('?', '%3F'), '|', '[x]', 'utm_x'],
);
const piece = fc.constantFrom(
  ...['', 'a', 'a=', 'a=1', 'b=2', 'A=1', 'utm_x', 'utm_x=1', 'UTM_x=1', 'gclid=1', 'gclids', 'x=gclid', 'a=ü', 'a=%C3%BC'],
  ...['a=%c3%bc', '+', '%20', ' ', "'", '%27', 'a=1;b=2', '..', '%2e', '/', '?'],
);
const address = fc.record({
  host: fc.constantFrom(
    'site.example',
    'SITE.example',
    'site.example.',
    'site.example:80',
    'www.site.example',
    'site.example:81',
  ),
  path: fc.array(segment, { minLength: 1, maxLength: 4 }),
  query: fc.option(fc.array(piece, { minLength: 1, maxLength: 4 })),
  // Never none: space at the end of a text is no part of the URL.
  fragment: fc.constantFrom('#', '#x', '#?utm_x'),
});
type Address = typeof address extends fc.Arbitrary<infer T> ? T : never;

const textOf = ({ host, path, query, fragment }: Address): string =>
  `http://${host}/${path.join('/')}${query === null ? '' : `?${query.join('&')}`}${fragment}`;

const encoded: Readonly<Record<string, string>> = { ü: '%C3%BC', ' ': '%20' };
const encode = (text: string): string => text.replace(/[ü ]/g, character => encoded[character] ?? character);

/** The rule set once more, over pieces instead of text, so that nothing but the written rules can make two addresses equal. */
function meaningOf({ host, path, query }: Address): string {
  const segments: string[] = [];
  for (const [at, text] of path.entries()) {
    const dots = text.replaceAll(/%2e/gi, '.');
    const isLast = at === path.length - 1;
    if (dots === '..') segments.pop();
    else if (dots !== '.') segments.push(encode(text));
    if (isLast && (dots === '.' || dots === '..')) segments.push('');
  }
  const kept = query?.filter(text => !/^(utm_.*|gclid)(=|$)/.test(text)) ?? [];
  // Of one empty piece alone, and of none, the text is the same: `?` stands for a query that is there.
  const isThere = query !== null && (kept.length > 0 || query.length === 0);
  const pieces = isThere ? kept.map(text => encode(text).replaceAll("'", '%27')).join('&') : null;
  return JSON.stringify([host.toLowerCase().replace(/\.$|:80$/, ''), segments, pieces]);
}

const runs = { numRuns: 3_000, seed: 20_261_126 };

test('two URLs are one exactly where the rule set says so', () => {
  fc.assert(
    fc.property(address, address, (one, other) => {
      expect(formOf(textOf(one)) === formOf(textOf(other))).toBe(meaningOf(one) === meaningOf(other));
    }),
    runs,
  );
});

test('the path that rules are held against does not depend on whether an address is so plain that no parser is asked', () => {
  const path = fc
    .oneof(address.map(textOf), fc.webUrl({ withQueryParameters: true }), odd())
    .map(text => text.replace(/[\0-\x20]*(#.*)?$/s, ''));
  fc.assert(
    fc.property(path, text => {
      // A fragment makes the parser be asked, and never takes part.
      expect(canonicalPath(text)).toBe(canonicalPath(`${text}#x`));
    }),
    runs,
  );
});

test('changing one piece of a URL makes another URL, except where the rule set says so', () => {
  const change = fc.record({ base: address, path: fc.nat(3), query: fc.nat(3), segment, piece });
  fc.assert(
    fc.property(change, ({ base, path, query, segment, piece }) => {
      const other: Address = {
        ...base,
        path: base.path.map((text, at) => (at === path % base.path.length ? segment : text)),
        query: base.query?.map((text, at) => (at === query % (base.query?.length ?? 1) ? piece : text)) ?? null,
      };
      expect(formOf(textOf(base)) === formOf(textOf(other))).toBe(meaningOf(base) === meaningOf(other));
    }),
    runs,
  );
});

test('the canonical form of a canonical form is itself, and never has a fragment', () => {
  fc.assert(
    fc.property(fc.oneof(address.map(textOf), fc.webUrl({ withFragments: true, withQueryParameters: true }), odd()), text => {
      const form = formOf(text);
      if (form.startsWith('refused.')) return;
      expect(formOf(form)).toBe(form);
      expect(form).not.toContain('#');
    }),
    runs,
  );
});

/** Text that only begins as a URL does. */
function odd(): fc.Arbitrary<string> {
  const host = fc.string({
    unit: fc.constantFrom('a', '.', '。', '-', '0', 'x', 'ü', '%2e', '1', 'ß', '\u00ad', '[', ':'),
    maxLength: 8,
  });
  return fc
    .tuple(fc.constantFrom('http://', 'https:\\\\', 'HTTP:', 'http://u@'), host, fc.string({ unit: 'binary', maxLength: 12 }))
    .map(parts => parts.join(''));
}
