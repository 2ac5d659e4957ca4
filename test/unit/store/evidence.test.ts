import { hash, randomBytes } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import WARCStream from 'warc';
import { WARCParser, WARCRecord, WARCSerializer } from 'warcio';
import {
  type Dataset,
  exchangeReader,
  maxCacheMs,
  openEvidenceFiles,
  readEvidence,
  readProof,
  readStoredProof,
  type WarcRef,
} from '../../../src/store/index.ts';
import type { Digest, Exchange, OriginKey, Retrieval } from '../../../src/vocab/index.ts';
import { at, newRun, nowMs, open, temporaryFolder, withheldOutcome } from './sample.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const exchangeOf = (retrieval: Retrieval, url = 'https://a.example/robots.txt'): Exchange => {
  const body = 'body' in retrieval ? retrieval.body : undefined;
  const digest = body === undefined ? null : (`sha256:${hash('sha256', body)}` as Digest);
  return { url, retrievedAt: at, digest, retrieval };
};

const robots = exchangeOf({
  outcome: 'successful',
  status: 200,
  fields: [
    ['Content-Type', 'text/plain'],
    ['Content-Encoding', 'gzip'],
    ['Content-Usage', 'train-ai=n'],
    ['X-Empty', ''],
    ['content-usage', 'search=y'],
    ['X-Latin', 'caf\u00e9'],
  ],
  body: bytes('User-agent: *\r\n\r\nDisallow: /\u00e9\n'),
  truncated: true,
  hops: ['http://a.example/robots.txt'],
});
const exchanges: Record<string, Exchange> = {
  'an answer with repeated and empty fields, a coding and hops': robots,
  'an answer 404 without a body': exchangeOf({ outcome: 'unavailable', status: 404, fields: [['Server', 'x']] }),
  'an answer 404 with an empty body': exchangeOf({ outcome: 'unavailable', status: 404, fields: [], body: bytes('') }),
  'a transfer aborted after its header section': exchangeOf({
    outcome: 'successful',
    status: 200,
    fields: [['X-Robots-Tag', 'noai']],
    body: bytes(''),
    truncated: true,
    bodyNotRead: 'refused-earlier',
    hops: [],
  }),
  'fields that are not ISO 8859-1': exchangeOf({ outcome: 'unavailable', status: 403, fields: [['X-Note', 'ж \u20ac']] }),
  'a binary body': exchangeOf({
    outcome: 'successful',
    status: 200,
    fields: [],
    body: new Uint8Array([0, 255, 13, 10, 13, 10, 7]),
    truncated: false,
    hops: [],
  }),
  'no answer at all': exchangeOf({ outcome: 'unreachable', cause: 'timeout' }),
  'a file nobody asked for': exchangeOf({ outcome: 'not-attempted', why: 'closed-by-robots' }),
};

async function started(limits = {}): Promise<{ out: string; dataset: Dataset }> {
  const out = temporaryFolder();
  const dataset = open(out, limits);
  await dataset.beginRun(newRun);
  return { out, dataset };
}

/** The octets of each record of a file as warcio would write them. */
async function asWarcioWrites(plain: Buffer): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const { warcHeaders, content } of recordsOf(plain)) {
    const { 'WARC-Type': type, 'WARC-Date': date, 'WARC-Target-URI': url, 'Content-Length': _, ...rest } = warcHeaders;
    const record = WARCRecord.create(
      {
        ...(url === undefined ? {} : { url }),
        type: type as 'metadata',
        date: date ?? '',
        warcVersion: 'WARC/1.1',
        warcHeaders: rest,
      },
      (async function* () {
        yield content;
      })(),
    );
    record.httpHeaders = null;
    parts.push(await WARCSerializer.serialize(record, { gzip: false }));
  }
  return Buffer.concat(parts);
}

async function* recordsOf(plain: Buffer): AsyncGenerator<{ warcHeaders: Record<string, string>; content: Uint8Array }> {
  for await (const record of new WARCParser([plain], { parseHttp: false, keepHeadersCase: true }))
    yield { warcHeaders: Object.fromEntries(record.warcHeaders.headers), content: await record.readFully() };
}

