/** Every reader has limits. What stands behind one may have refused: the answer is unreadable, unless a refusal was read before it. */
import { describe, expect, test } from 'vitest';
import { exchangeOfProof, isCaseError, pageProof } from '../../../src/assess/index.ts';
import { signals } from '../../../src/signals/index.ts';
import { xmlLimits, xmlWork } from '../../../src/signals/xml.ts';
import type { Carriers, Reading } from '../../../src/vocab/index.ts';
import { agents, reader } from '../../vectors/load.ts';

type Json = Readonly<Record<string, unknown>>;
const site = 'https://site.example';

function carriersOf(raw: Json): Carriers {
  const parsed = reader.read({ id: 'limit', url: `${site}/a`, missing: 'absent', ...raw });
  if (isCaseError(parsed)) throw new Error(parsed.message);
  return parsed.carriers;
}

const read = (id: string, carriers: Carriers): Reading =>
  signals
    .find(signal => signal.id === id)!
    .read(carriers, { about: 'train-ai', url: carriers.url, productToken: 'heed', at: null }, { agents });

const found = ({ state, anomalies = [] }: Reading): readonly string[] => [state, ...new Set(anomalies.map(({ code }) => code))];

const aiTxt = (body: string): Json => ({ origin: { aiTxt: { status: 200, body } } });
const tdmrep = (count: number, more: string): Json => ({
  origin: { tdmrep: { status: 200, body: `[${`{"location":"/b","tdm-reservation":1},`.repeat(count)}${more}]` } },
});
const licenses = (...bodies: readonly string[]): Json => ({
  origin: { robots: { status: 200, body: bodies.map((_, i) => `License: ${site}/l${i}.xml\n`).join('') } },
  licenses: Object.fromEntries(bodies.map((body, i) => [`${site}/l${i}.xml`, { status: 200, body }])),
});
const rsl = (inner: string): string => `<rsl xmlns="https://rslstandard.org/rsl">${inner}</rsl>`;
const refusing = '<content url="/"><license><prohibits type="usage">ai-train</prohibits></license></content>';
const permitting = '<content url="/"><license><permits type="usage">ai-train</permits></license></content>';
/** Contents elsewhere that cost this share of what all licences of a page may. */
const elsewhere = (share: number): string => {
  const one = '<content url="/b"><license/></content>';
  return one.repeat(Math.min(1_000, Math.floor((xmlLimits.maxWork * share) / xmlWork(one))));
};
const padded = (inner: string, share: number): string => rsl(`${inner}<!--${'-a'.repeat((xmlLimits.maxWork * share) / 2)}-->`);

const asset = (octets: string, contentType: string): Json => ({
  response: {
    status: 200,
    headers: [['content-type', contentType]],
    bodyBase64: Buffer.from(octets, 'latin1').toString('base64'),
  },
});
const jpeg = (octets: string): Json => asset(`\xff\xd8\xff${octets}`, 'image/jpeg');
const plus = 'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"';
const packet = (inner: string): string => `<x:xmpmeta xmlns:x="adobe:ns:meta/" ${plus}>${inner}</x:xmpmeta>`;
const mining = (code: string): string => `<plus:DataMining>http://ns.useplus.org/ldf/vocab/${code}</plus:DataMining>`;
const padding = (share: number): string => ' '.repeat(xmlLimits.maxWork * share);

/** Names as of one list, one of them behind so many others. */
const namedBehind = (others: number, rule: string, name = 'GPTBot'): Json => ({
  origin: {
    robots: {
      status: 200,
      body: `User-agent: heed\nAllow: /\n\nUser-agent: ${Array.from({ length: others }, (_, i) => `b${i}`).join(',')},${name}\n${rule}\n`,
    },
  },
});

