import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { HostileCase, Row } from '../case.ts';
import { answer, article, drip, filled, flood, half, html, nothing, ok, raw, response, story } from '../says.ts';

const whole = article('message');
const lengthOf = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}`;
const protocol = (
  row: number,
  cases: Readonly<Record<string, readonly [what: string, bytes: string | Buffer]>>,
): readonly HostileCase[] =>
  Object.entries(cases).map(([name, [what, bytes]]) => ({
    id: `r${row}-${name}`,
    what: `a server that ${what}`,
    page: raw(bytes),
    ends: 'failed.protocol',
    asked: 1,
  }));
const chunked = `${ok}Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n`;
const chunk = (body: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(body).toString(16)}\r\n`), Buffer.from(body), Buffer.from('\r\n')]);
const timeout = 'deferred.page.timeout';

export const messageRows: readonly Row[] = [
  {
    row: 20,
    title: 'silence',
    cases: [
      { id: 'r20-silent', what: 'a server that accepts and never answers', page: nothing, ends: timeout, asked: [2, 3] },
      {
        id: 'r20-robots',
        what: 'a robots.txt that is never answered',
        robots: nothing,
        ends: 'deferred.robots.timeout',
        asked: 0,
      },
    ],
  },
  {
    row: 21,
    title: 'a header section that never ends',
    cases: [
      { id: 'r21-drip', what: 'a server that drips header octets for ever', page: drip(ok, 'X'), ends: timeout },
      {
        id: 'r21-robots',
        what: 'a robots.txt whose header section drips for ever',
        robots: drip(ok, 'X'),
        ends: 'deferred.robots.timeout',
        asked: 0,
      },
    ],
  },
  {
    row: 22,
    title: 'a body that never ends',
    cases: [
      {
        id: 'r22-drip',
        what: 'a server that drips a body for ever',
        page: drip(`${ok}Content-Type: text/html\r\n\r\n${whole}`, '.'),
        ends: timeout,
      },
      {
        id: 'r22-length',
        what: 'one that announced its length',
        page: drip(`${ok}Content-Type: text/html\r\nContent-Length: 99999\r\n\r\n${whole}`, '.'),
        ends: timeout,
      },
      { id: 'r22-chunks', what: 'one that drips chunks', page: drip(chunked, '1\r\nx\r\n'), ends: timeout },
      {
        id: 'r22-refusal',
        what: 'one that drips a refusal',
        page: drip('HTTP/1.1 404 No\r\nContent-Length: 99999\r\n\r\n', 'x'),
        ends: timeout,
      },
      {
        id: 'r22-robots',
        what: 'a robots.txt that drips for ever',
        robots: drip(`${ok}\r\nUser-agent: *\nAllow: /\n`, '#'),
        ends: 'deferred.robots.timeout',
        asked: 0,
      },
    ],
  },
  {
    row: 23,
    title: 'a body without measure',
    cases: [
      {
        id: 'r23-endless',
        what: 'a server that sends for ever',
        page: flood(`${ok}Content-Type: text/html\r\n\r\n${whole}`, Buffer.alloc(65_536, 'more ')),
        ends: 'failed.too-large',
        asked: [1, 3],
        bounds: { ms: 2_000, growthMiB: 64 },
      },
      {
        id: 'r23-chunks',
        what: 'a server that sends tiny chunks for ever',
        page: flood(chunked, Buffer.from(filled('1\r\nx\r\n', 60_000))),
        ends: ['failed.too-large', timeout],
        bounds: { ms: 3_000, growthMiB: 64 },
      },
      {
        id: 'r23-announced',
        what: 'a server that announces a terabyte',
        page: raw(`${ok}Content-Type: text/html\r\nContent-Length: 1099511627776\r\n\r\nx`),
        ends: 'failed.too-large',
        asked: 1,
        bounds: { ms: 500, growthMiB: 16 },
      },
      {
        id: 'r23-refusal',
        what: 'a refusal without end',
        page: flood('HTTP/1.1 404 No\r\n\r\n', Buffer.alloc(65_536, 'no ')),
        ends: 'gone.404',
        asked: 1,
        bounds: { ms: 1_000, growthMiB: 32 },
      },
    ],
  },
  {
    row: 24,
    title: 'lengths that lie',
    cases: [
      {
        id: 'r24-more',
        what: 'a length larger than what comes',
        page: half(`${ok}Content-Type: text/html\r\nContent-Length: 99999\r\n\r\n${whole}`),
        ends: 'deferred.page.reset',
      },
      {
        id: 'r24-less',
        what: 'a length smaller than what comes: what follows is no answer to the next request',
        files: {
          '/': raw(
            Buffer.concat([
              response('200 OK', ['Content-Type: text/html'], article('r24 first', '<a href="/next">on</a>')),
              response('200 OK', ['Content-Type: text/html'], article('poison')),
            ]),
          ),
        },
        ends: 'kept',
        others: { 'http://r24-less.test/next': 'kept' },
        note: 'the connection is given up; that something followed is not recorded',
      },
    ],
  },
  {
    row: 25,
    title: 'two lengths, or none that is one',
    cases: protocol(25, {
      'two-lengths': [
        'sends two lengths',
        `${ok}Content-Type: text/html\r\n${lengthOf(whole)}\r\nContent-Length: 5\r\n\r\n${whole}`,
      ],
      'same-twice': [
        'sends one length twice',
        `${ok}Content-Type: text/html\r\n${lengthOf(whole)}\r\n${lengthOf(whole)}\r\n\r\n${whole}`,
      ],
      'length-list': ['sends a list of lengths', `${ok}Content-Type: text/html\r\nContent-Length: 5, 5\r\n\r\nhello`],
      'length-and-chunks': [
        'sends a length and chunks',
        `${ok}Content-Type: text/html\r\n${lengthOf(whole)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ],
      'length-sign': ['sends a length with a sign', `${ok}Content-Type: text/html\r\nContent-Length: +5\r\n\r\nhello`],
      'length-hex': ['sends a length in hexadecimal', `${ok}Content-Type: text/html\r\nContent-Length: 0x5\r\n\r\nhello`],
      'coded-chunks': [
        'sends chunks of gzip as a transfer coding',
        Buffer.concat([
          Buffer.from(`${ok}Content-Type: text/html\r\nTransfer-Encoding: gzip, chunked\r\n\r\n`),
          chunk(gzipSync(whole)),
          Buffer.from('0\r\n\r\n'),
        ]),
      ],
      'chunked-not-last': [
        'chunks first and compresses then',
        `${ok}Content-Type: text/html\r\nTransfer-Encoding: chunked, gzip\r\n\r\n${chunk(whole)}0\r\n\r\n`,
      ],
      'chunked-twice': [
        'chunks twice',
        `${ok}Content-Type: text/html\r\nTransfer-Encoding: chunked, chunked\r\n\r\n${chunk(whole)}0\r\n\r\n`,
      ],
      'unknown-transfer': [
        'invents a transfer coding',
        `${ok}Content-Type: text/html\r\nTransfer-Encoding: xchunked\r\n\r\n${chunk(whole)}0\r\n\r\n`,
      ],
      'coded-transfer-line': [
        'names gzip and chunked on two lines',
        `${ok}Content-Type: text/html\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(whole)}0\r\n\r\n`,
      ],
    }),
  },
  {
    row: 26,
    title: 'chunks that are none',
    cases: [
      ...protocol(26, {
        'bad-size': ['sends a chunk size that is no number', `${chunked}zz\r\nhello\r\n0\r\n\r\n`],
        'negative-size': ['sends a negative chunk size', `${chunked}-5\r\nhello\r\n0\r\n\r\n`],
        'giant-size': ['sends a chunk size beyond any integer', `${chunked}${filled('f', 40)}\r\nhello`],
        'short-chunk': ['sends a chunk longer than its size', `${chunked}3\r\nhello\r\n0\r\n\r\n`],
      }),
      {
        id: 'r26-extension',
        what: 'a chunk extension without end',
        page: flood(`${chunked}5;`, Buffer.alloc(65_536, 'a')),
        ends: ['failed.protocol', timeout],
        bounds: { ms: 3_000, growthMiB: 64 },
      },
      {
        id: 'r26-trailers',
        what: 'trailers without end',
        page: flood(`${chunked}0\r\n`, Buffer.from(filled('X-Trailer: y\r\n', 65_520))),
        ends: 'failed.protocol',
        bounds: { ms: 3_000, growthMiB: 64 },
      },
      {
        id: 'r26-no-last',
        what: 'a connection that ends without a last chunk',
        page: half(`${chunked}${chunk(whole)}`),
        ends: 'deferred.page.reset',
      },
    ],
  },
  {
    row: 27,
    title: 'header sections that are none',
    cases: [
      ...protocol(27, {
        'large-field': ['sends a field of 17 KiB', response('200 OK', [`X-Big: ${filled('a', 17_408)}`], whole)],
        'large-section': [
          'sends a header section of 90 KiB',
          response('200 OK', new Array(90).fill(`X: ${filled('a', 1_000)}`), whole),
        ],
        'many-fields': ['sends 2,200 fields', response('200 OK', new Array(2_200).fill('X: y'), whole)],
        'no-colon': ['sends a field without colon', `${ok}No colon here\r\n${lengthOf(whole)}\r\n\r\n${whole}`],
        'space-colon': ['sends a space before a colon', `${ok}Content-Length : 5\r\n\r\nhello`],
        folded: ['folds a field', `${ok}X-A: b\r\n c\r\n${lengthOf(whole)}\r\n\r\n${whole}`],
        nul: ['sends NUL in a field', `${ok}X-A: b\0c\r\n${lengthOf(whole)}\r\n\r\n${whole}`],
        'bare-lf': ['ends lines with LF only', `HTTP/1.1 200 OK\n${lengthOf(whole)}\n\n${whole}`],
        'bare-cr': ['ends a line with CR only', `${ok}X-A: b\rX-Robots-Tag: noai\r\n${lengthOf(whole)}\r\n\r\n${whole}`],
        'other-version': ['speaks HTTP/3.0 in text', `HTTP/3.0 200 OK\r\n${lengthOf(whole)}\r\n\r\n${whole}`],
        'no-http': ['speaks another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
      }),
      { id: 'r27-http09', what: 'a server that speaks HTTP/0.9', page: half(whole), ends: 'failed.protocol', asked: 1 },
    ],
  },
  {
    row: 28,
    title: 'statuses that are none',
    cases: [
      ...(['999 Denied', '600 Odd', '099 Odd'] as const).map(
        (status): HostileCase => ({
          id: `r28-${status.slice(0, 3)}`,
          what: `a server that answers ${status}`,
          page: answer(status, ['Content-Type: text/html'], whole),
          ends: 'deferred.page.status',
        }),
      ),
      ...protocol(28, {
        interim: ['sends a thousand interim responses', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(1_000)],
        switches: ['switches protocols unasked', 'HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n'],
        'not-modified': ['answers 304 to a request without condition', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
      }),
      {
        id: 'r28-no-content',
        what: 'a 204 with a body',
        page: raw(`HTTP/1.1 204 No Content\r\nContent-Type: text/html\r\n${lengthOf(whole)}\r\n\r\n${whole}`),
        ends: 'empty',
        asked: 1,
      },
      {
        id: 'r28-part',
        what: 'a 206 that nobody asked for',
        page: answer('206 Partial Content', ['Content-Type: text/html', 'Content-Range: bytes 0-99/999'], whole),
        ends: 'withheld.unknown.unreadable',
      },
      {
        id: 'r28-interim-few',
        what: 'a few interim responses, then a page',
        page: raw(
          Buffer.concat([
            Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(5)),
            response('200 OK', ['Content-Type: text/html'], article('after interim')),
          ]),
        ),
        ends: 'kept',
      },
      {
        id: 'r28-br',
        what: 'an ordinary page, compressed: what is no trick is no trouble',
        page: html(brotliCompressSync(`<title>fine</title><p>${story('compressed page')}</p>`), 'Content-Encoding: br'),
        ends: 'kept',
      },
    ],
  },
];