describe('evidence', () => {
  for (const [name, exchange] of Object.entries(exchanges)) {
    it(`gives back ${name} exactly as it was judged`, async () => {
      const { out, dataset } = await started();
      const { warc, digest } = await dataset.evidence.put({ kind: 'exchange', exchange });
      await dataset.flush();
      expect(await readEvidence(out, warc)).toEqual({ kind: 'exchange', digest, exchange });
      if (exchange.digest !== null) expect(digest).toBe(exchange.digest);
    });
  }

  it('keeps a page’s proof, also one that looks like something else', async () => {
    const { out, dataset } = await started();
    const proof = { status: 200, elements: [{ bytes: [10, 20] }], exchange: { url: 'not one' } };
    const url = 'https://a.example/page';
    const { warc, digest } = await dataset.evidence.put({ kind: 'proof', url, at, proof });
    await dataset.flush();
    expect(await readEvidence(out, warc)).toEqual({ kind: 'proof', digest, url, at, proof });
  });

  it('is on the disk before a record that cites it', async () => {
    const { out, dataset } = await started();
    const { warc } = await dataset.evidence.put({ kind: 'exchange', exchange: robots });
    let size = 0;
    const apply = () => {
      size = readFileSync(join(out, warc.file)).length;
    };
    dataset.stage(withheldOutcome(dataset, 'https://a.example/1', { apply }));
    await dataset.flush();
    expect(size).toBeGreaterThan(warc.offset);
  });

  it('is a WARC 1.1 file: a warcinfo first, one gzip member per record, digests right', async () => {
    const { out, dataset } = await started({ maxSegmentBytes: 2500 });
    const refs = await Promise.all(
      Object.values(exchanges).map(exchange => dataset.evidence.put({ kind: 'exchange', exchange })),
    );
    await dataset.finishRun();
    const files = new Set(refs.map(({ warc }) => warc.file));
    expect(files.size).toBeGreaterThan(1);
    const ids = new Set<string>();
    for (const file of files) {
      const content = readFileSync(join(out, file));
      const types: string[] = [];
      const parser = new WARCParser([content], { parseHttp: true });
      for await (const record of parser) {
        types.push(record.warcType);
        ids.add(record.warcHeader('WARC-Record-ID') ?? '');
        const payload = await record.readFully(true);
        expect(record.warcHeader('WARC-Payload-Digest')).toBe(`sha256:${hash('sha256', payload)}`);
        expect(gunzipSync(content.subarray(parser.offset)).toString().startsWith('WARC/1.1\r\n')).toBe(true);
      }
      expect(types[0]).toBe('warcinfo');
      expect(types.filter(type => type === 'warcinfo')).toHaveLength(1);
    }
    expect(ids.size).toBe(refs.length + files.size);
    const info = gunzipSync(readFileSync(join(out, refs[0]?.warc.file ?? ''))).toString();
    expect(info).toContain('software: heed 0.1.0\r\n');
    expect(info).toContain('isPartOf: 20261123T100000Z-ab12cd\r\n');
    expect(info).toContain('x-archive-orig-Content-Encoding: gzip\r\n');
  });

  it('has the octets that warcio would write', async () => {
    const { out, dataset } = await started();
    for (const exchange of Object.values(exchanges)) await dataset.evidence.put({ kind: 'exchange', exchange });
    const proof = { kind: 'proof', url: 'https://a.example/\u00e9?q=|', at, proof: { a: '\u20ac' } } as const;
    const { warc } = await dataset.evidence.put(proof);
    await dataset.finishRun();
    const plain = gunzipSync(readFileSync(join(out, warc.file)));
    expect((await asWarcioWrites(plain)).toString('latin1')).toBe(plain.toString('latin1'));
  });

  it('is read in the same way one record after the other, files kept open, and a damaged one is refused there, too', async () => {
    const { out, dataset } = await started({ maxSegmentBytes: 2500 });
    const refs: WarcRef[] = [];
    for (const exchange of Object.values(exchanges)) refs.push((await dataset.evidence.put({ kind: 'exchange', exchange })).warc);
    const large = exchangeOf({
      ...(robots.retrieval as object),
      body: new Uint8Array(randomBytes(60_000)),
    } as unknown as Retrieval);
    refs.push((await dataset.evidence.put({ kind: 'exchange', exchange: large })).warc);
    await dataset.finishRun();
    const files = openEvidenceFiles(out);
    for (const ref of refs) {
      expect(files.record(ref)).toBeDefined();
      expect(await readEvidence(out, ref, files)).toEqual(await readEvidence(out, ref));
    }
    files.close();
    const [ref] = refs as [WarcRef];
    const path = join(out, ref.file);
    const content = readFileSync(path);
    // In the member's own checksum: its fields are under no other digest.
    const end = content.indexOf(Buffer.from([0x1f, 0x8b, 0x08]), ref.offset + 10);
    content[(end < 0 ? content.length : end) - 8]! ^= 1;
    writeFileSync(path, content);
    const again = openEvidenceFiles(out);
    expect(again.record(ref)).toBeUndefined();
    again.close();
  });

  it('is read by a WARC reader that shares no code with the writer', async () => {
    const { out, dataset } = await started();
    const { warc } = await dataset.evidence.put({ kind: 'exchange', exchange: robots });
    await dataset.finishRun();
    const found: { protocol: string; type: string; uri: string; content: string }[] = [];
    const records = createReadStream(join(out, warc.file)).pipe(createGunzip()).pipe(new WARCStream());
    for await (const { protocol, headers, content } of records) {
      found.push({
        protocol: String(protocol.version ?? protocol),
        type: headers['WARC-Type'] ?? '',
        uri: headers['WARC-Target-URI'] ?? '',
        content: content.toString('latin1'),
      });
    }
    expect(found.map(({ type }) => type)).toEqual(['warcinfo', 'response']);
    expect(found[1]).toMatchObject({ uri: robots.url });
    expect(found[1]?.content).toContain('User-agent: *\r\n\r\nDisallow: /');
  });

  it('goes on after a crash without using an id twice', async () => {
    const { out, dataset } = await started();
    const first = await dataset.evidence.put({ kind: 'exchange', exchange: robots });
    await dataset.close();
    const again = open(out);
    await again.resumeRun();
    const second = await again.evidence.put({ kind: 'exchange', exchange: robots });
    await again.flush();
    expect(second.warc.record_id).not.toBe(first.warc.record_id);
    expect(await readEvidence(out, second.warc)).toMatchObject({ exchange: robots });
    expect(await readEvidence(out, first.warc)).toMatchObject({ exchange: robots });
  });

  it('refuses bytes that are not the recorded ones, and places that are not a record', async () => {
    const { out, dataset } = await started();
    const { warc } = await dataset.evidence.put({ kind: 'exchange', exchange: robots });
    await dataset.finishRun();
    const fails = (ref: typeof warc, code: string) =>
      expect(readEvidence(out, ref)).rejects.toMatchObject({ code, exitCode: 14 });
    await fails({ ...warc, offset: warc.offset + 3 }, 'ERR_EVIDENCE_UNREADABLE');
    await fails({ ...warc, offset: 0 }, 'ERR_EVIDENCE_MISSING');
    await fails({ ...warc, record_id: 'urn:uuid:0' }, 'ERR_EVIDENCE_MISSING');
    await fails({ ...warc, file: '../../etc/passwd' }, 'ERR_EVIDENCE_MISSING');
    await fails({ ...warc, file: warc.file.replace('w0', 'w1') }, 'ERR_EVIDENCE_MISSING');
    const file = join(out, warc.file);
    const { gzipSync } = await import('node:zlib');
    const text = gunzipSync(readFileSync(file).subarray(warc.offset)).toString('latin1');
    const forged = gzipSync(Buffer.from(text.replace('Disallow', 'xxxallow'), 'latin1'));
    writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, warc.offset), forged]));
    await fails(warc, 'ERR_EVIDENCE_DIGEST');
  });
});

