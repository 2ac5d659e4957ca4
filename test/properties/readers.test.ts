import { test } from 'vitest';
import { signals } from '../../src/signals/index.ts';
import { type About, type Carriers, categories, type Evidence, maxQuoteBytes, type Reading } from '../../src/vocab/index.ts';
import fc from '../seeded.ts';
import { agents } from '../vectors/load.ts';
import { locate } from '../vectors/locate.ts';
import { damage, damaged, declarations, type Json, type RawCase, rawCase, readRaw, seed, withBody } from './generate.ts';

const abouts: readonly About[] = ['acquisition', ...categories];

function readAll({ carriers, productToken }: { carriers: Carriers; productToken: string }): Reading[] {
  const known = signals.filter(signal => signal.stage === 'origin' || carriers.page);
  return abouts.flatMap(about => {
    const question = { about, url: carriers.url, productToken, at: null };
    return known.filter(signal => signal.bearsOn.includes(about)).map(signal => signal.read(carriers, question, { agents }));
  });
}

function evidenceOf(reading: Reading): Evidence[] {
  const said = reading.state === 'read' ? reading.statements.flatMap(s => [s.evidence, ...(s.also ?? [])]) : [reading.looked];
  return [...said, ...(reading.anomalies ?? []).map(a => a.evidence)];
}

/**
 * Every reading is whole: it cites what can be found again, in quotes of bounded length, and an unreadable carrier says what is wrong. Said without
 * `expect`, which would take four times as long as all the readers.
 */
function expectCited(carriers: Carriers, reading: Reading): void {
  if (reading.state === 'unreadable' && reading.anomalies.length === 0) throw new Error('unreadable, and nobody says why');
  for (const evidence of evidenceOf(reading)) {
    const { signal, locator, quote } = evidence;
    if (Buffer.byteLength(quote) > 3 * maxQuoteBytes) throw new Error(`${signal} quotes ${Buffer.byteLength(quote)} octets`);
    const found = locate(carriers, evidence);
    if (found !== quote)
      throw new Error(`${signal} ${JSON.stringify(locator)}: ${JSON.stringify(found)} is there, not ${JSON.stringify(quote)}`);
  }
}

const onCarrier = (raw: RawCase, carrier: string, change: (retrieval: Json) => Json): Json => {
  if (carrier === 'response') return raw.response ? { ...raw, response: change(raw.response) } : raw;
  if (carrier === 'licenses')
    return {
      ...raw,
      licenses: Object.fromEntries(Object.entries(raw.licenses).map(([url, found]) => [url, change(found as Json)])),
    };
  const retrieval = raw.origin[carrier];
  return retrieval ? { ...raw, origin: { ...raw.origin, [carrier]: change(retrieval as Json) } } : raw;
};

const carrier = fc.constantFrom(...declarations, 'response', 'response', 'licenses');

test('fragments of vectors combined at random: every locator, applied to its source, yields the quote', () => {
  fc.assert(
    fc.property(rawCase, raw => {
      const read = readRaw(raw);
      for (const reading of readAll(read)) expectCited(read.carriers, reading);
    }),
    { seed, numRuns: 1_500 },
  );
});

test('damaged octets in a body or a field: no reader throws, and what it cites is there', () => {
  fc.assert(
    fc.property(
      rawCase,
      carrier,
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (raw, where, damages, inFields) => {
        const read = readRaw(onCarrier(raw, where, retrieval => damaged(retrieval, damages, inFields)));
        for (const reading of readAll(read)) expectCited(read.carriers, reading);
      },
    ),
    { seed, numRuns: 3_500 },
  );
});

test('random octets of any media type: no reader throws', () => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ maxLength: 400, unit: 'binary' }).map(text => new TextEncoder().encode(text)),
  );
  const type = fc.constantFrom(
    'text/html',
    'text/plain',
    'application/pdf',
    'image/jpeg',
    'image/png',
    'application/rsl+xml',
    'x',
  );
  fc.assert(
    fc.property(rawCase, carrier, octets, type, fc.boolean(), (raw, where, body, contentType, truncated) => {
      const fields = [['Content-Type', contentType]];
      const change = (): Json => withBody({ status: 200, headers: fields, truncated }, body);
      const read = readRaw(onCarrier(raw, where, change));
      for (const reading of readAll(read)) expectCited(read.carriers, reading);
    }),
    { seed, numRuns: 2_000 },
  );
});
