import { cpSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { openDataset, previewWithdrawal, readDocuments, type Sha256 } from '../../../src/store/index.ts';
import { aliasesOf } from '../../../src/upkeep/aliases.ts';
import { previewRevoke, revoke, type Selector, selectorOf } from '../../../src/upkeep/index.ts';
import { newFolder } from '../../faults/small-web.ts';
import { collect, keptOutcome, newRun, nowMs, open, provenance, temporaryFolder, withheldOutcome } from '../store/sample.ts';

const documents = [
  'https://a.example/',
  'http://a.example/page',
  'https://a.example/%7Eb/1',
  'https://a.example/caf%C3%A9',
  'https://a.example/new',
  'https://a.example/x?id=1',
  'https://a.example/pages',
  'https://a.example:8443/page',
  'https://b.example/page',
];
const redirects = [
  ['https://a.example/old', 'https://a.example/older'],
  ['https://a.example/older', 'https://a.example/new'],
  ['https://a.example/round', 'https://a.example/round'],
] as const;

const base = newFolder();
beforeAll(async () => {
  const dataset = openDataset(base, { now: () => nowMs });
  await dataset.beginRun({ ...newRun, config: { 'drop-parameters': ['utm_source'] } });
  for (const url of documents) dataset.stage(keptOutcome(dataset, url));
  for (const [url, location] of redirects)
    dataset.stage(withheldOutcome(dataset, url, { provenance: provenance(dataset, url, { reason: 'redirected', location }) }));
  const text_sha256 = keptOutcome(dataset, 'https://a.example/new').document?.row.metadata.text_sha256;
  const copy = provenance(dataset, 'https://b.example/copy', { reason: 'duplicate.exact', ...(text_sha256 && { text_sha256 }) });
  dataset.stage(withheldOutcome(dataset, copy.url, { provenance: copy }));
  await dataset.finishRun();
  await dataset.close();
});

function corpus(): string {
  const out = temporaryFolder();
  cpSync(base, out, { recursive: true });
  return out;
}

const cases: readonly [string, Selector, readonly string[]][] = [
  ['the twin under the other scheme', selectorOf('url', 'https://a.example/page'), ['http://a.example/page']],
  ['no twin beside a port of its own', selectorOf('url', 'http://a.example:8443/page'), []],
  [
    'of a prefix the twin, too',
    selectorOf('prefix', 'https://A.example/page'),
    ['http://a.example/page', 'https://a.example/pages'],
  ],
  ['of an origin the twin, too, and no other host', selectorOf('origin', 'http://a.example/'), documents.slice(0, 7)],
  ['what need not be written as octets', selectorOf('url', 'https://a.example/~b/1'), ['https://a.example/%7Eb/1']],
  ['so in a prefix', selectorOf('prefix', 'https://a.example/~b'), ['https://a.example/%7Eb/1']],
  ['octets in small letters', selectorOf('url', 'https://a.example/c%61f%c3%a9'), ['https://a.example/caf%C3%A9']],
  ['a parameter that is dropped', selectorOf('url', 'https://a.example/x?id=1&utm_source=y'), ['https://a.example/x?id=1']],
  ['where it was sent on to', selectorOf('url', 'http://a.example/old'), ['https://a.example/new']],
  ['the text that it is a duplicate of', selectorOf('url', 'https://b.example/copy'), ['https://a.example/new']],
  ['nothing of a redirect to itself', selectorOf('url', 'https://a.example/round'), []],
];

test.each(cases)('a page is named under another name: %s', async (_what, selector, expected) => {
  const { urls } = previewWithdrawal(base, [selector, ...(await aliasesOf(base, [selector]))]);
  expect(urls.toSorted()).toEqual(expected.toSorted());
  expect((await previewRevoke(base, [selector])).documents).toBe(expected.length);
});

test.each(cases.filter(([what]) => /^(the twin|of a prefix|the text)/.test(what)))(
  'a revocation reaches a page under another name: %s',
  async (_what, selector, expected) => {
    const out = corpus();
    const options = { out, software: newRun.software, random: 'ef34gh', wallClock: () => nowMs + 1_000 };
    const { documents: count, bySelector } = await revoke({ ...options, selectors: [selector], reason: 'an objection' });
    expect(count).toBe(expected.length);
    expect(bySelector[0]).toMatchObject(selector);
    expect(bySelector.reduce((sum, { documents: each }) => sum + each, 0)).toBe(count);
    const live = (await collect(readDocuments(out))).map(({ record }) => record.url);
    expect(live.sort()).toEqual(documents.filter(url => !expected.includes(url)).sort());
    // None of these is asked for, or kept, again; the text of a page that was named is nowhere else either.
    const dataset = open(out);
    for (const url of expected) {
      const digest = keptOutcome(dataset, url).document?.row.metadata.text_sha256 as Sha256;
      const byText = dataset.suppression.coversDigest(digest);
      expect(byText ?? dataset.suppression.covers(url)).toBeDefined();
      if (selector.kind === 'url') expect(byText).toBeDefined();
    }
  },
);

test('a copy of what lies below a place stands elsewhere on its own permission, and is told; it is taken where that is asked for', async () => {
  const copies = ['https://a.example/new'];
  for (const place of [selectorOf('origin', 'https://b.example/'), selectorOf('domain', 'b.example')])
    expect((await previewRevoke(base, [place])).copies).toEqual({ urls: copies, areTaken: false });
  const out = corpus();
  const selectors = [selectorOf('prefix', 'https://b.example/co')];
  const options = { out, software: newRun.software, reason: 'an objection', selectors };
  const left = await revoke({ ...options, random: 'ef34gh', wallClock: () => nowMs + 1_000 });
  expect(left).toMatchObject({ documents: 0, copies: { urls: copies, areTaken: false } });
  expect((await previewRevoke(out, selectors, true)).documents).toBe(1);
  const taken = await revoke({ ...options, random: 'gh56ij', wallClock: () => nowMs + 2_000, takesCopies: true });
  expect(taken).toMatchObject({ documents: 1, copies: { urls: copies, areTaken: true } });
  const urls = (await collect(readDocuments(out))).map(({ record }) => record.url);
  expect(urls.sort()).toEqual(documents.filter(url => !copies.includes(url)).sort());
  // Not the page: its next text is the other site's affair.
  const dataset = open(out);
  const text = keptOutcome(dataset, 'https://a.example/new').document?.row.metadata.text_sha256 as Sha256;
  expect([dataset.suppression.coversDigest(text)?.kind, dataset.suppression.covers('https://a.example/new')]).toEqual([
    'digest',
    undefined,
  ]);
});
