import type { HostileCase, Row, Say } from '../case.ts';
import { answer, drip, filled, flood, half, html, ok, response, text, to } from '../says.ts';

const rule = 'withheld.robots.rule';
const robots = (
  row: number,
  name: string,
  what: string,
  says: Say,
  ends: HostileCase['ends'],
  more: Partial<HostileCase> = {},
): HostileCase => ({
  id: `r${row}-${name}`,
  what: `a robots.txt ${what}`,
  robots: says,
  ends,
  ...(ends === 'kept' || Array.isArray(ends) ? {} : { asked: 0 }),
  ...more,
});
const shut = 'User-agent: *\nDisallow: /\n';
const endless = (first: string, unit: string): Say =>
  flood(`${ok}Content-Type: text/plain\r\n\r\n${first}`, Buffer.from(filled(unit, 65_536)));
const fiveHops = (row: number, hops: number, last: Say): Pick<HostileCase, 'robots' | 'files'> => ({
  robots: to('/hop1'),
  files: Object.fromEntries(
    Array.from({ length: hops }, (_, index) => [
      `/hop${index + 1}`,
      index + 1 === hops ? last : to(index === 1 ? `http://other.r${row}-hops.test/hop3` : `/hop${index + 2}`),
    ]),
  ),
});

export const robotsRows: readonly Row[] = [
  {
    row: 48,
    title: 'a robots.txt without measure',
    cases: [
      robots(48, 'endless', 'without end whose beginning forbids', endless(shut, '# more\n'), rule, {
        bounds: { ms: 1_000, growthMiB: 32 },
      }),
      robots(48, 'line', 'of one line without end', endless('', 'a'), 'kept'),
      robots(
        48,
        'groups',
        'of 40,000 groups, the last of which is for all',
        text(`${filled('User-agent: a\nDisallow:\n', 480_000)}\n${shut}`),
        rule,
      ),
      robots(
        48,
        'rules',
        'of 30,000 rules for us, the last of which forbids',
        text(`User-agent: *\n${filled('Allow: /b\n', 480_000)}\nDisallow: /\n`),
        rule,
      ),
      robots(48, 'late', 'that forbids beyond 512,000 octets', text(`${filled('# comment\n', 520_000)}${shut}`), 'kept', {
        note: 'recorded as an anomaly; `strict` withholds',
      }),
      robots(
        48,
        'announced',
        'that announces a terabyte',
        flood(`${ok}Content-Length: 1099511627776\r\n\r\n${shut}`, Buffer.from(filled('#\n', 65_536))),
        rule,
      ),
    ],
  },
  {
    row: 49,
    title: 'patterns that multiply',
    cases: [
      robots(49, 'stars', 'with 5,000 stars', text(`User-agent: *\nDisallow: /${filled('*a', 10_000)}$\n`), 'kept', {
        url: `http://r49-stars.test/${filled('a', 1_900)}`,
      }),
      robots(
        49,
        'many',
        'with 1,000 rules of 200 stars',
        text(`User-agent: *\n${filled(`Disallow: /${filled('*a', 400)}b\n`, 400_000)}`),
        'kept',
        { url: `http://r49-many.test/${filled('a', 1_900)}` },
      ),
      robots(49, 'hit', 'with 5,000 stars that match', text(`User-agent: *\nDisallow: /${filled('*a', 10_000)}\n`), 'kept', {
        url: `http://r49-hit.test/${filled('a', 1_900)}`,
        note: 'a pattern with more letters than the path does not match it',
      }),
    ],
  },
  {
    row: 50,
    title: 'a robots.txt that cannot be had',
    cases: [
      ...[500, 502, 503, 599, 999].map(status =>
        robots(
          50,
          `s${status}`,
          `that answers ${status}`,
          answer(`${status} No`, [], 'User-agent: *\nAllow: /\n'),
          'deferred.robots.status',
        ),
      ),
      robots(50, 'drips', 'that drips', drip(ok, 'X'), 'deferred.robots.timeout'),
      robots(
        50,
        'cut',
        'that is cut off',
        half(`${ok}Content-Length: 999\r\n\r\nUser-agent: *\nAllow: /\n`),
        'deferred.robots.reset',
      ),
      robots(
        50,
        'mended',
        'that fails once and then forbids',
        asked => (asked.count === 1 ? answer('503 Busy') : text(shut))(asked),
        [rule, 'deferred.robots.status'],
        { asked: 0, note: 'asked again in time on a machine that is not overrun; test/e2e/crawl-awkward.test.ts holds it' },
      ),
      robots(
        50,
        'part',
        'that comes in part (206)',
        answer('206 Partial', ['Content-Range: bytes 0-1/99'], 'User-agent: *\nAllow: /\n'),
        'deferred.robots.protocol',
      ),
      robots(50, 'malformed', 'in a malformed answer', half('User-agent: *\nAllow: /\n'), 'deferred.robots.protocol'),
    ],
  },
  {
    row: 51,
    title: 'a robots.txt that is refused',
    cases: [
      ...[401, 403, 407, 418, 451].map(status =>
        robots(51, `s${status}`, `that answers ${status}`, answer(`${status} No`), rule),
      ),
      ...[404, 410].map(status => robots(51, `s${status}`, `that answers ${status}`, answer(`${status} No`), 'kept')),
      robots(51, 's429', 'that answers 429', answer('429 Slow Down', ['Retry-After: 0']), 'deferred.robots.status'),
      robots(
        51,
        'challenge',
        'behind a challenge with status 403',
        answer('403 No', ['cf-mitigated: challenge'], '<html>'),
        rule,
      ),
    ],
  },
  {
    row: 52,
    title: 'a robots.txt that is none',
    cases: [
      robots(52, 'html', 'that is an HTML page', html('<!doctype html><title>Home</title>'), 'kept', {
        note: 'a catch-all page says nothing; `strict` withholds',
      }),
      robots(
        52,
        'html-rules',
        'that is an HTML page with rules in it',
        html('<!doctype html><pre>\nUser-agent: *\nDisallow: /\n</pre>'),
        rule,
      ),
      robots(
        52,
        'challenge',
        'that is a challenge with status 200',
        html('<!doctype html><title>Are you human?</title>', 'cf-mitigated: challenge'),
        'deferred.robots.status',
        { asked: 0 },
      ),
      robots(52, 'json', 'that is JSON', text('{"disallow": "/"}'), 'kept', {
        note: 'no directive in it; `strict` withholds',
      }),
      robots(52, 'empty', 'that is empty', text(''), 'kept'),
      robots(52, 'bom', 'that begins with a byte order mark', text(`\ufeff${shut}`), rule),
      robots(52, 'cr', 'whose lines end with CR only', text('User-agent: *\rDisallow: /\r'), rule),
      robots(52, 'utf16', 'in UTF-16', text(Buffer.from(`\ufeff${shut}`, 'utf16le')), rule),
      robots(52, 'nul', 'with NUL octets', text(`\0\0${shut}`), 'withheld.robots.rule', { asked: 0 }),
      robots(
        52,
        'png',
        'that is a picture',
        text(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')),
        'withheld.unknown.unreadable',
      ),
    ],
  },
  {
    row: 53,
    title: 'a robots.txt that is elsewhere',
    cases: [
      {
        id: 'r53-hops',
        what: 'a robots.txt five redirects away, two of them at another host, that forbids',
        ...fiveHops(53, 5, text(shut)),
        ends: rule,
        asked: 0,
      },
      {
        id: 'r53-six',
        what: 'a robots.txt six redirects away',
        ...fiveHops(53, 6, text(shut)),
        files: Object.fromEntries(
          [1, 2, 3, 4, 5, 6].map(hop => [`/hop${hop}`, hop === 6 ? text('User-agent: *\nAllow: /\n') : to(`/hop${hop + 1}`)]),
        ),
        ends: 'deferred.robots.redirects',
        asked: 0,
      },
      {
        id: 'r53-circle',
        what: 'a robots.txt that redirects to itself',
        robots: to('/robots.txt'),
        ends: 'deferred.robots.redirects',
        asked: 0,
      },
      {
        id: 'r53-nowhere',
        what: 'a robots.txt that redirects nowhere',
        robots: answer('302 Found'),
        ends: 'deferred.robots.redirects',
        asked: 0,
      },
      {
        id: 'r53-file',
        what: 'a robots.txt that redirects to a file',
        robots: to('file:///etc/passwd'),
        ends: 'deferred.robots.redirects',
        asked: 0,
      },
      {
        id: 'r53-login',
        what: 'a robots.txt that redirects to a login page that is closed',
        robots: to('/login'),
        files: { '/login': answer('401 Unauthorized') },
        ends: rule,
        asked: 0,
      },
      {
        id: 'r53-downgrade',
        what: 'a robots.txt that redirects from https to http',
        tls: 'valid',
        robots: asked =>
          (asked.host.startsWith('plain.') ? answer('404 No') : to('http://plain.r53-downgrade.test/robots.txt'))(asked),
        ends: 'kept',
        note: 'followed, as RFC 9309 §2.3.1.2 wants redirects followed; what is found there is a 404',
      },
    ],
  },
  {
    row: 54,
    title: 'a robots.txt that changes',
    cases: [
      {
        id: 'r54-flips',
        what: 'a robots.txt that allows once and forbids then: asked once in a run, judged by what it said',
        robots: asked => text(asked.count === 1 ? 'User-agent: *\nAllow: /\n' : shut)(asked),
        ends: 'kept',
        note: 'one capture per run and 24 hours at most; a later run finds the stricter one',
      },
      {
        id: 'r54-agent',
        what: 'a robots.txt for heed and another for everybody else',
        robots: text(`User-agent: heed\nDisallow: /\n\nUser-agent: *\nAllow: /\n`),
        ends: rule,
        asked: 0,
      },
    ],
  },
  {
    row: 55,
    title: 'paths in escapes',
    cases: [
      robots(55, 'slash', 'that forbids an escaped slash', text('User-agent: *\nDisallow: /a%2Fb\n'), rule, {
        url: 'http://r55-slash.test/a%2fb',
      }),
      robots(
        55,
        'slash-other',
        'that forbids a slash, and a URL with an escaped one',
        text('User-agent: *\nDisallow: /a/b\n'),
        'kept',
        { url: 'http://r55-slash-other.test/a%2fb' },
      ),
      robots(
        55,
        'letters',
        'that forbids a word, and a URL with escaped letters',
        text('User-agent: *\nDisallow: /secret\n'),
        rule,
        { url: 'http://r55-letters.test/%73ecret' },
      ),
      robots(55, 'utf8', 'that forbids a word in UTF-8', text('User-agent: *\nDisallow: /é\n'), rule, {
        url: 'http://r55-utf8.test/%c3%a9',
      }),
      robots(55, 'broken', 'that forbids a broken escape', text('User-agent: *\nDisallow: /%zz\n'), rule, {
        url: 'http://r55-broken.test/%zz',
      }),
      robots(55, 'query', 'that forbids a query', text('User-agent: *\nDisallow: /*?\n'), rule, {
        url: 'http://r55-query.test/x?',
      }),
      robots(55, 'dots', 'that forbids /a, and a URL that arrives there by dots', text('User-agent: *\nDisallow: /a\n'), rule, {
        url: 'http://r55-dots.test/b/%2e%2e/a',
      }),
      robots(55, 'slashes', 'that forbids /a, and a URL with two slashes', text('User-agent: *\nDisallow: /a\n'), 'kept', {
        url: 'http://r55-slashes.test//a',
      }),
    ],
  },
  {
    row: 56,
    title: 'names of crawlers',
    cases: [
      robots(56, 'typo', 'with a misspelt directive', text('Useragent *\nDissallow: /\n'), 'withheld.robots.rule'),
      robots(56, 'inside', 'for a name that contains ours', text('User-agent: heedless\nDisallow: /\n'), 'kept'),
      robots(56, 'version', 'for our name with a version', text('User-agent: heed/9.9\nDisallow: /\n'), rule),
      robots(56, 'case', 'for our name in capitals', text('USER-AGENT: HEED\nDISALLOW: /\n'), rule),
      robots(
        56,
        'thousand',
        'for a thousand names in one group, ours the last',
        text(`${Array.from({ length: 1_000 }, (_, n) => `User-agent: bot${n}`).join('\n')}\nUser-agent: heed\nDisallow: /\n`),
        rule,
      ),
      robots(
        56,
        'trainer',
        'that forbids a crawler of training data by name',
        text('User-agent: GPTBot\nDisallow: /\n'),
        'withheld.robots.named-agent',
        { asked: 0 },
      ),
      robots(
        56,
        'glued',
        'sent with an answer glued to it',
        ({ socket }) =>
          void socket.write(Buffer.concat([response('200 OK', [], shut), response('200 OK', [], 'User-agent: *\nAllow: /\n')])),
        rule,
      ),
    ],
  },
];
