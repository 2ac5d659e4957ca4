import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentRow, ProvenanceRecord } from '../../src/store/index.ts';
import { readDocuments } from '../../src/store/index.ts';
import { folderOfFile, hookMs, recordsOf } from './demo-dataset.ts';
import {
  browserEnvironment,
  javascript,
  json,
  prose,
  type RenderWeb,
  renderWeb,
  type Said,
  shell,
  show,
  webFlags,
} from './render-web.ts';
import { type Ended, heed } from './run-heed.ts';

/** One run of one browser over a web of written pages; the tests look at what it left. */
const out = join(folderOfFile(), 'out');
let web: RenderWeb;
let run: Ended;
let records: ReadonlyMap<string, ProvenanceRecord>;
let documents: ReadonlyMap<string, DocumentRow>;

const plain = (body: string): Said => ({ headers: { 'content-type': 'text/plain' }, body });
const to = (location: string): Said => ({ status: 302, headers: { location } });
const robots = (rules: string): Said => plain(`User-agent: *\n${rules}\n`);

const fromData = `fetch('/api/article.json').then(r=>r.json()).then(a=>{document.getElementById('app').innerHTML='<article><h1>'+a.title+'</h1><p>'+a.text+'</p><p>'+location.pathname+'</p></article>'+(location.pathname==='/'?'<a href="/linked">on</a><a rel="nofollow" href="/unfollowed">no</a>':'')})`;

const says: Readonly<Record<string, Said>> = {
  'app.test/': {
    ...shell(''),
    body: `<!doctype html><html><head><title>Shell</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="/icon.png"></head><body><div id="app"></div><img src="/picture.png"><script src="/bundle.js"></script></body></html>`,
  },
  'app.test/bundle.js': javascript(`document.cookie='seen=1';${fromData}`, {
    'set-cookie': 'sid=1',
    'cache-control': 'max-age=600',
  }),
  'app.test/api/article.json': json({ title: 'Tides', text: prose('tide') }, { 'set-cookie': 'sid=2' }),
  'app.test/linked': shell(
    `${show('second page')}var s=document.createElement('script');s.src='/bundle-that-is-not-there.js';document.body.append(s)`,
  ),
  'app.test/shared': shell(`var s=document.createElement('script');s.src='/bundle.js';document.body.append(s)`),
  'app.test/noai': shell(
    `${show('refused tree')}document.head.insertAdjacentHTML('beforeend','<meta name="robots" content="noai">')`,
  ),
  'app.test/unsaid': {
    ...shell(`document.querySelector('meta[name=robots]').remove();${show('unsaid')}`, '<meta name="robots" content="noai">'),
  },
  'app.test/late-noai': shell(
    `${show('late tree')}setTimeout(()=>document.head.insertAdjacentHTML('beforeend','<meta name="robots" content="noai">'),150)`,
  ),
  'app.test/hops': shell(
    `var s=document.createElement('script');s.src='/to-library';document.body.append(s);fetch('/to-closed').catch(()=>{});fetch('/to-private').catch(()=>{})`,
  ),
  'app.test/to-library': to('http://library.test/far'),
  'library.test/far': to('http://library.test/library.js'),
  'library.test/library.js': javascript(show('library')),
  'app.test/to-closed': to('http://closed.test/data.json'),
  'closed.test/robots.txt': robots('Disallow: /data.json'),
  'closed.test/data.json': json({}),
  'app.test/to-private': to('http://169.254.169.254/latest/meta-data'),
  'app.test/reserved': shell(
    `${show('reserved')}fetch('http://data.test/reserved.json').then(r=>r.json()).then(a=>document.body.append(a.text)).catch(()=>{})`,
  ),
  'data.test/reserved.json': json({ text: prose('reserved datum') }, { 'content-usage': 'train-ai=n' }),
  'app.test/leaves': shell(`${show('leaver')}location.href='/left-for?x=1'`),
  'app.test/left-for?x=1': { headers: { 'content-type': 'text/html' }, body: `<p>${prose('place it left for')}</p>` },
  'app.test/refresh': shell(show('refresher'), '<meta http-equiv="refresh" content="0;url=/refreshed">'),
  'app.test/submits': shell(
    `${show('submitter')}document.body.insertAdjacentHTML('beforeend','<form id=f method=post action="/submitted"><input name=a value=b></form>');document.getElementById('f').submit()`,
  ),
  'app.test/blob': shell(`location.href=URL.createObjectURL(new Blob(['<p>elsewhere</p>'],{type:'text/html'}))`),
  'app.test/huge': shell(`document.getElementById('app').innerHTML='<p>abcdefgh</p>'.repeat(200000)`),
  'app.test/many': shell(`for(let i=0;i<40;i++)fetch('/many-'+i).catch(()=>{});${show('asker')}`),
  'app.test/lies': shell(
    `${show('liar')}document.head.insertAdjacentHTML('beforeend','<meta name="robots" content="noai">');
     Object.defineProperty(Element.prototype,'outerHTML',{get:()=>'<html><body><p>${prose('lie')}</p></body></html>'});`,
  ),
  'app.test/webdriver': shell(
    `document.getElementById('app').textContent='driven '+navigator.webdriver+' by '+navigator.userAgent+' ${prose('driver')}'`,
  ),
  'real.test/': {
    headers: { 'content-type': 'text/html' },
    body: `<title>Real</title><article><p>${prose('real page')}</p></article><script src="/real.js"></script>`,
  },
  'refused.test/robots.txt': robots('Disallow: /'),
  'refused.test/': shell(`fetch('/never')`),
  'header.test/': { ...shell(`fetch('/never')`), headers: { 'content-type': 'text/html', 'x-robots-tag': 'noai' } },
};

