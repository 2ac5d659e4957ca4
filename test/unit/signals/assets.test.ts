import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { assetC2pa } from '../../../src/signals/assets/c2pa.ts';
import { readCbor } from '../../../src/signals/assets/cbor.ts';
import { readPlusCode } from '../../../src/signals/assets/plus-codes.ts';
import { assetRanges } from '../../../src/signals/assets/ranges.ts';
import { assetTdmrep } from '../../../src/signals/assets/tdmrep.ts';
import { assetXmpDataMining } from '../../../src/signals/assets/xmp-data-mining.ts';
import type { About, Carriers, Exchange, Reading, Retrieval } from '../../../src/vocab/index.ts';
import fc from '../../seeded.ts';
import { again, busyness, cpuMs } from './processor-time.ts';
import { carriersOfCase, vectorFiles } from './vector-carriers.ts';

const absent: Exchange = {
  url: 'https://site.example/x',
  retrievedAt: null,
  digest: null,
  retrieval: { outcome: 'unavailable', status: 404, fields: [] },
};
const signals = [assetXmpDataMining, assetTdmrep, assetC2pa];
const facts = { agents: { version: 'none', agents: [] } };

function carriersWith(body: Uint8Array, contentType: string, truncated = false): Carriers {
  const retrieval: Retrieval = {
    outcome: 'successful',
    status: 200,
    fields: [['content-type', contentType]],
    body,
    truncated,
    hops: [],
  };
  return {
    url: absent.url,
    robots: absent,
    tdmrep: absent,
    aiTxt: absent,
    trustTxt: absent,
    licenses: new Map(),
    otherLicenses: absent.retrieval,
    page: { ...absent, retrieval },
  };
}

const readAll = (carriers: Carriers): Reading[] =>
  signals.flatMap(signal =>
    signal.bearsOn.map(about =>
      signal.read(carriers, { about: about as About, url: carriers.url, productToken: 'heed', at: null }, facts),
    ),
  );

/** The body blank except for the ranges, as a proof keeps it. */
function blanked(body: Uint8Array, contentType: string | undefined): Uint8Array {
  const sparse = new Uint8Array(body.length).fill(0x20);
  for (const [start, end] of assetRanges(body, contentType)) sparse.set(body.subarray(start, end), start);
  return sparse;
}

/** UTF-16, one character per octet. */
const wide = (text: string, order: 'le' | 'be'): string =>
  [...text].join('\0').replace(/^|$/, order === 'be' ? '\0' : '') + (order === 'le' ? '\0' : '');

