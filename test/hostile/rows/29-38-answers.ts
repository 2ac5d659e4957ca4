import type { HostileCase, Row } from '../case.ts';
import { answer, article, drip, filled, half, html, links, nothing, ok, page, raw, reset, response, text, to } from '../says.ts';

const whole = article('answer');
const barrier = (status: string, ends: string): HostileCase => ({
  id: `r29-${status.slice(0, 3)}`,
  what: `a page that answers ${status}`,
  page: answer(status, ['Content-Type: text/html', 'WWW-Authenticate: Basic realm="x"'], whole),
  ends,
  asked: 1,
});
const waits = (name: string, value: string): HostileCase => ({
  id: `r30-${name}`,
  what: `Retry-After: ${value.slice(0, 40)}`,
  page: answer('503 Busy', [`Retry-After: ${value}`]),
  ends: 'deferred.page.status',
});
const tls = (
  trick: NonNullable<HostileCase['tls']>,
  what: string,
  ends: HostileCase['ends'],
  more: Partial<HostileCase> = {},
): HostileCase => ({
  id: `r37-${trick === 'old-version' ? 'tls11' : trick}`,
  what: `a TLS host ${what}`,
  tls: trick,
  ends,
  ...(ends === 'kept' ? {} : { asked: 0 }),
  ...more,
});
/** SETTINGS, PING and CONTINUATION frames of HTTP/2 (RFC 9113 §6). */
const frame = (type: number, flags: number, stream: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
};