const seeds = Object.keys(says)
  .filter(
    place =>
      says[place]?.headers?.['content-type']?.startsWith('text/html') &&
      !place.includes('left-for') &&
      !place.endsWith('/linked'),
  )
  .map(place => `http://${place}`);

beforeAll(async () => {
  web = await renderWeb(place => says[place]);
  const limits = ['--max-bytes', '1MiB', '--render-requests', '20', '--render-timeout', '25s', '--max-depth', '1'];
  const { stdout, ...ended } = await heed(
    ['crawl', ...seeds, '--out', out, '--render', 'auto', '--json', ...limits, ...webFlags(web.port)],
    { env: browserEnvironment },
  );
  run = { stdout, ...ended };
  records = new Map((await recordsOf(out)).map(record => [record.url, record]));
  const rows = new Map<string, DocumentRow>();
  for await (const { record } of readDocuments(out)) rows.set(record.url, record);
  documents = rows;
}, hookMs);
afterAll(() => web.close());

const row = (place: string): ProvenanceRecord => {
  const found = records.get(`http://${place}`);
  if (!found) throw new Error(`no row of ${place}: ${run.stderr}`);
  return found;
};
const text = (place: string): string => documents.get(`http://${place}`)?.text ?? '';

describe('a page that a script makes', () => {
  test('is kept with the text of its tree, and its row says how it came about', () => {
    expect(run.code, run.stderr).toBe(0);
    expect(text('app.test/')).toContain('The tide has a story of its own');
    expect(row('app.test/')).toMatchObject({
      reason: 'kept',
      render: { why: 'empty-mount', outcome: 'rendered', browser: expect.stringMatching(/^Chromium\/\d/), requests: 2 },
    });
    expect(documents.get('http://app.test/')?.metadata).toMatchObject({
      rendered: row('app.test/').render?.browser,
      dom_sha256: row('app.test/').render?.dom_digest?.slice('sha256:'.length),
    });
  });

  test('gives its links, those that are not to be followed excepted', () => {
    expect(row('app.test/linked')).toMatchObject({ reason: 'kept', via: 'http://app.test/', depth: 1 });
    expect(row('app.test/unfollowed').reason).toBe('refused.nofollow');
  });

  test.each([
    ['adds noai', 'app.test/noai'],
    ['adds noai late', 'app.test/late-noai'],
    ['takes a noai away that was sent', 'app.test/unsaid'],
    ['adds noai and puts a lie in the place of what reads the tree', 'app.test/lies'],
  ])('whose script %s is withheld', (_name, place) => {
    expect(row(place)).toMatchObject({ reason: 'withheld.markup.robots', disposition: 'withhold' });
    expect(text(place)).toBe('');
  });

  test('that was refused as it was sent is not run', () => {
    expect(row('app.test/unsaid').render).toBeUndefined();
    for (const place of ['refused.test/', 'header.test/']) expect(row(place).render, place).toBeUndefined();
    expect(web.places).not.toContain('refused.test/never');
    expect(web.places).not.toContain('header.test/never');
  });

  test('is one with no text of its own: a page that has some is taken as it was sent', () => {
    expect(text('real.test/')).toContain('The real page has a story');
    expect(row('real.test/').render).toBeUndefined();
    expect(web.places).not.toContain('real.test/real.js');
  });

  test('knows who runs it', () => {
    expect(text('app.test/webdriver')).toMatch(/driven true by heed\/\S+ \(\+https:\/\/heed\.test\/bot\)/);
  });

  test.each([
    ['to another document', 'app.test/blob', 'failed.protocol', 'left'],
    ['beyond the largest page', 'app.test/huge', 'failed.too-large', 'too-large'],
  ])('and that goes %s is not kept', (_name, place, reason, outcome) => {
    expect(row(place)).toMatchObject({ reason, disposition: 'withhold', render: { outcome } });
    expect(text(place)).toBe('');
  });
});

