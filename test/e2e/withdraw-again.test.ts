import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDocuments, readProvenance } from '../../src/store/index.ts';
import { compact, erase, revoke, type Selector, selectorOf, verify, verifyErasure } from '../../src/upkeep/index.ts';
import { crawlHere, newFolder, robots, type SmallWeb, smallWeb } from '../faults/small-web.ts';
import { hookMs } from './demo-dataset.ts';

let counter = 0;
const software = { name: 'heed', version: '0.1.0' };
const options = (out: string) => ({ out, software, random: `t${String(counter++).padStart(5, '0')}`, wallClock: Date.now });
const address = 'jane@mail.test';
const request = (selectors: readonly Selector[], addresses: readonly string[] = []) => ({ selectors, addresses });

const html = (text: string, head = '', ...links: readonly string[]) => ({
  fields: { 'content-type': 'text/html' },
  body: `<title>x</title>${head}<article><p>${`${text}, told at length. `.repeat(12)}</p></article>${links.map(link => `<a href="${link}">on</a>`).join(' ')}`,
});

describe('what was erased', () => {
  const out = join(newFolder(), 'dataset');
  let web: SmallWeb;
  let isLater = false;
  const crawlAll = () => crawlHere({ web, out, places: ['a.test/'], flags: { scope: 'host', due: 'all' } });

  beforeAll(async () => {
    web = await smallWeb(place => {
      switch (place) {
        case 'a.test/robots.txt':
          return robots(`User-agent: *\nDisallow: /no # ask ${address}\n`);
        case 'a.test/':
          return html('the home page', '', '/text', `/~${address}/`, '/meta', '/away', '/other', ...(isLater ? ['/new'] : []));
        case 'a.test/text':
          return html('ask jane (at) mail.test');
        case `a.test/~${address}/`:
          return html('a page of somebody');
        case 'a.test/meta':
          return html('a quiet page', `<meta name="robots" content="index" data-by="${address}">`);
        case 'a.test/away':
          return { status: 301, fields: { location: `/of?whom=${address}` } };
        case 'a.test/new':
          return html('call her or ask jane (at) mail.test');
        default:
          return place.startsWith('a.test/o') ? html(place.slice(0, 9)) : undefined;
      }
    });
    await crawlAll();
  }, hookMs);

  const live = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { record } of readDocuments(out)) found.push(record.url.replace(/^.*?:\d+/, ''));
    return found.sort();
  };
  const asked = (from: number) => web.asked.slice(from).map(({ place }) => place);

  test('by an address is every page whose text, URL, markup or redirect holds it; the rest can still be judged again', async () => {
    expect(await live()).toEqual(['/', '/meta', `/of?whom=${address}`, '/other', '/text', `/~${address}/`]);
    // One of them is gone already; its tombstone and its receipt have its URL.
    await revoke({ ...options(out), selectors: [selectorOf('prefix', web.url(`a.test/~${address}`))], reason: 'an objection' });
    await compact({ ...options(out), graceMs: 0 });
    const erased = await erase({ ...options(out), request: request([], [address]), reason: 'Art. 17' });
    expect(erased).toMatchObject({ documents: 3, remaining: [], isDone: true });
    expect(await live()).toEqual(['/', '/other']);
    expect(await verify(out)).toMatchObject({ failures: [] });
  });

  test('is not in the working state either, nor in what is free of it, but as a declaration of its origin', () => {
    for (const name of ['heed.sqlite', 'heed.sqlite-wal']) {
      const content = readFileSync(join(out, 'state', name), { encoding: 'latin1', flag: 'a+' });
      for (const [, before] of content.matchAll(/(.{6})jane@mail\.test/gs)) expect(before).toBe('# ask ');
    }
  });

  test('does not come back, nor does another page with the address: none of their URLs is asked or written down', async () => {
    isLater = true;
    const from = web.asked.length;
    await crawlAll();
    expect(await live()).toEqual(['/', '/other']);
    expect(asked(from).filter(place => /erased|jane|\/(text|meta|away|of)/.test(place))).toEqual([]);
    const rows: string[] = [];
    for await (const { record } of readProvenance(out)) rows.push(`${record.url.replace(/^.*?:\d+/, '')} ${record.reason}`);
    expect(rows).toContain('/new refused.suppressed');
    expect(rows).toContain('/~[erased]/ refused.suppressed');
    expect(await verifyErasure(out, request([], [address]))).toMatchObject({ isDone: true, remaining: [] });
    expect(await verify(out)).toMatchObject({ failures: [] });
  });

  test('by origin are its rows and proofs too, and until then verify does not say that it is done', async () => {
    const origin = request([selectorOf('origin', web.url('a.test/'))]);
    expect(await verifyErasure(out, origin)).toMatchObject({ isDone: false });
    const { rows, proofs } = await erase({ ...options(out), request: origin, reason: 'Art. 17' });
    expect(rows).toBeGreaterThan(3);
    expect(proofs).toBeGreaterThan(1);
    expect(await verifyErasure(out, origin)).toMatchObject({ isDone: true });
    expect(await live()).toEqual([]);
  });
});

describe('an erasure beside a crawl that is not finished', () => {
  test('says that it is not done, and is done when it is repeated after that crawl', async () => {
    const out = join(newFolder(), 'dataset');
    const stop = new AbortController();
    const web = await smallWeb(place => {
      if (place === 'b.test/3') stop.abort();
      return place === 'b.test/' ? html('home', '', '/1', '/2', '/3', '/4') : /\d$/.test(place) ? html(place) : undefined;
    });
    const flags = { scope: 'host', concurrency: 1 };
    const { ended } = await crawlHere({ web, out, places: ['b.test/'], flags, stop: stop.signal });
    expect(ended).toBe('interrupted');
    const page = request([selectorOf('url', web.url('b.test/1'))]);
    const first = await erase({ ...options(out), request: page, reason: 'Art. 17' });
    expect(first).toMatchObject({ documents: 1, isDone: false, left: { documents: 1, rows: 1 } });
    await crawlHere({ web, out, places: ['b.test/'], flags });
    const second = await erase({ ...options(out), request: page, reason: 'Art. 17' });
    expect(second).toMatchObject({ isDone: true, left: { documents: 0, rows: 0 } });
    expect(await verify(out)).toMatchObject({ failures: [] });
  });
});
