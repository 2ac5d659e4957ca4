import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findBrowser } from '../../src/crawl/render/find-browser.ts';
import { hookMs, recordsOf } from './demo-dataset.ts';
import { browserEnvironment, javascript, prose, type RenderWeb, renderWeb, type Said, webFlags } from './render-web.ts';
import { heed } from './run-heed.ts';

/**
 * A page that tries every way a browser knows to reach its server, each with a target that robots.txt opens and one that it closes. The server lies at
 * its real address, so whatever a browser sends by itself arrives there.
 */
const ways = (at: string, port: number): string => `
  const markup = document.createElement('div');
  markup.innerHTML = \`<link rel="preconnect" href="//127.0.0.1:${port}"><link rel="dns-prefetch" href="//127.0.0.1:${port}">
    <link rel="prefetch" href="${at}/prefetch"><link rel="modulepreload" href="${at}/modulepreload.js"><link rel="preload" as="fetch" href="${at}/preload" crossorigin>
    <link rel="icon" href="${at}/icon"><link rel="manifest" href="${at}/manifest"><link rel="stylesheet" href="${at}/link.css">
    <style>@import "${at}/import.css"; i { background: url(${at}/background.png) } @font-face { font-family: q; src: url(${at}/font.woff2) } i { font-family: q }</style><i>i</i>
    <img src="${at}/img.png" srcset="${at}/srcset.png 2x"><picture><source srcset="${at}/source.png"><img></picture><svg><image href="${at}/svg.png"/><use href="${at}/use.svg#a"/></svg>
    <iframe src="${at}/iframe"></iframe><iframe srcdoc="<script>fetch('${at}/srcdoc-fetch')</script><iframe src='${at}/nested-iframe'></iframe>"></iframe>
    <object data="${at}/object"></object><embed src="${at}/embed"><video src="${at}/video" poster="${at}/poster.png"></video><audio src="${at}/audio"></audio>
    <form id="f" action="${at}/form" method="post" target="_blank"></form><a id="a" ping="${at}/ping" href="#here">a</a>\`;
  document.body.append(markup);
  const script = document.createElement('script'); script.src = '${at}/script.js'; document.body.append(script);
  for (const kind of ['prefetch', 'prerender']) {
    const rules = document.createElement('script'); rules.type = 'speculationrules';
    rules.textContent = JSON.stringify({ [kind]: [{ source: 'list', urls: ['${at}/speculation-' + kind] }] }); document.head.append(rules);
  }
  const attempt = way => { try { Promise.resolve(way()).catch(() => {}) } catch {} };
  attempt(() => fetch('${at}/fetch')); attempt(() => fetch('${at}/keepalive', { keepalive: true })); attempt(() => fetch('${at}/head', { method: 'HEAD' }));
  attempt(() => fetch('${at}/post', { method: 'POST', body: 'x' })); attempt(() => fetch('${at}/cookie', { credentials: 'include', headers: { 'x-secret': 's' } }));
  attempt(() => { const x = new XMLHttpRequest(); x.open('GET', '${at}/xhr'); x.send() });
  attempt(() => { const x = new XMLHttpRequest(); x.open('GET', '${at}/xhr-sync', false); x.send() });
  attempt(() => import('${at}/module.js')); attempt(() => navigator.sendBeacon('${at}/beacon', 'x')); attempt(() => new EventSource('${at}/events'));
  attempt(() => new WebSocket('ws://127.0.0.1:${port}${at}/websocket'));
  attempt(() => { const frame = document.createElement('iframe'); document.body.append(frame); new frame.contentWindow.WebSocket('ws://127.0.0.1:${port}${at}/frame-websocket'); frame.contentWindow.fetch('${at}/frame-fetch') });
  attempt(() => new Worker('/open/worker.js?${at}')); attempt(() => new Worker('${at}/worker-script.js'));
  attempt(() => new Worker(URL.createObjectURL(new Blob(["importScripts('http://127.0.0.1:${port}${at}/blob-import.js')"]))));
  attempt(() => new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:${port}${at}/blob-fetch')"]))));
  attempt(() => new SharedWorker('/open/shared.js?${at}')); attempt(() => new SharedWorker('${at}/shared-script.js'));
  attempt(() => new SharedWorker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:${port}${at}/shared-blob-fetch')"]))));
  attempt(() => navigator.serviceWorker.register('${at}/service-worker.js'));
  attempt(() => ServiceWorkerContainer.prototype.register.call(navigator.serviceWorker, '${at}/service-worker-prototype.js'));
  attempt(() => fetchLater('${at}/fetch-later', { activateAfter: 0 }));
  attempt(() => new WebTransport('https://127.0.0.1:${port}${at}/transport').ready);
  attempt(() => { const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${port}' }, { urls: 'turn:127.0.0.1:${port}?transport=tcp', username: 'u', credential: 'c' }] });
    peer.createDataChannel('d'); return peer.createOffer().then(offer => peer.setLocalDescription(offer)) });
  attempt(() => window.open('${at}/popup')); attempt(() => document.getElementById('f').submit()); attempt(() => document.getElementById('a').click());
  attempt(() => { new Image().src = 'http://[::ffff:127.0.0.1]:${port}${at}/mapped'; new Image().src = 'http://localhost:${port}${at}/localhost'; return fetch('http://localhost:${port}${at}/localhost-fetch', { mode: 'no-cors' }) });
`;

