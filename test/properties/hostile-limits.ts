import { agents } from '../vectors/load.ts';
import {
  documentOctets,
  file,
  filled,
  type Json,
  kibibyte,
  license,
  longUrl,
  packet,
  page,
  robots,
  robotsOctets,
  rsl,
  site,
  tdmrep,
} from './hostile-make.ts';

/** Values that are all different, as long as one is read. */
const values = (count: number, octets: number, unit: (k: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, i) =>
    Array.from({ length: Math.ceil(octets / unit(0).length) }, (_, k) => unit(i * 10_000 + k))
      .join('')
      .slice(0, octets),
  );
const metas = (contents: readonly string[], name = 'robots'): Json =>
  page(contents.map(content => `<meta name="${name}" content="${content}">`).join(''));
const fieldsOf = (name: string, lines: readonly string[]): Json =>
  page('', [['content-type', 'text/html'], ...lines.map(line => [name, line] as const)]);

/** So many different words, as far as a robots.txt is read. */
const counted = (count: number, separator: string): string =>
  Array.from({ length: count }, (_, i) => i.toString(36))
    .join(separator)
    .slice(0, robotsOctets);

/** What makes the most of each limit, by row of the table of bad inputs. */
export const limitCases: Readonly<Record<string, Json>> = {
  '48 names all different, misspelt': robots(
    Array.from({ length: 40_000 }, (_, i) => `disallo${i.toString(36)}:`)
      .join('\n')
      .slice(0, robotsOctets),
  ),
  '48 short flawed lines': robots(filled('\0allow:\n', robotsOctets)),
  '48 shortest unknown flawed': robots(filled('\0a:\n', robotsOctets)),
  '48 shortest records': robots(filled('a:\n', robotsOctets)),
  '48 invisible around a value': robots(`Disallow:${filled('\u200b', 160 * kibibyte)}`),
  '48 invisible in a name': robots(`${filled('\u200b', 160 * kibibyte)}Disallow: /`),
  '48 every agent a group of its own, all with a great one': robots(
    `${agents.agents.map(a => `User-agent: ${a.token}`).join('\n')}\n${filled('Disallow: /b\n', 480_000)}${agents.agents.map(a => `User-agent: ${a.token}\nDisallow: /c`).join('\n')}`,
    longUrl(20),
  ),
  '48 every agent with a great one of 2000': robots(
    `${agents.agents.map(a => `User-agent: ${a.token}`).join('\n')}\n${filled('Disallow: /a\n', 24_000)}${agents.agents.map(a => `User-agent: ${a.token}\nDisallow: /c`).join('\n')}`,
    longUrl(20),
  ),
  '48 many groups of many rules': robots(
    agents.agents.map(a => `User-agent: ${a.token}\n${filled('Disallow: /b\n', 3_000)}`).join(''),
    longUrl(20),
  ),
  '48 hostile stars for every agent': robots(
    agents.agents.map(a => `User-agent: ${a.token}\n${`Disallow: /${'*a'.repeat(1000)}$\n`}`).join(''),
    longUrl(200),
  ),
  '48 distinct names in groups': robots(
    `${Array.from({ length: 25_000 }, (_, i) => `User-agent:b${i.toString(36)}`).join('\n')}\nDisallow: /`,
  ),
  '48 a line of names': robots(`User-agent: ${counted(90_000, ',')}\nDisallow: /`),
  '48 a line of names and versions': robots(`User-agent: ${counted(70_000, '/1;')}\nDisallow: /`),
  '48 a line of words': robots(`User-agent: ${counted(90_000, ' ')}\nDisallow: /`),
  '48 distinct decorated names': robots(`${counted(25_000, ')\nUser-agent:(b')}\nDisallow: /`),
  '48 distinct decorated names of groups': robots(counted(15_000, '*"\nDisallow: /\nUser-agent:"b')),
  '48 distinct names without colon': robots(`${counted(30_000, '\nUser-agent b')}\nDisallow: /`),
  '48 distinct decorated groups': robots(
    Array.from({ length: 15_000 }, (_, i) => `User-agent:b,${i.toString(36)}\nDisallow:/${i}`).join('\n'),
  ),
  '48 distinct usage records': robots(
    `User-agent: *\n${Array.from({ length: 12_000 }, (_, i) => `Content-Usage: /*${i} train-ai=n;a=${i}`).join('\n')}`,
    longUrl(2000),
  ),
  '48 distinct usage records, all win': robots(
    `User-agent: *\n${Array.from({ length: 14_000 }, (_, i) => `Content-Usage: /* search=y;a=${10000 + i}`).join('\n')}`,
    longUrl(2000),
  ),
  '48 ai.txt': {
    origin: { aiTxt: { status: 200, body: `User-agent: *\n${filled('Disallow: *.{html,jpg,a,b,c}\n', robotsOctets)}` } },
  },
  '48 ai.txt distinct': {
    origin: {
      aiTxt: {
        status: 200,
        body: `User-agent: *\n${Array.from({ length: 20_000 }, (_, i) => `Disallow: /a/${i} *.h${i % 7}`).join('\n')}`,
      },
    },
  },
  '48 ai.txt every agent': {
    origin: {
      aiTxt: {
        status: 200,
        body: filled(`${agents.agents.map(a => `User-agent: ${a.token}`).join('\n')}\nDisallow: *.b, *.c\n`, robotsOctets),
      },
    },
  },
  '48 trust.txt': { origin: { trustTxt: { status: 200, body: filled('datatrainingallowed=maybe\n', documentOctets) } } },
  '48 trust.txt short lines': { origin: { trustTxt: { status: 200, body: filled('a=\n', documentOctets) } } },
  '48 trust.txt blanks': { origin: { trustTxt: { status: 200, body: filled(' ', documentOctets) } } },
  '48 escapes high': robots(`User-agent: *\n${filled('Disallow:/%e9\n', robotsOctets)}`, longUrl(2_000)),
  '48 queries': robots(`User-agent: *\n${filled('Disallow:/?%3a\n', robotsOctets)}`, { url: `${site}/?${filled('%3a', 1_900)}` }),
  '60 ten thousand globs': {
    ...tdmrep(
      `[${Array.from({ length: 10_000 }, (_, i) => `{"location":"/${'*a'.repeat(27)}${i}","tdm-reservation":1}`).join()}]`,
    ),
    ...longUrl(2_000),
  },
  '60 globs that match': {
    ...tdmrep(`[${Array.from({ length: 10_000 }, (_, _i) => `{"location":"/${'*a'.repeat(27)}*","tdm-reservation":2}`).join()}]`),
    ...longUrl(2_000),
  },
  '60 globs that match by two': {
    ...tdmrep(
      `[${Array.from({ length: 2_000 }, (_, _i) => `{"location":"/${'*ab'.repeat(150)}*","tdm-reservation":2}`).join()}]`,
    ),
    ...longUrl(2_000, 'aab'),
  },
  '60 locations absolute': {
    ...tdmrep(`[${Array.from({ length: 10_000 }, (_, i) => `{"location":"https://b${i}/a","tdm-reservation":1}`).join()}]`),
    ...longUrl(2_000),
  },
  '60 no objects': tdmrep(`[${Array.from({ length: 10_000 }, (_, i) => `"${i}${'a'.repeat(90)}"`).join()}]`),
  '60 members': tdmrep(
    `[${Array.from({ length: 1_000 }, (_, _i) => `{${Array.from({ length: 60 }, (_, k) => `"tdm-policy":"${k}"`).join()}}`).join()}]`,
  ),
  '60 escapes': tdmrep(
    `[${Array.from({ length: 3_000 }, (_, i) => `{"location":"/${'%zz'.repeat(90)}${i}","tdm-reservation":1}`).join()}]`,
  ),
  '60 values': tdmrep(
    `[${Array.from({ length: 10_000 }, (_, i) => `{"location":"/","tdm-reservation":"${'1'.repeat(60)}${i}"}`).join()}]`,
  ),
  // XML: as much as the budget lets be parsed, and more.
  '61 elements': license(rsl('<content url="/b"/>'.repeat(6_900))),
  '61 contents that cover': license(
    rsl('<content url="/"><license><permits type="usage">search</permits></license></content>'.repeat(1_020)),
  ),
  '61 licences in one content': license(
    rsl(`<content url="/">${'<license><permits type="usage">search</permits></license>'.repeat(2_500)}</content>`),
  ),
  '61 empty licences in one content': license(rsl(`<content url="/">${'<license/>'.repeat(9_900)}</content>`)),
  '61 permits in one licence': license(
    rsl(`<content url="/"><license>${'<permits type="usage">search</permits>'.repeat(4_000)}</license></content>`),
  ),
  '61 tokens in one list': license(
    rsl(`<content url="/"><license><permits type="usage">${filled('search,', 590_000)}</permits></license></content>`),
  ),
  '61 text': license(rsl(filled('a', 599_000))),
  '61 lines': license(rsl(filled('a\r', 230_000))),
  '61 references to characters': license(rsl(filled('&lt;', 230_000))),
  '61 comments': license(rsl('<!---->'.repeat(14_000))),
  '61 comments without number': license(filled('<!---->', documentOctets)),
  '61 attributes of one element': license(
    rsl(`<content ${Array.from({ length: 500 }, (_, i) => `a${i}="b"`).join(' ')}/>`.repeat(30)),
  ),
  '61 prefixes of one element': license(
    rsl(`<a ${Array.from({ length: 400 }, (_, i) => `xmlns:a${i}="b"`).join(' ')}/>`.repeat(30)),
  ),
  '61 nesting': license(rsl(('<a>'.repeat(60) + '</a>'.repeat(60)).repeat(125))),
  '61 thirty-two licences': {
    origin: {
      robots: { status: 200, body: Array.from({ length: 32 }, (_, i) => `License: ${site}/l${i}.xml`).join('\n') },
    },
    licenses: Object.fromEntries(
      Array.from({ length: 32 }, (_, i) => [
        `${site}/l${i}.xml`,
        { status: 200, body: rsl(`<content url="/${i}"/>`.repeat(6_000)) },
      ]),
    ),
  },
  '63 packets full of elements': file(
    `\xff\xd8\xff${filled(packet(`DataMining${'<a/>'.repeat(19_000)}`), 4 * documentOctets)}`,
    'image/jpeg',
  ),
  '63 packets of a mebibyte': file(
    `\xff\xd8\xff${packet(`<a>plus:DataMining</a>${'a\r'.repeat(500_000)}`).repeat(9)}`,
    'image/jpeg',
  ),
  '63 small packets': file(`\xff\xd8\xff${packet('<a>plus:DataMining</a>').repeat(63)}`, 'image/jpeg'),
  '63 utf16 packets': file(
    Buffer.from(`\ufffe${packet(`<a>plus:DataMining</a>${'a\r'.repeat(200_000)}`).repeat(9)}`, 'utf16le'),
    'image/jpeg',
  ),
  '63 properties': file(
    `\xff\xd8\xff${packet(`<r xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">${'<plus:DataMining>x</plus:DataMining>'.repeat(250)}</r>`).repeat(63)}`,
    'image/jpeg',
  ),
  '63 pdf streams': file(`%PDF-${filled('/Metadata >>stream', 4 * documentOctets)}`, 'application/pdf'),
  '63 pdf words': file(`%PDF-/Metadata ${filled('stream ', 4 * documentOctets)}`, 'application/pdf'),
  '63 pdf dicts': file(`%PDF-${filled('/XML<</Subtype/XML>>stream<a>', 4 * documentOctets)}`, 'application/pdf'),
  '63 labels': file(`\xff\xd8\xff${filled('training-mining', 4 * documentOctets)}`, 'image/jpeg'),
  '63 full labels': file(`\xff\xd8\xff${filled('c2pa.training-mining.v1', 4 * documentOctets)}`, 'image/jpeg'),
  '63 almost marks': file(`\xff\xd8\xff${filled('<x:xmpmet', 4 * documentOctets)}`, 'image/jpeg'),
  '63 almost marks utf16': file(Buffer.from(filled('<x:xmpmet', 2 * documentOctets), 'utf16le'), 'image/jpeg'),
  '63 zeros': file(filled('\0', 4 * documentOctets), 'image/jpeg'),
  '57 X-Robots-Tag: words that nobody knows': fieldsOf(
    'x-robots-tag',
    values(100, 16_000, k => `a${k},`),
  ),
  '57 X-Robots-Tag: an agent a rule': fieldsOf(
    'x-robots-tag',
    values(100, 16_000, k => `b${k}:noai,`),
  ),
  '57 X-Robots-Tag: a listed agent a rule': fieldsOf(
    'x-robots-tag',
    values(100, 16_000, k => `gptbot:max-snippet:${k},`),
  ),
  '57 Content-Signal: keys that nobody knows': fieldsOf(
    'content-signal',
    values(100, 16_000, k => `a${k}=no,`),
  ),
  '58 robots metas: values': metas(values(125, 8_100, k => `max-snippet:${k},`)),
  '58 robots metas: words that nobody knows': metas(values(125, 8_100, k => `no${k},`)),
  '58 robots metas: dates': metas(values(125, 8_100, k => `unavailable_after:${k},`)),
  '58 robots metas: spellings': metas(values(125, 8_100, k => `no-ai:${k} `)),
  '58 robots metas: one letter': metas(values(125, 8_100, () => 'a,')),
  '58 X-Robots-Tag metas': metas(
    values(125, 8_100, k => `gptbot:noai${k},`),
    'x-robots-tag',
  ),
  '58 robots metas of many names': metas(
    values(500, 1_700, k => `max-snippet:${k},`),
    `robots ${'gptbot,ccbot,'.repeat(16)}`,
  ),
  '58 metas of agents that say nothing': metas(
    values(3_800, 250, k => `w${k},`),
    'gptbot',
  ),
  '58 attributes': page(`<meta ${Array.from({ length: 100_000 }, (_, i) => `a${i}`).join(' ')}>`),
  '58 data-nosnippet': page(filled('<p data-nosnippet>', documentOctets)),
  '58 end tags': page(filled('<p data-nosnippet></p>', documentOctets)),
  '58 end tags only': page(`<p data-nosnippet>${filled('</a>', documentOctets)}`),
  '58 one letter tags': page(`${filled('<a>', documentOctets)}<meta name=robots content=noai>`),
  '58 attributes of a letter': page(`${filled('<a b>', documentOctets)}<meta name=robots content=noai>`),
  '58 metas for agents': page(`${filled('<meta name=gptbot content=noai>', documentOctets)}`),
  '58 long content': page(`<meta name=robots content="${filled('noai,', documentOctets)}">`),
  '58 links': page(filled('<link rel=license type=application/rsl+xml href=a>', documentOctets)),
  '58 inline licences': page(
    filled(`<script type=application/rsl+xml>${rsl('<content url="/b"/>'.repeat(200))}</script>`, documentOctets),
  ),
  '58 xhtml cdata': page(`<?xml version="1.0"?><html>${filled('<![CDATA[a]]>', documentOctets)}<meta/>`, [
    ['content-type', 'application/xhtml+xml'],
  ]),
};
