import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { toVerdictRecord } from '../../../src/assess/index.ts';
import { documentRow, jsonSchemas, provenanceRecord, runId } from '../../../src/store/index.ts';
import type { Verdict } from '../../../src/vocab/index.ts';
import { at, kept, keptOutcome, newRun, open, policyDigest, temporaryFolder } from './sample.ts';

const outcome = async () => {
  const dataset = open(temporaryFolder());
  await dataset.beginRun(newRun);
  return keptOutcome(dataset, 'https://a.example/1');
};

describe('records', () => {
  it('have JSON Schemas that accept what we write', async () => {
    const { provenance, document } = await outcome();
    const schemas = jsonSchemas();
    expect(Object.keys(schemas)).toEqual([
      'document',
      'provenance',
      'declarations',
      'tombstone',
      'suppression',
      'receipt',
      'feed-entry',
      'inclusion-proof',
      'politeness',
      'visit',
      'manifest',
    ]);
    const ajv = new Ajv2020.default({ strict: false });
    const accepts = (name: string, value: unknown) => ajv.validate(schemas[name] ?? false, value);
    expect(accepts('document', document?.row)).toBe(true);
    const full = { ...provenance, verdicts: { 'train-ai': toVerdictRecord(kept) } };
    expect(accepts('provenance', JSON.parse(JSON.stringify(full)))).toBe(true);
    expect(provenanceRecord.safeParse(full).success).toBe(true);
    expect(accepts('provenance', { ...full, reason: 'because' })).toBe(false);
    const dataset = open(temporaryFolder());
    await dataset.beginRun(newRun);
    expect(accepts('manifest', await dataset.finishRun())).toBe(true);
  });

  it('never carry names to which dataset tools give another meaning, and never a null', async () => {
    const { document } = await outcome();
    const row = document?.row;
    expect(documentRow.safeParse(row).success).toBe(true);
    for (const extra of [
      { media: [] },
      { attributes: {} },
      { metadata: { ...row?.metadata, provenance: {} } },
      { created: null },
    ])
      expect(documentRow.safeParse({ ...row, ...extra }).success).toBe(false);
  });

  it('tell a verdict in full, without nulls', () => {
    if (kept.finding.preference !== 'unknown') throw new Error('the sample is an unknown');
    const [looked] = kept.finding.looked;
    const disallow: Verdict = {
      ...kept,
      disposition: 'withhold',
      finding: {
        preference: 'disallow',
        determining: [{ ...looked, source: { url: 'https://a.example/', retrievedAt: null, digest: null } }],
        overridden: [looked],
      },
    };
    expect(toVerdictRecord(disallow)).toEqual({
      preference: 'disallow',
      disposition: 'withhold',
      determining: [{ ...looked, source: { url: 'https://a.example/' } }],
      overridden: [{ ...looked, source: { url: 'https://a.example/robots.txt', retrievedAt: at, digest: policyDigest } }],
      readings: {},
    });
    expect(toVerdictRecord(kept)).toMatchObject({ preference: 'unknown', because: 'silent', disposition: 'keep' });
  });

  it('belong to a run whose id sorts by time and is safe as a file name', () => {
    expect(runId(Date.parse(at), 'ab12cd')).toBe('20261123T100000Z-ab12cd');
    expect(() => runId(0, '../x')).toThrow(RangeError);
  });
});