const insideWorker = `const at = location.search.slice(1);
  const attempt = way => { try { Promise.resolve(way()).catch(() => {}) } catch {} };
  attempt(() => fetch(at + '/' + kind + '-fetch')); attempt(() => new WebSocket('ws://' + location.host + at + '/' + kind + '-websocket'));
  attempt(() => { const x = new XMLHttpRequest(); x.open('GET', at + '/' + kind + '-xhr'); x.send() });
  attempt(() => new EventSource(at + '/' + kind + '-events')); attempt(() => new Worker(at + '/' + kind + '-nested.js')); attempt(() => importScripts(at + '/' + kind + '-import.js'));
  attempt(() => fetchLater(at + '/' + kind + '-later', { activateAfter: 0 }));`;

/** @param leaveAfterMs when it goes elsewhere altogether */
const script = (port: number, leaveAfterMs: number): string => `document.cookie = 'own=1';
  (() => {${ways('/closed', port)}})(); (() => {${ways('/open', port)}})();
  setTimeout(() => { document.getElementById('app').innerHTML = '<p>${prose('traveller')}</p>' }, 200);
  setTimeout(() => { location.href = '/closed/location' }, ${leaveAfterMs});`;

const page = (port: number): Said => ({
  headers: {
    'content-type': 'text/html',
    link: '</closed/link-header.js>; rel=preload; as=script, </closed/link-prefetch>; rel=prefetch',
    'content-security-policy-report-only': "script-src 'none'; report-uri /closed/csp-report",
    'reporting-endpoints': `r="http://127.0.0.1:${port}/closed/report"`,
    'report-to': `{"group":"r","max_age":86400,"endpoints":[{"url":"http://127.0.0.1:${port}/closed/report-to"}]}`,
    nel: '{"report_to":"r","max_age":86400,"success_fraction":1}',
    'set-cookie': 'sid=1',
  },
  body: '<!doctype html><title>t</title><div id="app"></div><script src="/open/ways.js"></script>',
});

/** Some of what arrives where nobody stands between, one of each kind. */
const expectedAlone: readonly string[] = [
  ...[
    'fetch',
    'websocket',
    'worker-fetch',
    'worker-websocket',
    'worker-import.js',
    'shared-fetch',
    'service-worker-prototype.js',
  ],
  ...['speculation-prefetch', 'fetch-later', 'iframe', 'nested-iframe', 'img.png', 'popup', 'form', 'ping', 'beacon', 'location'],
  ...['link-header.js', 'csp-report', 'modulepreload.js', 'font.woff2'],
];

const folder = mkdtempSync(join(tmpdir(), 'heed-guest-'));
const out = join(folder, 'out');
let web: RenderWeb;