const cases: readonly (readonly [name: string, signal: string, raw: Json, state: string, ...codes: string[]])[] = [
  [
    'a listed agent in a long list of names',
    'robots.named-agent',
    namedBehind(4_000, 'Disallow: /'),
    'read',
    'robots.lenient-restriction',
  ],
  [
    'a listed agent behind as many as are looked at: everybody is named',
    'robots.named-agent',
    namedBehind(6_000, 'Disallow: /'),
    'read',
    'robots.lenient-restriction',
  ],
  [
    'we, behind as many as are looked at',
    'robots.rule',
    namedBehind(6_000, 'Disallow: /', 'heed'),
    'read',
    'robots.decorated-token',
  ],
  ['a list of so many that permits', 'robots.named-agent', namedBehind(6_000, 'Allow: /'), 'silent'],
  ['ai.txt of as many rules as are read', 'wellknown.ai-txt', aiTxt(`User-agent: *\n${'Allow: /\n'.repeat(2_048)}`), 'read'],
  ['ai.txt of more', 'wellknown.ai-txt', aiTxt(`User-agent: *\n${'Allow: /\n'.repeat(2_049)}`), 'unreadable', 'ai-txt.too-large'],
  [
    'tdmrep.json of as many rules as are read',
    'wellknown.tdmrep',
    tdmrep(4_999, '{"location":"/b","tdm-reservation":1}'),
    'silent',
  ],
  [
    'tdmrep.json of more',
    'wellknown.tdmrep',
    tdmrep(5_000, '{"location":"/","tdm-reservation":1}'),
    'unreadable',
    'tdmrep.too-many-rules',
  ],
  ['a licence within the budget', 'wellknown.rsl', licenses(padded(permitting, 0.4)), 'read'],
  ['a licence beyond it', 'wellknown.rsl', licenses(padded(refusing, 1)), 'unreadable', 'rsl.malformed'],
  [
    'two that are beyond it together',
    'wellknown.rsl',
    licenses(padded(permitting, 0.6), padded(refusing, 0.6)),
    'unreadable',
    'rsl.malformed',
  ],
  [
    'two of which the first refuses',
    'wellknown.rsl',
    licenses(padded(refusing, 0.6), padded(permitting, 0.6)),
    'read',
    'rsl.malformed',
  ],
  ['contents elsewhere', 'wellknown.rsl', licenses(rsl(elsewhere(0.5) + permitting)), 'read'],
  [
    'more licences than are weighed',
    'wellknown.rsl',
    licenses(rsl(`${permitting}<content url="/">${'<license/>'.repeat(1_024)}</content>${refusing}`)),
    'unreadable',
    'rsl.malformed',
  ],
  ['packets within the budget', 'asset.xmp-data-mining', jpeg(packet(mining('DMI-ALLOWED') + padding(0.4))), 'read'],
  [
    'packets beyond it together',
    'asset.xmp-data-mining',
    jpeg(packet(mining('DMI-ALLOWED') + padding(0.6)) + packet(mining('DMI-PROHIBITED') + padding(0.6))),
    'unreadable',
    'xmp.malformed',
  ],
  [
    'packets of which the first refuses',
    'asset.xmp-data-mining',
    jpeg(packet(mining('DMI-PROHIBITED') + padding(0.6)) + packet(mining('DMI-ALLOWED') + padding(0.6))),
    'read',
    'xmp.malformed',
  ],
  [
    'more properties than are read, in several packets',
    'asset.xmp-data-mining',
    jpeg(packet(mining('DMI-UNSPECIFIED').repeat(200)).repeat(2) + packet(mining('DMI-PROHIBITED'))),
    'unreadable',
    'xmp.too-large',
  ],
  ['as many mentions of an assertion as are looked at', 'asset.c2pa', jpeg('training-mining '.repeat(1_024)), 'silent'],
  ['more mentions', 'asset.c2pa', jpeg('training-mining '.repeat(1_025)), 'unreadable', 'c2pa.too-large'],
  [
    'a PDF with few mentions of metadata',
    'asset.xmp-data-mining',
    asset(`%PDF-${'/Metadata >>stream '.repeat(1_000)}`, 'application/pdf'),
    'silent',
  ],
  [
    'a PDF with more than are looked at',
    'asset.xmp-data-mining',
    asset(`%PDF-${'/Metadata >>stream '.repeat(1_025)}`, 'application/pdf'),
    'unreadable',
    'asset.compressed-metadata',
  ],
  [
    'a PDF with more streams than are looked at',
    'asset.xmp-data-mining',
    asset(`%PDF-/Metadata ${'a stream '.repeat(2_100)}`, 'application/pdf'),
    'unreadable',
    'asset.compressed-metadata',
  ],
];

const table = cases.map(([name, id, raw, ...expected]) => [name, id, raw, expected] as const);

describe('behind a limit', () => {
  test.each(table)('%s: %s', (_name, id, raw, expected) => {
    const carriers = carriersOf(raw);
    expect(found(read(id, carriers))).toEqual(expected);
    expect(found(read(id, carriers)), 'asked again').toEqual(expected);
  });

  test.each(table.filter(([, id]) => id.startsWith('asset.')))('%s: %s reads the same from the proof', (_name, id, raw) => {
    const carriers = carriersOf(raw);
    const proven = { ...carriers, page: exchangeOfProof(pageProof(carriers.page!)) };
    expect(found(read(id, proven))).toEqual(found(read(id, carriers)));
  });
});