describe('the declaration cache', () => {
  const origin = 'https://a.example:443' as OriginKey;
  const license = exchangeOf({ outcome: 'unavailable', status: 410, fields: [] }, 'https://a.example/license.xml');

  it('gives an exchange back exactly, at once and in a later run', async () => {
    const { out, dataset } = await started();
    const { warc, digest: payloadDigest } = await dataset.evidence.put({ kind: 'exchange', exchange: robots });
    const expiresAtMs = nowMs + 3_600_000;
    dataset.declarations.put(origin, { kind: 'robots', exchange: robots, expiresAtMs, warc, payloadDigest });
    dataset.declarations.put(origin, { kind: 'license', exchange: license, expiresAtMs, warc, payloadDigest });
    const expected = [
      { kind: 'license', exchange: license, expiresAtMs, warc, payloadDigest },
      { kind: 'robots', exchange: robots, expiresAtMs, warc, payloadDigest },
    ];
    const get = (from: Dataset) => [...from.declarations.get(origin, nowMs)].sort((a, b) => (a.kind < b.kind ? -1 : 1));
    expect(get(dataset)).toEqual(expected);
    await dataset.finishRun();
    await dataset.close();
    const again = open(out);
    expect(get(again)).toEqual(expected);
    expect(again.declarations.get('https://b.example:443' as OriginKey, nowMs)).toEqual([]);
  });

  it('forgets what expired, what is older than a day, and what comes from the future', async () => {
    const { dataset } = await started();
    const { warc, digest: payloadDigest } = await dataset.evidence.put({ kind: 'exchange', exchange: robots });
    const put = (exchange: Exchange, expiresAtMs: number) =>
      dataset.declarations.put(origin, { kind: 'robots', exchange, expiresAtMs, warc, payloadDigest });
    put(robots, nowMs + 100 * maxCacheMs);
    expect(dataset.declarations.get(origin, nowMs + maxCacheMs - 1)).toHaveLength(1);
    expect(dataset.declarations.get(origin, nowMs + maxCacheMs)).toEqual([]);
    expect(dataset.declarations.get(origin, nowMs - 1)).toEqual([]);
    put(robots, nowMs + 5);
    expect(dataset.declarations.get(origin, nowMs + 5)).toEqual([]);
    put({ ...robots, retrievedAt: null }, nowMs + 5);
    expect(dataset.declarations.get(origin, nowMs)).toEqual([]);
  });
});

