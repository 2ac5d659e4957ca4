import type { HostileCase, Row } from '../case.ts';
import { filled, html, links, page, text, to } from '../says.ts';

const redirects = (row: number, targets: Readonly<Record<string, string>>, reason: string): readonly HostileCase[] =>
  Object.entries(targets).map(([name, target]) => ({
    id: `r${row}-${name}`,
    what: `a redirect to ${target.slice(0, 60)}`,
    page: to(target),
    ends: 'redirected',
    others: { [target]: reason },
  }));

export const urlRows: readonly Row[] = [
  {
    row: 12,
    title: 'redirects to where nobody may go',
    cases: [
      ...redirects(
        12,
        { metadata: 'http://169.254.169.254/latest/meta-data/r12', name: 'http://metadata.google.internal/r12' },
        'refused.address',
      ),
      {
        id: 'r12-third-hop',
        what: 'two redirects at public hosts, the third to a metadata service',
        files: { '/': to('/2'), '/2': to('/3'), '/3': to('http://[fd00:ec2::254]/r12') },
        ends: 'redirected',
        others: { 'http://r12-third-hop.test/3': 'redirected', 'http://[fd00:ec2::254]/r12': 'refused.address' },
      },
      {
        id: 'r12-middle',
        what: 'a chain whose middle is a metadata service and whose end is public',
        files: { '/': to('http://169.254.169.254/middle?to=http://r12-middle.test/end') },
        ends: 'redirected',
        others: { 'http://169.254.169.254/middle?to=http://r12-middle.test/end': 'refused.address' },
        never: ['r12-middle.test/end'],
      },
    ],
  },
  {
    row: 13,
    title: 'redirects to other schemes',
    cases: [
      ...redirects(
        13,
        {
          file: 'file:///etc/passwd',
          ftp: 'ftp://r13-ftp.test/x',
          gopher: 'gopher://127.0.0.1:6379/_FLUSHALL',
          data: 'data:text/html,inside',
          javascript: 'javascript:alert(1)',
          unix: 'unix:/var/run/docker.sock',
          blob: 'blob:http://r13-blob.test/1',
        },
        'refused.scheme',
      ),
      {
        id: 'r13-links',
        what: 'links to schemes that are no web',
        page: links('file:///etc/passwd#r13', 'javascript:alert(2)', 'mailto:a@b.test', 'data:text/html,x'),
        ends: 'kept',
        note: 'what is no http or https link is no way of the web and is not offered, so it has no row',
      },
    ],
  },
  {
    row: 14,
    title: 'user names and passwords in URLs',
    cases: [
      {
        id: 'r14-userinfo',
        what: 'links with a user name and a password',
        page: links('http://good@r14-userinfo.test/in', 'http://a:secret-r14@r14-userinfo.test/in'),
        ends: 'kept',
        others: { 'http://userinfo-removed@r14-userinfo.test/in': 'refused.url' },
        never: ['r14-userinfo.test/in'],
      },
      {
        id: 'r14-redirect',
        what: 'a redirect to a URL with a password',
        page: to('http://a:secret-r14@r14-redirect.test/in'),
        ends: 'redirected',
        others: { 'http://userinfo-removed@r14-redirect.test/in': 'refused.url' },
        never: ['r14-redirect.test/in'],
      },
      {
        id: 'r14-backslash',
        what: 'a backslash before an @, which browsers read as a slash',
        files: { '/': links('http://r14-backslash.test\\@169.254.169.254/x') },
        ends: 'kept',
        others: { 'http://r14-backslash.test/@169.254.169.254/x': 'kept' },
      },
    ],
  },
  {
    row: 15,
    title: 'ports of other services',
    cases: [
      {
        id: 'r15-ports',
        what: 'links to ports of other services, to port 0 and to none',
        page: links(...[22, 25, 6379, 9200, 0, 65_536, 8080].map(port => `http://r15-ports.test:${port}/`)),
        ends: 'kept',
        others: Object.fromEntries([22, 25, 6379, 9200, 0, 8080].map(port => [`http://r15-ports.test:${port}/`, 'refused.port'])),
      },
      {
        id: 'r15-redirect',
        what: 'a redirect to a database',
        page: to('http://r15-redirect.test:6379/x'),
        ends: 'redirected',
        others: { 'http://r15-redirect.test:6379/x': 'refused.port' },
      },
    ],
  },
  {
    row: 16,
    title: 'characters that end a line',
    cases: [
      {
        id: 'r16-hrefs',
        what: 'hrefs with line ends, tabs, NUL, spaces and their escapes',
        page: asked =>
          asked.path === '/'
            ? links(
                '/a\r\nHost: evil.test\r\n\r\nGET /x',
                '/b&#13;&#10;Host: evil.test',
                '/c\td',
                '/e\0f',
                '/g h',
                '/i%0d%0aHost:%20evil.test',
                '/j?a=\r\n b',
              )(asked)
            : page(asked),
        ends: 'kept',
        never: ['r16-hrefs.test/x', 'evil.test/x'],
      },
      {
        id: 'r16-location',
        what: 'a Location with an escaped line end',
        page: asked => (asked.path === '/' ? to('/a%0d%0aHost:%20evil.test')(asked) : page(asked)),
        ends: 'redirected',
        others: { 'http://r16-location.test/a%0d%0aHost:%20evil.test': 'kept' },
      },
    ],
  },
  {
    row: 17,
    title: 'URLs without measure',
    cases: [
      {
        id: 'r17-long',
        what: 'links of 3,000 characters and of 100 KB',
        page: links(`/${filled('a', 3_000)}`, `/${filled('b', 100_000)}`),
        ends: 'kept',
        others: { [`http://r17-long.test/${filled('a', 3_000)}`]: 'refused.url' },
        note: 'of an attribute beyond 8 KiB nothing is taken; a row for it would store what it wants stored',
      },
      {
        id: 'r17-parameters',
        what: 'a link with 1,500 query parameters, one with 1,500 path segments',
        page: links(`/?${filled('a=&', 4_500)}`, `/${filled('a/', 3_000)}`),
        ends: 'kept',
        others: {
          [`http://r17-parameters.test/?${filled('a=&', 4_500)}`]: 'refused.url',
          [`http://r17-parameters.test/${filled('a/', 3_000)}`]: 'refused.url',
        },
      },
      {
        id: 'r17-location',
        what: 'a Location of 3,000 characters',
        page: to(`/${filled('c', 3_000)}`),
        ends: 'redirected',
        others: { [`http://r17-location.test/${filled('c', 3_000)}`]: 'refused.url' },
      },
    ],
  },
  {
    row: 18,
    title: 'many spellings of one host',
    cases: [
      {
        id: 'r18-dot',
        what: 'the robots.txt of `host` speaks for `host.`',
        url: 'http://r18-dot.test./x',
        robots: text('User-agent: *\nDisallow: /\n'),
        ends: 'withheld.robots.rule',
        asked: 0,
      },
      {
        id: 'r18-case',
        what: 'a host in capitals is the host',
        url: 'http://R18-CASE.TEST/x',
        robots: text('User-agent: *\nDisallow: /\n'),
        ends: 'withheld.robots.rule',
        asked: 0,
      },
      {
        id: 'r18-invalid',
        what: 'links to names that are none',
        page: links(
          'http://xn--a-ecp.ru/',
          'http://xn--/',
          'http://a b.test/',
          'http://[zz]/',
          'http://a%00b.test/',
          'http://☕.r18-invalid.test/',
        ),
        ends: 'kept',
        others: { 'http://xn--53h.r18-invalid.test/': 'refused.out-of-scope' },
      },
    ],
  },
  {
    row: 19,
    title: 'declarations that point elsewhere',
    cases: [
      {
        id: 'r19-robots',
        what: 'a robots.txt that redirects to a metadata service',
        robots: to('http://169.254.169.254/robots.txt'),
        ends: 'refused.address',
        asked: 0,
      },
      {
        id: 'r19-license',
        what: 'a licence at a metadata service',
        robots: text('License: http://169.254.169.254/license.xml\nUser-agent: *\nAllow: /\n'),
        ends: 'kept',
        note: 'a licence that cannot be had is silent in `standard`; `strict` withholds',
      },
      {
        id: 'r19-tdmrep',
        what: 'a tdmrep.json that redirects to a metadata service',
        files: { '/.well-known/tdmrep.json': to('http://[fd00:ec2::254]/tdmrep.json') },
        ends: 'deferred.declaration.redirects',
      },
      {
        id: 'r19-policy',
        what: 'a tdm-policy at a metadata service: recorded, not asked',
        page: html('<title>x</title>', 'tdm-reservation: 1', 'tdm-policy: http://169.254.169.254/policy.json'),
        ends: 'withheld.field.tdm-reservation',
      },
      {
        id: 'r19-foreign',
        what: 'a robots.txt taken from a foreign host that forbids everything',
        robots: asked =>
          (asked.host.startsWith('elsewhere.')
            ? text('User-agent: *\nDisallow: /\n')
            : to('http://elsewhere.r19-foreign.test/robots.txt'))(asked),
        ends: 'withheld.robots.rule',
        asked: 0,
      },
    ],
  },
];