describe('the proof of an asset', () => {
  test('holds what every asset signal reads: each case of their vectors reads the same from it, place by place', () => {
    let compared = 0;
    for (const { signal, cases } of vectorFiles) {
      if (!signal.startsWith('asset.')) continue;
      for (const one of cases) {
        const carriers = carriersOfCase(one);
        const retrieval = carriers.page?.retrieval;
        if (!carriers.page || retrieval?.outcome !== 'successful') continue;
        const type = retrieval.fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
        const page = { ...carriers.page, retrieval: { ...retrieval, body: blanked(retrieval.body, type) } };
        expect(readAll({ ...carriers, page }), one.name).toEqual(readAll(carriers));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(70);
  });

  test('the same for files put together at random from packets, assertions and damage', () => {
    const plainStream = ' obj<</Subtype/XML>> stream\n<?xpacket';
    const piece = fc.constantFrom(
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a xmlns:p="http://ns.useplus.org/ldf/xmp/1.0/" p:DataMining="DMI-PROHIBITED"/></x:xmpmeta>',
      '<x:xmpmeta><secret>the work itself</secret></x:xmpmeta>',
      '<x:xmpmeta',
      '</x:xmpmeta>',
      '<rdf:RDF xmlns:rdf="r"><t:reservation xmlns:t="http://www.w3.org/ns/tdmrep/">1</t:reservation></rdf:RDF>',
      '<rdf:RDF>',
      '</rdf:RDF>',
      'c2pa.training-mining\0\0\0\0\x1fcbor\xa1x\x10c2pa.ai_trainingjnotAllowed',
      'cawg.training-mining\0',
      'cbor',
      '\0\0\0\x10',
      'plus:DataMining',
      'the work itself',
      'c2pa.training-mining.v2__3\0\0\0\0\x1fcbor\xa1x\x10c2pa.ai_trainingjnotAllowed',
      'iTXtXML:com.adobe.xmp\0\x01',
      'jumdc2cm',
      'jumdc2pa',
      '/C2PA_Manifest',
      ' obj<</Type/Metadata/Filter/F>>stream\n',
      ' obj<</Type/Metadata>>stream\n',
      plainStream,
      ' obj<</Filter/FlateDecode>>stream\n',
      '/Metadata 5 0 R>>endobj',
      'endstream',
      wide('<x:xmpmeta>secret</x:xmpmeta>', 'le'),
      wide('<x:xmpmeta xmlns:x="x"><a xmlns:p="p" p:DataMining="DMI-PROHIBITED"/></x:xmpmeta>', 'le'),
      wide('<x:xmpmeta xmlns:x="x"><a xmlns:p="p" p:DataMining="DMI-PROHIBITED"/></x:xmpmeta>', 'be'),
      wide('<x:xmpmeta', 'be'),
      wide('</x:xmpmeta>', 'le'),
      '\0',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.boolean(),
        fc.constantFrom('image/png', 'application/pdf'),
        (pieces, cut, type) => {
          const body = new Uint8Array(Buffer.from(`\x89PNG\r\n\x1a\n........${pieces.join('')}`, 'latin1'));
          const [sparse, whole] = [blanked(body, type), body].map(octets => readAll(carriersWith(octets, type, cut)));
          if (!isDeepStrictEqual(sparse, whole)) expect(sparse).toEqual(whole);
        },
      ),
      {
        numRuns: 2_000,
        // The second stream is in plain sight, and in a proof that lost its first octets it was not.
        examples: [
          [
            [
              'cawg.training-mining\0',
              '/C2PA_Manifest',
              'the work itself',
              'jumdc2cm',
              '<rdf:RDF>',
              'endstream',
              'jumdc2pa',
              plainStream,
              plainStream,
            ],
            false,
            'application/pdf',
          ],
        ],
      },
    );
  });

  test('holds nothing of a page of text, and nothing of the picture', () => {
    expect(assetRanges(new TextEncoder().encode('<html>DataMining'), 'text/html')).toEqual([]);
    const body = new Uint8Array(Buffer.from(`\xff\xd8\xff${'pixels'.repeat(100)}`, 'latin1'));
    expect(assetRanges(body, 'image/jpeg')).toEqual([[0, 16]]);
  });
});

describe('hostile files', again, () => {
  test('any octets are answered without an error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('image/jpeg', 'application/pdf', 'video/mp4', ''),
        (bytes, type) => {
          for (const reading of readAll(carriersWith(bytes, type))) expect(reading.state).toBeTypeOf('string');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['start marks without an end', '<x:xmpmeta '],
    ['packets without end', '<x:xmpmeta></x:xmpmeta>'],
    ['labels without a box', 'c2pa.training-mining\0'],
    ['mentions of the label', 'c2pa.training-mining '],
    ['end marks', '</x:xmpmeta>'],
    ['all three start marks', '<rdf:RDF<x:xapmeta<x:xmpmeta'],
    ['start marks in UTF-16', wide('<x:xmpmeta ', 'be')],
    ['packets in UTF-16', wide('<x:xmpmeta></x:xmpmeta>', 'le')],
    ['nothing', '\0'],
    ['labels', 'training-mining\0'],
    ['metadata streams', ' obj</Type/Metadata>>stream\n<a'],
    ['metadata streams without an object', '/Type/Metadata>>stream\n<a'],
    ['metadata dictionaries without a stream', '/Type/Metadata'],
    ['streams of no metadata', '/Metadata>>stream\n<a'],
    ['streams without a dictionary', '/XML stream'],
    ['spaces before streams', '/XML>>                                                                stream<a'],
  ])('eight megabytes of %s take linear time', (_name, part) => {
    const body = new Uint8Array(Buffer.from(part.repeat(Math.ceil(8_000_000 / part.length)), 'latin1'));
    for (const type of ['image/jpeg', 'application/pdf'])
      expect(cpuMs(() => readAll(carriersWith(new Uint8Array(body), type)))).toBeLessThan(600 * busyness());
  });

  test('a page of HTML costs nothing, however long', () => {
    const body = new Uint8Array(50_000_000);
    expect(cpuMs(() => readAll(carriersWith(body, 'text/html; charset=utf-8')))).toBeLessThan(50 * busyness());
  });
});

describe('values', () => {
  test.each([
    ['http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED', 'DMI-PROHIBITED', 'conformant'],
    ['  http://ns.useplus.org/ldf/vocab/DMI-ALLOWED\n', 'DMI-ALLOWED', 'conformant'],
    ['https://evil.example/DMI-ALLOWED', 'DMI-ALLOWED', 'lenient'],
    ['plus:DMI-PROHIBITED-AIMLTRAINING', 'DMI-PROHIBITED-AIMLTRAINING', 'lenient'],
    ['http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-NEW', 'DMI-PROHIBITED-NEW', 'lenient'],
    ['Prohibited for AI/ML training', 'DMI-PROHIBITED-AIMLTRAINING', 'lenient'],
    ['Prohibited except for search engine indexing', 'DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING', 'lenient'],
    ['Prohibited, see Other Constraints property', 'DMI-PROHIBITED', 'lenient'],
    ['Unspecified - no prohibition defined', 'DMI-UNSPECIFIED', 'lenient'],
    ['', null, 'wrong-value'],
    ['1', null, 'wrong-value'],
  ] as const)('the PLUS value %j', (value, code, form) => {
    expect(readPlusCode(value)).toEqual({ code, form });
  });

  test('CBOR: what is no complete item of definite length is null', () => {
    const cbor = (...octets: number[]) => readCbor(new Uint8Array(octets));
    expect(cbor(0x61, 0x61)).toEqual({ kind: 'text', value: 'a' });
    expect(cbor(0xd8, 0x20, 0x61, 0x61)).toEqual({ kind: 'text', value: 'a' });
    expect(cbor(0xa1, 0x61, 0x61, 0xf5)).toEqual({ kind: 'map', entries: [['a', { kind: 'other' }]] });
    expect(cbor(0x82, 0x01, 0x40)).toEqual({ kind: 'array', items: [{ kind: 'other' }, { kind: 'other' }] });
    for (const broken of [
      [],
      [0x62, 0x61],
      [0xbf, 0xff],
      [0x5f],
      [0x1c],
      [0x3b, 0x00],
      [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0xa1, 0x61, 0x61],
    ])
      expect(cbor(...broken), String(broken)).toBeNull();
  });
});