describe('whole evidence of something else is not taken for what a record names', () => {
  const stored = async () => {
    const out = temporaryFolder();
    const dataset = open(out);
    await dataset.beginRun(newRun);
    const other = exchangeOf({
      outcome: 'successful',
      status: 200,
      fields: [],
      body: bytes('User-agent: *\nAllow: /\n'),
      truncated: false,
      hops: [],
    });
    const [refused, opened] = [
      await dataset.evidence.put({ kind: 'exchange', exchange: robots }),
      await dataset.evidence.put({ kind: 'exchange', exchange: other }),
    ];
    const proof = (status: number) => ({
      url: 'https://a.example/',
      retrieved_at: at,
      outcome: 'unavailable',
      status,
      fields: [],
    });
    const [gone, forbidden] = [await putProof(dataset, proof(404)), await putProof(dataset, proof(403))];
    await dataset.flush();
    return { out, refused, opened, gone, forbidden, robotsDigest: robots.digest as Digest, otherDigest: other.digest as Digest };
  };
  const putProof = (dataset: Dataset, proof: Readonly<Record<string, unknown>>) =>
    dataset.evidence.put({ kind: 'proof', url: 'https://a.example/', at, proof });

  it('another answer at the place of a robots.txt, also where that place was read for another record before', async () => {
    const { out, refused, opened, robotsDigest, otherDigest } = await stored();
    const url = 'https://a.example/robots.txt';
    const record = (warc: WarcRef, digest: Digest) => ({ url, outcome: 'successful' as const, digest, warc });
    const read = exchangeReader(out);
    await expect(read(record(opened.warc, robotsDigest), url)).rejects.toMatchObject({ code: 'ERR_EVIDENCE_DIGEST' });
    expect(await read(record(opened.warc, otherDigest), url)).toMatchObject({ digest: otherDigest });
    await expect(read(record(opened.warc, robotsDigest), url)).rejects.toMatchObject({ code: 'ERR_EVIDENCE_DIGEST' });
    expect(await read(record(refused.warc, robotsDigest), url)).toMatchObject({ digest: robotsDigest });
  });

  it('another proof at the place of a page’s', async () => {
    const { out, gone, forbidden } = await stored();
    for (const read of [readProof, readStoredProof]) {
      await expect(read(out, { ...gone.warc, digest: forbidden.digest })).rejects.toMatchObject({ code: 'ERR_EVIDENCE_DIGEST' });
      expect(await read(out, { ...gone.warc, digest: gone.digest })).toMatchObject({ url: 'https://a.example/' });
    }
  });
});