const says = (place: string, port: number, leaveAfterMs: number): Said | undefined => {
  const path = place.slice(place.indexOf('/'));
  if (path === '/robots.txt') return { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /closed/\n' };
  if (path === '/page') return page(port);
  if (path === '/open/ways.js') return javascript(script(port, leaveAfterMs));
  if (path.startsWith('/open/worker.js')) return javascript(`const kind = 'worker'; ${insideWorker}`);
  if (path.startsWith('/open/shared.js')) return javascript(`const kind = 'shared'; ${insideWorker}`);
  if (path.endsWith('.js')) return javascript('1');
  return path.startsWith('/open/') || path.startsWith('/closed/')
    ? { headers: { 'content-type': 'text/plain' }, body: '1' }
    : undefined;
};

const closed = ({ places }: RenderWeb): readonly string[] => [...new Set(places.filter(place => place.includes('/closed/')))];

beforeAll(async () => {
  web = await renderWeb(place => says(place, web.port, 300));
  const run = await heed(
    [
      ...['crawl', `http://127.0.0.1:${web.port}/page`, '--out', out, '--render', 'auto', '--max-depth', '0', '--json'],
      ...webFlags(web.port),
    ],
    { env: browserEnvironment },
  );
  expect(run.code, run.stderr).toBe(0);
  // Whatever is late may still come.
  await sleep(300);
}, hookMs);
afterAll(() => {
  web.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a page that tries every way out of the browser', () => {
  test('is run and kept', async () => {
    const record = (await recordsOf(out)).find(({ url }) => url.endsWith('/page'));
    expect(record).toMatchObject({
      reason: 'kept',
      render: {
        outcome: 'rendered',
        refused: expect.arrayContaining([expect.objectContaining({ reason: 'withheld.robots.rule' })]),
      },
    });
  });

  test('reaches nothing that robots.txt closes', () => {
    expect(closed(web)).toEqual([]);
  });

  test('reaches what robots.txt opens through our client only', () => {
    const open = web.asked.filter(({ place }) => place.includes('/open/'));
    for (const { place, method, headers } of web.asked) {
      expect(method, place).toBe('GET');
      expect(Object.keys(headers).sort(), place).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
      expect(headers['user-agent'], place).toMatch(/^heed\//);
    }
    const reached = new Set(open.map(({ place }) => place.replace(/^.*\/open\//, '').replace(/\?.*/, '')));
    expect([...reached]).toEqual(
      expect.arrayContaining(['fetch', 'xhr', 'script.js', 'worker.js', 'worker-fetch', 'srcdoc-fetch']),
    );
    for (const never of [
      'img.png',
      'link.css',
      'iframe',
      'popup',
      'beacon',
      'events',
      'form',
      'ping',
      'fetch-later',
      'shared-fetch',
    ])
      expect([...reached]).not.toContain(never);
  });

  test('opens no connection of its own, and sends no datagram', () => {
    expect(web.silent).toBe(0);
    expect(web.datagrams).toBe(0);
  });

  test('would reach all of it in a browser that is left alone', async () => {
    vi.stubEnv('XDG_CACHE_HOME', browserEnvironment.XDG_CACHE_HOME);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { path, environment } = await findBrowser({ searchPath: '', playwrightPath: '' });
    const alone = await renderWeb(place => says(place, alone.port, 2_000));
    const browser = await chromium.launch({
      executablePath: path,
      env: { ...process.env, ...environment } as Record<string, string>,
    });
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${alone.port}/page`);
      const names = (): readonly string[] => closed(alone).map(place => place.replace(/^.*\/closed\//, ''));
      const isDone = (): boolean =>
        expectedAlone.every(name => names().includes(name)) && names().length > 45 && alone.datagrams > 0;
      for (let waitedMs = 0; waitedMs < 30_000 && !isDone(); waitedMs += 50) await sleep(50);
      expect(names()).toEqual(expect.arrayContaining([...expectedAlone]));
      expect(names().length).toBeGreaterThan(45);
      expect(alone.datagrams).toBeGreaterThan(0);
    } finally {
      await browser.close();
      alone.close();
    }
  });
});
