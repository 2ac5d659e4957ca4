import { agents } from '../vectors/load.ts';
import {
  box,
  documentOctets,
  fieldOctets,
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
  starRule,
  tdmrep,
} from './hostile-make.ts';

const laughs = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, i) => `<!ENTITY ${'b'.repeat(i + 1)} "${`&${i === 0 ? 'a' : 'b'.repeat(i)};`.repeat(10)}">`).join('')}]>${rsl(`<content url="/">&${'b'.repeat(20)};</content>`)}`;
/** By row of the table of bad inputs: what a hostile site may send within the limits of the transport. */
export const cases: Readonly<Record<string, Json>> = {
  '48 one line without end': robots(filled('a', robotsOctets)),
  '48 one rule without end': robots(`User-agent: *\nDisallow: /${filled('a', robotsOctets)}`, longUrl(2_000)),
  '48 nothing but line ends': robots(filled('\n', robotsOctets)),
  '48 nothing but carriage returns and spaces': robots(filled(' \r', robotsOctets)),
  '48 a group a line': robots(filled('User-agent:a\n', robotsOctets)),
  '48 a group of our own a line': robots(filled('User-agent:heed\nDisallow:/b\n', robotsOctets)),
  '48 rules in our group without number': robots(`User-agent: *\n${filled('Disallow:/b\n', robotsOctets)}`, longUrl(2_000)),
  '48 other rules without number': robots(`User-agent: *\n${filled('Disallow:/*b*c\n', robotsOctets)}`, longUrl(2_000)),
  '48 colons': robots(filled(':', robotsOctets)),
  '48 hash signs': robots(filled('#', robotsOctets)),
  '48 joined lines': robots(filled('User-agent: a Disallow: /b ', robotsOctets)),
  '48 invisible characters': robots(filled('\u200b', 170 * kibibyte)),
  '48 spaces before a colon': robots(`User-agent: *\nDisallow${filled(' ', robotsOctets)}: /`),
  '48 names all but right': robots(filled('Disalloww /b\nContent Siganl = ai-train=no\n', robotsOctets)),
  '48 words without a colon': robots(filled('disal icens conte usage a b c\n', robotsOctets)),
  '48 usage records without number': robots(
    `User-agent: *\n${filled('Content-Usage: /b* train-ai=n\n', robotsOctets)}`,
    longUrl(2_000),
  ),
  '48 one usage record without end': robots(`User-agent: *\nContent-Usage: ${filled('train-ai=n, ', robotsOctets)}`),
  '48 one signal without end': robots(`User-agent: *\nContent-Signal: ${filled('ai-train=no ', robotsOctets)}`),
  '48 licences without number': robots(filled('License: https://site.example/l.xml\n', robotsOctets)),
  '48 licences of many names': robots(Array.from({ length: 10_000 }, (_, i) => `License: ${site}/l${i}.xml`).join('\n')),
  '49 many stars, long path': robots(`User-agent: *\n${starRule(5_000)}`, longUrl(2_000)),
  '49 many stars, long path of the last letter only': robots(
    `User-agent: *\nDisallow: /${'*ab'.repeat(5_000)}c`,
    longUrl(2_000, 'ab'),
  ),
  '52 an HTML page': robots(filled('<!doctype html><p>Disallow: / ', robotsOctets)),
  '52 JSON': robots(filled('{"Disallow": "/"},', robotsOctets)),
  '52 empty': robots(''),
  '52 a byte order mark': robots('\ufeffUser-agent: *\nDisallow: /'),
  '52 UTF-16': {
    origin: {
      robots: { status: 200, bodyBase64: Buffer.from(`\ufeff${filled('Disallow: /\n', 250_000)}`, 'utf16le').toString('base64') },
    },
  },
  '52 NUL': robots(filled('\0', robotsOctets)),
  '52 gzip': {
    origin: {
      robots: {
        status: 200,
        bodyBase64: Buffer.from(`\x1f\x8b\x08${filled('\x00\xff:\n', robotsOctets)}`, 'latin1').toString('base64'),
      },
    },
  },
  '53 a redirect': { origin: { robots: { status: 302, headers: [['location', 'http://other.example/']] } } },
  '55 escapes in rule and URL': robots('User-agent: *\nDisallow: /%2F%zz%/%e9//..?q=%3a#f\n', {
    url: `${site}/%2F%zz%/%E9//..?q=%3A#f`,
  }),
  '55 escapes without number': robots(`User-agent: *\nDisallow: /${filled('%zz', robotsOctets)}`, longUrl(6_000, '%zz')),
  '56 a thousand agents in a group': robots(
    `${Array.from({ length: 1_000 }, (_, i) => `User-agent: bot${i}`).join('\n')}\nDisallow: /`,
  ),
  '56 every listed agent, a thousand times': robots(
    filled(`${agents.agents.map(a => `User-agent: ${a.token}`).join('\n')}\nDisallow: /b\n`, robotsOctets),
  ),
  '56 a list of agents without end': robots(`User-agent: ${filled('gptbot, ', robotsOctets)}\nDisallow: /`),
  '57 fields repeated': page(
    '',
    filled('x', 2_000)
      .split('')
      .map(() => ['tdm-reservation', '0'] as const),
  ),
  '57 contradictory fields': page('', [
    ['TDM-Reservation', '0'],
    ['tdm-reservation', '"1"'],
    ['tdm-reservation', '1, 0'],
  ]),
  '57 one value without end': page(
    '',
    ['x-robots-tag', 'content-usage', 'content-signal', 'link', 'tdm-policy'].map(
      n => [n, filled('noai, ', fieldOctets)] as const,
    ),
  ),
  '57 link fields': page('', [['link', filled('<a>; rel="license"; type="application/rsl+xml", ', fieldOctets)]]),
  '57 quotes without end': page(
    '',
    ['link', 'content-usage', 'x-robots-tag'].map(name => [name, `${filled('"\\', fieldOctets)}rsl+xml`] as const),
  ),
  '58 a head of a megabyte': page(`<head>${filled('<link href=a>', documentOctets)}<meta name=robots content=noai>`),
  '58 meta tags without number': page(filled('<meta name=robots content=noai>', documentOctets)),
  '58 a start tag without end': page(`<meta ${filled('a=b ', documentOctets)}`),
  '58 open angle brackets': page(filled('<', documentOctets)),
  '58 comments that never end': page(filled('<!--', documentOctets)),
  '58 elements within elements': page(filled('<noscript><template><b>', documentOctets)),
  '58 scripts that never end': page(filled('<script type="application/ld+json">{', documentOctets)),
  '58 references': page(filled('&amp;&#x', documentOctets)),
  '58 noscript, template, comment, CDATA': page(
    '<noscript><meta name=robots content=noai></noscript><template><meta name=robots content=noai></template><!--<meta>--><![CDATA[<meta>]]>',
  ),
  '59 names of the prototype': tdmrep('[{"__proto__":{"tdm-reservation":0},"constructor":1,"location":"/","tdm-reservation":1}]'),
  '59 entries without number': tdmrep(
    `[${filled('{"location":"/b","tdm-reservation":1},', documentOctets).replace(/,[^,]*,[^,]*$/, '')}]`,
  ),
  '59 depth': tdmrep(filled('[', documentOctets)),
  '59 depth of objects': tdmrep(filled('{"a":', documentOctets)),
  '59 no JSON': tdmrep('\ufeff<html>NaN,}'),
  '60 globs': tdmrep(`[{"location":"/${'*a'.repeat(50_000)}$","tdm-reservation":1}]`),
  '60 many globs': {
    ...tdmrep(`[${Array.from({ length: 2_000 }, () => `{"location":"/${'*a'.repeat(200)}b","tdm-reservation":1}`).join()}]`),
    ...longUrl(2_000),
  },
  '61 billion laughs': license(laughs),
  '61 an external entity': license(
    `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${rsl('<content url="/">&x;</content>')}`,
  ),
  '61 depth': license(filled('<a>', documentOctets)),
  '61 depth in the vocabulary': license(rsl(filled('<content url="/"><license>', documentOctets))),
  '61 attributes': license(`<rsl ${Array.from({ length: 80_000 }, (_, i) => `a${i}="b"`).join(' ')}/>`),
  '61 namespaces': license(`<rsl ${Array.from({ length: 40_000 }, (_, i) => `xmlns:a${i}="b"`).join(' ')}/>`),
  '61 an attribute without end': license(`<rsl a="${filled('a', documentOctets)}`),
  '61 references': license(rsl(filled('&#x41;', documentOctets))),
  '61 contents without number': license(rsl(filled('<content url="/b"><license/></content>', documentOctets))),
  '61 paths of stars': { ...license(rsl(`<content url="/${'*a'.repeat(50_000)}$"><license/></content>`)), ...longUrl(2_000) },
  '61 instructions': license(filled('<?xml-stylesheet href="a"?>', documentOctets)),
  '62 a licence that points to itself': license(
    rsl(`<content url="/" server="${site}/license.xml"><license><terms>${site}/license.xml</terms></license></content>`),
  ),
  '63 a packet of ten megabytes': file(`\xff\xd8\xff${packet(filled(' ', 10 * documentOctets))}`, 'image/jpeg'),
  '63 packets without number': file(`\xff\xd8\xff${filled(packet('plus:DataMining'), 4 * documentOctets)}`, 'image/jpeg'),
  '63 packets that never end': file(
    `\xff\xd8\xff${filled('<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>', 4 * documentOctets)}`,
    'image/jpeg',
  ),
  '63 metadata that never ends': file(
    `\xff\xd8\xff${filled('<x:xmpmeta xmlns:x="adobe:ns:meta/">DataMining', 4 * documentOctets)}`,
    'image/jpeg',
  ),
  '63 boxes that lie about their size': file(
    filled(box(0xffffffff, 'jumb', box(8, 'jumd', 'c2pa.training-mining')), 4 * documentOctets),
    'image/jpeg',
  ),
  '63 boxes within boxes': file(
    `\xff\xd8\xff${filled(box(1_000_000, 'jumb', ''), documentOctets)}c2pa.training-mining`,
    'image/jpeg',
  ),
  '63 assertions without number': file(
    filled('c2pa.training-mining\0cawg.training-mining\0cbor\xbf', 4 * documentOctets),
    'image/jpeg',
  ),
  '63 depth of CBOR': file(
    `\xff\xd8\xff${box(1_000_000, 'jumb', box(46, 'jumd', `cbor\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa.training-mining\0`))}${box(900_000, 'cbor', filled('\x81', documentOctets))}`,
    'image/jpeg',
  ),
};