export const answerRows: readonly Row[] = [
  {
    row: 29,
    title: 'barriers',
    cases: [
      ...(
        [
          '401 Unauthorized',
          '402 Payment Required',
          '403 Forbidden',
          '407 Proxy Authentication Required',
          '451 Unavailable For Legal Reasons',
        ] as const
      ).map(status => barrier(status, `barrier.${status.slice(0, 3)}`)),
      {
        id: 'r29-429',
        what: 'a page that answers 429: asked again later, under the same name',
        page: answer('429 Slow Down', ['Retry-After: 0'], whole),
        ends: 'deferred.page.status',
        asked: [2, 3],
      },
      {
        id: 'r29-challenge',
        what: 'a challenge with status 200, as guards mark it',
        page: html(whole, 'cf-mitigated: challenge'),
        ends: 'barrier.challenge',
        asked: 1,
      },
      {
        id: 'r29-captcha',
        what: 'a captcha with status 405, as another guard marks it',
        page: answer('405 No', ['x-amzn-waf-action: captcha'], whole),
        ends: 'barrier.challenge',
        asked: 1,
      },
      {
        id: 'r29-login',
        what: 'a redirect to a login form',
        files: {
          '/': to('/login'),
          '/login': html('<title>Log in</title><form><input name=u><input name=p type=password></form>'),
        },
        ends: 'redirected',
        others: { 'http://r29-login.test/login': 'empty' },
      },
    ],
  },
  {
    row: 30,
    title: 'Retry-After of all kinds',
    cases: [
      waits('huge', '1e308'),
      waits('digits', filled('9', 400)),
      waits('overflow', '2147484'),
      waits('negative', '-5'),
      waits('far', 'Fri, 31 Dec 9999 23:59:59 GMT'),
      waits('past', 'Mon, 01 Jan 2001 00:00:00 GMT'),
      waits('garbage', 'soon \u009b31m'),
      waits('many', '1, 2, 3'),
    ],
  },
  {
    row: 31,
    title: 'redirects without end',
    cases: [
      { id: 'r31-self', what: 'a page that redirects to itself', page: to('/'), ends: 'redirected', asked: 1 },
      {
        id: 'r31-two',
        what: 'two pages that redirect to each other',
        files: { '/': to('/b'), '/b': to('/') },
        ends: 'redirected',
        others: { 'http://r31-two.test/b': 'redirected' },
        asked: 1,
      },
      {
        id: 'r31-chain',
        what: 'a chain of redirects without end',
        page: asked => to(`/${Number(asked.path.slice(1)) + 1}`)(asked),
        ends: 'redirected',
        others: { 'http://r31-chain.test/11': 'trap.maze' },
        never: ['r31-chain.test/11'],
      },
      {
        id: 'r31-hosts',
        what: 'a loop over hosts',
        page: asked => to(`http://${Number(asked.host.split('.')[0]) + 1 || 1}.r31-hosts.test/`)(asked),
        ends: 'redirected',
        others: { 'http://1.r31-hosts.test/': 'refused.out-of-scope' },
      },
      { id: 'r31-empty', what: 'an empty Location', page: to(''), ends: 'failed.protocol', asked: 1 },
      { id: 'r31-none', what: 'a redirect without Location', page: answer('302 Found'), ends: 'failed.protocol', asked: 1 },
      {
        id: 'r31-two-places',
        what: 'two different Locations',
        page: answer('302 Found', ['Location: /a', 'Location: /b']),
        ends: 'failed.protocol',
        asked: 1,
        never: ['r31-two-places.test/a', 'r31-two-places.test/b'],
      },
      {
        id: 'r31-line-end',
        what: 'a Location with a line end in it',
        files: { '/': answer('302 Found', ['Location: /a\r\nX-Robots-Tag: none']) },
        ends: 'redirected',
        others: { 'http://r31-line-end.test/a': 'kept' },
      },
      { id: 'r31-huge', what: 'a Location of 1 MB', page: to(`/${filled('a', 1_000_000)}`), ends: 'failed.protocol', asked: 1 },
    ],
  },
  {
    row: 32,
    title: 'redirects that are none of HTTP',
    cases: [
      {
        id: 'r32-meta',
        what: 'a meta refresh',
        page: html(article('r32 meta', '<meta http-equiv="refresh" content="0;url=/on">')),
        ends: 'kept',
        never: ['r32-meta.test/on'],
      },
      {
        id: 'r32-field',
        what: 'a Refresh field',
        page: html(article('r32 field'), 'Refresh: 0; url=/on'),
        ends: 'kept',
        never: ['r32-field.test/on'],
      },
      {
        id: 'r32-script',
        what: 'a redirect by script',
        page: html(article('r32 script', '<script>location="/on"</script>')),
        ends: 'kept',
        never: ['r32-script.test/on'],
      },
    ],
  },
  {
    row: 33,
    title: 'cookies',
    cases: [
      {
        id: 'r33-some',
        what: 'cookies of every kind, none of which comes back',
        page: asked =>
          html(
            article(`r33 ${asked.path}`, '<a href="/next">on</a>'),
            'Set-Cookie: a=1',
            'Set-Cookie: __Host-b=2; Secure; Path=/',
            'Set-Cookie: c=3; Domain=test',
          )(asked),
        ends: 'kept',
        others: { 'http://r33-some.test/next': 'kept' },
      },
      {
        id: 'r33-many',
        what: 'ten thousand cookies',
        page: html(whole, ...new Array(10_000).fill('Set-Cookie: a=1')),
        ends: 'failed.protocol',
        asked: 1,
      },
    ],
  },
  {
    row: 34,
    title: 'somebody else’s page',
    cases: [
      {
        id: 'r34-vhost',
        what: 'a cache that answers with the page of another host: our robots.txt is of the host asked',
        robots: text('User-agent: *\nDisallow: /\n'),
        ends: 'withheld.robots.rule',
        asked: 0,
      },
      {
        id: 'r34-soft',
        what: 'an error page with status 200',
        page: html('<title>404</title><h1>Not found</h1>'),
        ends: 'kept',
        note: 'an error page that says 200 is a page; only what HTTP says is believed',
      },
    ],
  },
  {
    row: 35,
    title: 'resets',
    cases: [
      { id: 'r35-closed', what: 'a port where nobody listens', isClosed: true, ends: 'deferred.robots.reset', asked: 0 },
      {
        id: 'r35-silent',
        what: 'a reset before the first octet',
        page: reset(''),
        ends: 'deferred.page.reset',
        // On a connection that was kept it may be the server's end of it: then it is asked once more at once.
        asked: [2, 4],
      },
      {
        id: 'r35-head',
        what: 'a reset in the header section',
        page: reset(`${ok}Content-Ty`),
        ends: 'deferred.page.reset',
        asked: [2, 3],
      },
      {
        id: 'r35-body',
        what: 'a reset in the body',
        page: reset(`${ok}Content-Type: text/html\r\nContent-Length: 99999\r\n\r\n${whole}`),
        ends: 'deferred.page.reset',
        asked: [2, 3],
      },
      {
        id: 'r35-no-length',
        what: 'a reset in a body without length',
        page: reset(`${ok}Content-Type: text/html\r\nConnection: close\r\n\r\n${whole}`),
        ends: 'deferred.page.reset',
      },
      {
        id: 'r35-robots',
        what: 'a reset in a robots.txt',
        robots: reset(`${ok}Content-Length: 999\r\n\r\nUser-agent: *\nAllow: /\n`),
        ends: 'deferred.robots.reset',
        asked: 0,
      },
      {
        id: 'r35-once',
        what: 'one reset, and a page when asked again',
        page: asked => (asked.count === 1 ? reset('') : page)(asked),
        ends: 'kept',
        asked: 2,
      },
    ],
  },
  {
    row: 36,
    title: 'HTTP/2 where HTTP/1.1 was spoken',
    cases: [
      {
        id: 'r36-settings',
        what: 'a server that answers in HTTP/2 frames',
        page: raw(Buffer.concat(new Array(1_000).fill(frame(4, 0, 0, Buffer.alloc(6))))),
        ends: 'failed.protocol',
        asked: 1,
      },
      {
        id: 'r36-continuation',
        what: 'CONTINUATION frames without end',
        page: raw(
          Buffer.concat([frame(1, 0, 1, Buffer.alloc(100)), ...new Array(1_000).fill(frame(9, 0, 1, Buffer.alloc(100)))]),
        ),
        ends: 'failed.protocol',
        asked: 1,
      },
      {
        id: 'r36-only-h2',
        what: 'a TLS host that speaks nothing but HTTP/2',
        tls: 'only-h2',
        ends: 'deferred.robots.tls',
        asked: 0,
        note: 'HTTP/2 is never offered (ALPN `http/1.1` alone), so its floods have nobody to reach',
      },
    ],
  },
  {
    row: 37,
    title: 'TLS',
    cases: [
      tls('valid', 'whose authority the test trusts', 'kept'),
      tls('self-signed', 'that nobody vouches for', 'deferred.robots.tls'),
      tls('expired', 'whose certificate expired', 'deferred.robots.tls'),
      tls('not-yet-valid', 'whose certificate is of tomorrow', 'deferred.robots.tls', { id: 'r37-not-yet' }),
      tls('other-name', 'with the certificate of another', 'deferred.robots.tls'),
      tls('old-version', 'that speaks TLS 1.1 at most', 'deferred.robots.tls'),
      tls('long-chain', 'with a chain of 400 certificates', 'deferred.robots.tls'),
      tls('stall', 'that never greets back', 'deferred.robots.timeout'),
      tls('hang-up', 'that hangs up in the greeting', 'deferred.robots.reset'),
      tls('plain-http', 'that speaks plain HTTP', 'deferred.robots.tls'),
      tls('changes', 'whose certificate expires between robots.txt and page', 'deferred.declaration.tls', {
        robots: answer('404 No', ['Connection: close']),
        note: 'revocation is not asked for: neither Node nor we look at CRLs or OCSP',
      }),
    ],
  },
  {
    row: 38,
    title: 'answers before the question',
    cases: [
      {
        id: 'r38-early',
        what: 'a kept connection that answers before it is asked',
        robots: ({ socket }) =>
          void socket.write(response('404 No'), () =>
            setTimeout(() => socket.write(response('200 OK', ['Content-Type: text/html'], article('poison'))), 20),
          ),
        ends: 'kept',
        says: 'r38-early.test',
      },
      {
        id: 'r38-glued',
        what: 'a robots.txt with a page glued to it',
        robots: raw(Buffer.concat([response('404 No'), response('200 OK', ['Content-Type: text/html'], article('poison'))])),
        ends: 'kept',
        says: 'r38-early.test'.replace('early', 'glued'),
      },
      {
        id: 'r38-links',
        what: 'pages that are cut off and go on by link',
        page: asked =>
          (asked.path === '/' ? links('/half') : half(`${ok}Content-Type: text/html\r\nContent-Length: 50\r\n\r\nhalf`))(asked),
        ends: 'kept',
        others: { 'http://r38-links.test/half': 'deferred.page.reset' },
      },
      {
        id: 'r38-slow-head',
        what: 'a server that drips a whole header section, and stops',
        page: drip(`${ok}Content-Type: text/html\r\n`, ''),
        ends: 'deferred.page.timeout',
      },
      {
        id: 'r38-nothing',
        what: 'a page after which the connection is left hanging',
        page: asked => (asked.path === '/' ? links('/hang') : nothing)(asked),
        ends: 'kept',
        others: { 'http://r38-nothing.test/hang': 'deferred.page.timeout' },
      },
    ],
  },
];
