import type { HostileCase, Row } from '../case.ts';
import { answer, article, filled, html, nothing, page, text, to } from '../says.ts';

const octets = 900_000;
const kept = 'kept';
const unreadable = 'withheld.unknown.unreadable';
const fields = (name: string, lines: readonly string[], ends: HostileCase['ends']): HostileCase => ({
  id: `r57-${name}`,
  what: `fields ${lines.join(' | ').slice(0, 90)}`,
  page: html(article(`r57 ${name}`), ...lines),
  ends,
});
const markup = (name: string, what: string, body: string, ends: HostileCase['ends'], note?: string): HostileCase => ({
  id: `r58-${name}`,
  what: `a refusal ${what}`,
  page: html(body),
  ends,
  ...(note === undefined ? {} : { note }),
});
const tdmrep = (row: number, name: string, what: string, body: string | Buffer, ends: HostileCase['ends']): HostileCase => ({
  id: `r${row}-${name}`,
  what: `a tdmrep.json ${what}`,
  files: { '/.well-known/tdmrep.json': answer('200 OK', ['Content-Type: application/json'], body) },
  ends,
});
const rsl = (inner: string): string => `<rsl xmlns="https://rslstandard.org/rsl">${inner}</rsl>`;
const license = (
  row: number,
  name: string,
  what: string,
  body: string,
  ends: HostileCase['ends'],
  more: Partial<HostileCase> = {},
): HostileCase => ({
  id: `r${row}-${name}`,
  what: `a licence ${what}`,
  robots: text(`License: http://r${row}-${name}.test/license.xml\nUser-agent: *\nAllow: /\n`),
  files: { '/license.xml': answer('200 OK', ['Content-Type: application/rsl+xml'], body) },
  ends,
  ...more,
});
const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, level) => `<!ENTITY ${'b'.repeat(level + 1)} "${`&${level === 0 ? 'a' : 'b'.repeat(level)};`.repeat(10)}">`).join('')}]>`;
const noai = '<meta name="robots" content="noai">';

export const declarationRows: readonly Row[] = [
  {
    row: 57,
    title: 'fields that say two things',
    cases: [
      fields('tdm-two', ['tdm-reservation: 0', 'tdm-reservation: 1'], 'withheld.field.tdm-reservation'),
      fields('tdm-list', ['TDM-Reservation: 1, 0'], 'withheld.field.tdm-reservation'),
      fields('tdm-quoted', ['tdm-reservation: "1"'], 'withheld.field.tdm-reservation'),
      fields('robots-lines', ['X-Robots-Tag: all', 'x-robots-tag: NOAI'], 'withheld.field.x-robots-tag'),
      fields('robots-fold', ['X-Robots-Tag: index, follow, noai, all'], 'withheld.field.x-robots-tag'),
      fields('usage-two', ['Content-Usage: train-ai=y', 'Content-Usage: train-ai=n'], 'withheld.field.content-usage'),
      fields('usage-broken', ['Content-Usage: train-ai=("n'], unreadable),
      fields('yes-and-no', ['Content-Usage: train-ai=y', 'X-Robots-Tag: noai'], 'withheld.field.x-robots-tag'),
      fields('ninety', new Array(90).fill('tdm-reservation: 0').concat('tdm-reservation: 1'), 'withheld.field.tdm-reservation'),
    ],
  },
  {
    row: 58,
    title: 'a refusal in the markup, wherever it stands',
    cases: [
      markup(
        'split',
        'over two tags',
        `<head><meta name=robots content=index><META NAME="ROBOTS" CONTENT='noai'></head>${article('r58 split')}`,
        'withheld.markup.robots',
      ),
      markup('late', 'behind 900 KB of head', `<head>${filled('<link href=a>', octets)}${noai}</head>${article('r58 late')}`, [
        'withheld.markup.robots',
        unreadable,
      ]),
      markup('body', 'in the body', `${article('r58 body')}${noai}`, 'withheld.markup.robots'),
      markup(
        'noscript',
        'in noscript',
        `<head><noscript>${noai}</noscript></head>${article('r58 noscript')}`,
        'withheld.markup.robots',
      ),
      markup('comment', 'in a comment', `<head><!-- ${noai} --></head>${article('r58 comment')}`, kept),
      markup(
        'template',
        'in a template',
        `<head><template>${noai}</template></head>${article('r58 template')}`,
        'withheld.markup.robots',
      ),
      markup(
        'script',
        'written by a script',
        `<head><script>document.write('${noai}')</script></head>${article('r58 script')}`,
        kept,
        'pages are not run here',
      ),
      markup(
        'odd',
        'with references, capitals and odd spaces',
        `<head><meta\nname=&#114;obots\tcontent="&#78;oAI"/></head>${article('r58 odd')}`,
        'withheld.markup.robots',
      ),
      markup(
        'unclosed',
        'behind a tag that never closes',
        `<head><meta name="x" content="><meta name=robots content=noai>${article('r58 unclosed')}`,
        ['withheld.markup.robots', unreadable, kept, 'empty'],
      ),
    ],
  },
  {
    row: 59,
    title: 'a tdmrep.json that is none',
    cases: [
      tdmrep(
        59,
        'prototype',
        'with names of the prototype',
        '[{"__proto__":{"tdm-reservation":0},"constructor":1,"location":"/","tdm-reservation":1}]',
        'withheld.wellknown.tdmrep',
      ),
      tdmrep(
        59,
        'entries',
        'with entries without number',
        `[${filled('{"location":"/b","tdm-reservation":0},', octets).replace(/,[^,]*,[^,]*$/, '')}]`,
        'withheld.unknown.unreadable',
      ),
      tdmrep(59, 'depth', 'of a million brackets', filled('[', octets), unreadable),
      tdmrep(
        59,
        'duplicate',
        'that says two things of one place',
        '[{"location":"/","tdm-reservation":0,"tdm-reservation":1}]',
        'withheld.wellknown.tdmrep',
      ),
      tdmrep(59, 'nan', 'with NaN', '[{"location":"/","tdm-reservation":NaN}]', unreadable),
      tdmrep(59, 'comma', 'with a comma too many', '[{"location":"/","tdm-reservation":1},]', 'withheld.unknown.unreadable'),
      tdmrep(59, 'bom', 'behind a byte order mark', '\ufeff[{"location":"/","tdm-reservation":1}]', 'withheld.wellknown.tdmrep'),
      tdmrep(59, 'html', 'that is a page', '<!doctype html><title>Home</title>', 'kept'),
      tdmrep(
        59,
        'large',
        'of more than a mebibyte',
        `[${filled('{"location":"/b","tdm-reservation":0},', 1_200_000)}`,
        'deferred.declaration.too-large',
      ),
      {
        id: 'r59-silent',
        what: 'a tdmrep.json that is never answered',
        files: { '/.well-known/tdmrep.json': nothing },
        ends: 'deferred.declaration.timeout',
      },
      {
        id: 'r59-broken',
        what: 'an ai.txt that answers 500',
        files: { '/ai.txt': answer('500 No') },
        ends: 'deferred.declaration.status',
      },
      {
        id: 'r59-circle',
        what: 'a trust.txt that redirects in a circle',
        files: { '/trust.txt': to('/trust2.txt'), '/trust2.txt': to('/trust.txt') },
        ends: 'deferred.declaration.redirects',
      },
    ],
  },
  {
    row: 60,
    title: 'globs that multiply',
    cases: [
      {
        ...tdmrep(
          60,
          'stars',
          'with a glob of 50,000 stars',
          `[{"location":"/${filled('*a', 100_000)}$","tdm-reservation":1}]`,
          'kept',
        ),
        url: `http://r60-stars.test/${filled('a', 1_900)}`,
      },
      {
        ...tdmrep(60, 'regex', 'with an expression in the place of a glob', '[{"location":"/(a+)+$","tdm-reservation":1}]', kept),
        url: `http://r60-regex.test/${filled('a', 1_900)}!`,
      },
    ],
  },
  {
    row: 61,
    title: 'a licence that attacks its reader',
    cases: [
      license(
        61,
        'laughs',
        'of a billion laughs',
        `${laughs}${rsl(`<content url="/">&${'b'.repeat(20)};</content>`)}`,
        'withheld.unknown.unreadable',
      ),
      license(
        61,
        'external',
        'with an external entity',
        `<!DOCTYPE r [<!ENTITY x SYSTEM "http://r61-external.test/entity">]>${rsl('<content url="/">&x;</content>')}`,
        'withheld.unknown.unreadable',
        { never: ['r61-external.test/entity'] },
      ),
      license(
        61,
        'include',
        'with an inclusion',
        rsl('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://r61-include.test/part"/>'),
        'kept',
        { never: ['r61-include.test/part'] },
      ),
      license(
        61,
        'stylesheet',
        'with a style sheet',
        `<?xml-stylesheet href="http://r61-stylesheet.test/x.xsl"?>${rsl('<content url="/"><license><prohibits type="usage">ai-train</prohibits></license></content>')}`,
        'withheld.wellknown.rsl',
        { never: ['r61-stylesheet.test/x.xsl'] },
      ),
      license(61, 'depth', 'of 300,000 elements in each other', filled('<a>', octets), 'withheld.unknown.unreadable'),
      license(
        61,
        'attributes',
        'of 80,000 attributes',
        `<rsl ${Array.from({ length: 80_000 }, (_, n) => `a${n}="b"`).join(' ')}/>`,
        'withheld.unknown.unreadable',
      ),
      license(
        61,
        'namespace',
        'in the namespace of another',
        '<rsl xmlns="https://example.org/rsl"><content url="/"/></rsl>',
        'withheld.unknown.unreadable',
      ),
      license(
        61,
        'refuses',
        'that refuses training',
        rsl('<content url="/"><license><prohibits type="usage">ai-train</prohibits></license></content>'),
        'withheld.wellknown.rsl',
        { asked: 0 },
      ),
    ],
  },
  {
    row: 62,
    title: 'policies without number',
    cases: [
      license(
        62,
        'self',
        'that points to itself',
        rsl(
          '<content url="/" server="http://r62-self.test/license.xml"><license><terms>http://r62-self.test/license.xml</terms></license></content>',
        ),
        'withheld.wellknown.rsl',
      ),
      {
        id: 'r62-many',
        what: 'a robots.txt that names 5,000 licences: eight are asked',
        robots: text(
          `${Array.from({ length: 5_000 }, (_, n) => `License: http://r62-many.test/l${n}.xml`).join('\n')}\nUser-agent: *\nAllow: /\n`,
        ),
        page: asked => (asked.path.startsWith('/l') ? answer('404 No') : page)(asked),
        ends: 'withheld.unknown.unreadable',
        never: ['r62-many.test/l8.xml', 'r62-many.test/l4999.xml'],
      },
      {
        id: 'r62-page',
        what: 'a page that names 1,000 licences at foreign hosts',
        page: html(
          article(
            'r62 page',
            Array.from(
              { length: 1_000 },
              (_, n) => `<link rel="license" type="application/rsl+xml" href="http://h${n}.r62-page.test/l.xml">`,
            ).join(''),
          ),
        ),
        ends: 'withheld.unknown.unreadable',
        never: ['h999.r62-page.test/robots.txt'],
      },
    ],
  },
];
