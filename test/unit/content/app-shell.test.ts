import { expect, test } from 'vitest';
import { type AppShell, appShellOf } from '../../../src/content/index.ts';

type Why = AppShell['why'];
const bundle = '<script type="module" src="/assets/index-B1x.js"></script>';
const sentence = 'The ferry leaves the island every morning at six and comes back before it is dark. ';
const page = (body: string, head = ''): string =>
  `<!doctype html><html><head><title>A title that nobody reads as text</title>${head}</head><body>${body}</body></html>`;

/** Written after what frameworks serve, and after small pages that are pages. */
const cases: readonly (readonly [name: string, html: string, why: Why])[] = [
  ['Vite with React', page('<div id="root"></div>', bundle), 'empty-mount'],
  ['Vue, mount first, script after', page(`<div id="app"></div>${bundle}`), 'empty-mount'],
  [
    'Create React App',
    page(`<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>`, bundle),
    'empty-mount',
  ],
  [
    'Next.js without server rendering',
    page('<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":{}}</script>', bundle),
    'empty-mount',
  ],
  ['Nuxt in spa mode', page(`<div id="__nuxt"></div><script>window.__NUXT__={config:{}}</script>${bundle}`), 'empty-mount'],
  ['Angular', page('<app-root></app-root>', bundle), 'empty-mount'],
  ['AngularJS with an empty body', page('<div ng-app="shop"><ng-view></ng-view></div>', bundle), 'empty-mount'],
  ['Gatsby', page('<div id="___gatsby"><div id="gatsby-focus-wrapper"></div></div>', bundle), 'empty-mount'],
  ['a mount that says it is loading', page('<div id="app"><p class="spinner">Loading…</p></div>', bundle), 'empty-mount'],
  ['a mount that holds a drawing only', page('<div id="app"><svg><text>Brand</text></svg></div>', bundle), 'empty-mount'],
  ['a hidden mount', page('<div id="app" style="display:none"></div>', bundle), 'empty-mount'],
  [
    'header and footer around an empty mount',
    page(`<header>Harbour News</header><main id="root"></main><footer>All rights reserved 2026</footer>${bundle}`),
    'empty-mount',
  ],
  ['a mount written in capitals', page(`<DIV ID="ROOT"></DIV><SCRIPT SRC="/b.js"></SCRIPT>`), 'empty-mount'],
  ['an unclosed mount', `<!doctype html><title>t</title><script src=/b.js></script><div id=app>`, 'empty-mount'],
  [
    'a home-made shell that asks for scripts',
    page(`<h1>Tide tables</h1><noscript>Bitte aktivieren Sie JavaScript.</noscript><div id="x"></div>${bundle}`),
    'asks-for-script',
  ],
  ['nothing but a script', page(bundle), 'script-only'],
  ['a spinner of no known name and a script', page(`<div class="c1">Please wait</div>${bundle}`), 'script-only'],
  [
    'XHTML with an empty mount',
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title><script src="/b.js"/></head><body><div id="root"/></body></html>`,
    'empty-mount',
  ],

  ['an article with a script', page(`<article>${sentence.repeat(8)}</article>${bundle}`), 'text'],
  ['a server-rendered application', page(`<div id="root"><h1>Ferries</h1><p>${sentence.repeat(8)}</p></div>${bundle}`), 'text'],
  ['enough text beside an empty mount for comments', page(`<p>${sentence.repeat(8)}</p><div id="app"></div>${bundle}`), 'text'],
  ['Chinese prose', page(`<p>${'渡船每天早上六点离开海岛，天黑之前回来。'.repeat(30)}</p>${bundle}`), 'text'],
  ['a short real page', page(`<p>${sentence}</p><p>Closed on Sundays.</p>${bundle}`), 'no-sign'],
  [
    'a short page with counting script and noscript picture',
    page(`<p>${sentence}</p>${bundle}<noscript><img src="/count.gif"></noscript>`),
    'no-sign',
  ],
  ['a short page that only mentions JavaScript', page(`<p>${sentence}We teach JavaScript.</p>${bundle}`), 'no-sign'],
  ['an error page', page(`<h1>Something went wrong</h1><p>Error 500. Please try again later.</p>${bundle}`), 'no-sign'],
  ['a filled mount of few words', page(`<div id="root"><p>${sentence}</p></div>${bundle}`), 'no-sign'],
  [
    'a frame set',
    '<html><head><script src="/b.js"></script></head><frameset cols="20%,*"><frame src="/a"></frameset></html>',
    'frames',
  ],
  ['an empty page', page(''), 'no-script'],
  ['an empty mount without any script', page('<div id="root"></div>'), 'no-script'],
  [
    'an empty mount with data only',
    page('<div id="root"></div><script type="application/ld+json">{"@type":"Thing"}</script>'),
    'no-script',
  ],
  ['a redirect page', page('', '<meta http-equiv="refresh" content="0;url=/home">'), 'no-script'],
];

test.each(cases)('%s', (_name, html, why) => {
  const found = appShellOf(
    Buffer.from(html),
    html.startsWith('<html xmlns') ? 'application/xhtml+xml' : 'text/html; charset=utf-8',
  );
  expect(found).toEqual({ isShell: ['empty-mount', 'asks-for-script', 'script-only'].includes(why), why });
});

test.each([
  ['plain text', 'text/plain', '<div id="root"></div><script src="/b.js"></script>'],
  ['JSON', 'application/json', '{"id":"root"}'],
  ['a picture served as HTML', 'text/html', '\x89PNG\r\n\x1a\n<div id="root"></div><script src="/b.js"></script>'],
])('%s is no shell', (_name, type, body) => {
  expect(appShellOf(Buffer.from(body, 'latin1'), type)).toEqual({ isShell: false, why: 'media-type' });
});

test('a page without a Content-Type that looks like HTML is read as HTML', () => {
  expect(appShellOf(Buffer.from(page('<div id="root"></div>', bundle)), undefined)).toEqual({
    isShell: true,
    why: 'empty-mount',
  });
});

test('a long page is read no further than it takes', () => {
  const body = Buffer.from(page(`<p>${sentence.repeat(8)}</p>${'<div>'.repeat(500_000)}`));
  const started = performance.now();
  expect(appShellOf(body, 'text/html').why).toBe('text');
  expect(performance.now() - started).toBeLessThan(1_000);
});