describe('what a page in the browser asks for', () => {
  test('is asked by the one client, under the one name, without cookies', () => {
    for (const { place, method, headers } of web.asked) {
      expect(method, place).toBe('GET');
      expect(headers['user-agent'], place).toMatch(/^heed\/\S+ \(\+https:\/\/heed\.test\/bot\)$/);
      expect(Object.keys(headers).sort(), place).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
    }
  });

  test('is asked only where it is a script or data', () => {
    for (const path of ['style.css', 'icon.png', 'picture.png', 'favicon.ico', 'submitted'])
      expect(web.places).not.toContain(`app.test/${path}`);
    expect(row('app.test/').render?.blocked).toMatchObject({ stylesheet: 1 });
  });

  test('is followed hop by hop, and every hop asks its own robots.txt first', () => {
    expect(text('app.test/hops')).toContain('The library has a story');
    const order = ['library.test/robots.txt', 'library.test/far', 'library.test/library.js'].map(place =>
      web.places.indexOf(place),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  test('is not fetched where a hop refuses, and the row says so', () => {
    expect(web.places).toContain('closed.test/robots.txt');
    expect(web.places).not.toContain('closed.test/data.json');
    expect(row('app.test/hops').render?.refused).toEqual(
      expect.arrayContaining([
        { url: 'http://closed.test/data.json', reason: 'withheld.robots.rule' },
        {
          url: 'http://169.254.169.254/latest/meta-data',
          reason: expect.stringMatching(/^(?:refused|deferred\.robots)\.address$/),
        },
      ]),
    );
  });

  test('is not handed to it where it is data that is reserved', () => {
    expect(row('app.test/reserved')).toMatchObject({
      reason: 'kept',
      render: { refused: [{ url: 'http://data.test/reserved.json', reason: 'withheld.field.content-usage' }] },
    });
    expect(text('app.test/reserved')).toContain('The reserved has a story');
    expect(text('app.test/reserved')).not.toContain('reserved datum');
  });

  test('is asked once for all pages while it may be kept', () => {
    expect(web.places.filter(place => place === 'app.test/bundle.js')).toHaveLength(1);
    const [first, second] = ['app.test/', 'app.test/shared'].map(place => row(place).render);
    expect((first?.cached ?? 0) + (second?.cached ?? 0)).toBeGreaterThan(0);
  });

  test('is bounded', () => {
    expect(web.places.filter(place => place.startsWith('app.test/many-')).length).toBeLessThanOrEqual(20);
    expect(row('app.test/many')).toMatchObject({ reason: 'kept', render: { blocked: { limit: 20 } } });
  });

  test.each([
    ['leaves', 'app.test/left-for?x=1'],
    ['is refreshed', 'app.test/refreshed'],
  ])('when it %s is a URL of its own, that passes every gate', (_name, target) => {
    expect(row(target).depth).toBe(1);
    expect(web.places.filter(place => place === target)).toHaveLength(1);
  });

  test('by a form is never sent', () => {
    expect(row('app.test/submits')).toMatchObject({ reason: 'kept', render: { blocked: { navigation: 1 } } });
    expect([...records.keys()]).not.toContain('http://app.test/submitted');
  });
});

describe('the proof', () => {
  test('verifies: both forms of a page are judged again from stored bytes', async () => {
    const verified = await heed(['verify', out]);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  });

  test('holds what the tree said, and nothing of the work', async () => {
    const explained = await heed(['explain', 'http://app.test/noai', '--out', out]);
    expect(explained.stdout).toContain('noai');
    expect(explained.stdout).toMatch(/Chromium\/\S+, because of empty-mount: rendered in/);
    const { stdout: html } = await heed(['explain', 'http://app.test/noai', '--out', out, '--html', '-']);
    expect(html).toMatch(/<mark[^>]*>&lt;meta name=&quot;robots&quot; content=&quot;noai&quot;&gt;/);
    const refusal = row('app.test/noai').evidence.find(({ signal }) => signal === 'markup.robots');
    expect(refusal?.digest).toBe(row('app.test/noai').render?.proof?.digest);
    const { file } = row('app.test/noai').render?.proof ?? { file: '' };
    expect(readFileSync(join(out, file)).includes('refused tree')).toBe(false);
  });
});
