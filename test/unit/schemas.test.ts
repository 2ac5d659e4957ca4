import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { lineJudge } from '../../src/cli/commands/decide.ts';
import { schemaCommand } from '../../src/cli/commands/schema.ts';
import { answerJsonSchema } from '../../src/cli/schemas/answer.ts';
import { auditRecordJsonSchema } from '../../src/cli/schemas/audit.ts';
import { loadAgents, loadPolicy } from '../../src/settings/index.ts';
import { segmentShapes } from '../../src/store/disk/layout.ts';
import { jsonSchemas } from '../../src/store/index.ts';
import { auditRecords } from '../audit/records.ts';
import { measured, type Site } from './audit/facts.ts';

const compile = (schema: object) => new Ajv2020.default({ strict: false, validateFormats: false }).compile(schema);

describe('heed schema', () => {
  const [name] = schemaCommand({ code: 0 }).registeredArguments;

  test('has a schema of every record that a dataset holds', () => {
    expect(name?.argChoices).toEqual(expect.arrayContaining(Object.keys(jsonSchemas())));
  });

  test('describes the files of a dataset, whatever kind they are: lines of text have no schema, evidence has a standard', () => {
    // `suppression` and others are named after one record; these after many.
    const singular = { documents: 'document', tombstones: 'tombstone', visits: 'visit', receipts: 'receipt', feed: 'feed-entry' };
    const named: Record<keyof typeof segmentShapes, string> = {
      ...{ ...singular, provenance: 'provenance', declarations: 'declarations', politeness: 'politeness' },
      ...{ suppression: 'suppression', evidence: 'WARC 1.1', 'withdrawn-ids': 'one id a line' },
    };
    for (const kind of Object.keys(segmentShapes) as (keyof typeof named)[])
      expect([...(name?.argChoices ?? []), 'WARC 1.1', 'one id a line']).toContain(named[kind]);
  });
});

describe('a line of audit.jsonl', () => {
  const accepts = compile(auditRecordJsonSchema);
  const checked = (record: unknown): unknown => accepts(JSON.parse(JSON.stringify(record))) || accepts.errors;

  test.each<[string, Site]>([
    [
      'of a site that says everything',
      {
        robots: 'User-agent: *\nDisallow: /a\nContent-Usage: train-ai=n\n\nUser-agent: GPTBot\nDisallow: /',
        tdmrep: '[{"location":"/","tdm-reservation":1}]',
        trustTxt: 'datatrainingallowed=no',
        page: {
          status: 200,
          fields: [
            ['X-Robots-Tag', 'noai'],
            ['Content-Type', 'text/html'],
          ],
          body: '<meta name="robots" content="noai">',
        },
      },
    ],
    ['of a site that writes badly', { robots: 'User agent: GPTBot\nDisalow /x\nDisallow: /', page: 'Hello' }],
    ['of a site that answers nothing', { robots: 'timeout' }],
    ['of a barrier', { robots: 404, page: 403 }],
    ['of nobody who was asked', {}],
  ])('%s is what the schema says', (_what, site) => {
    expect(checked(measured(site))).toBe(true);
  });

  test('of any other kind too, and nothing that has a key more', () => {
    for (const record of auditRecords(60)) expect(checked(record)).toBe(true);
    expect(checked({ ...measured({}), opted_out: false })).not.toBe(true);
    expect(checked({ ...measured({}), reach: 'fine' })).not.toBe(true);
  });
});

describe('a line that heed decide prints', () => {
  const accepts = compile(answerJsonSchema);
  const judge = lineJudge(loadPolicy('standard'), { agents: loadAgents() });

  test.each<[string, unknown]>([
    [
      'for a refusal',
      {
        id: '1',
        url: 'https://a.example/',
        missing: 'absent',
        origin: { robots: { status: 200, body: 'User-agent: *\nDisallow: /' } },
      },
    ],
    ['for what is not known', { id: '2', url: 'https://a.example/', origin: { robots: { unreachable: 'dns' } } }],
    [
      'for a page with a mistake',
      {
        ...{ id: '3', url: 'https://a.example/', missing: 'absent' },
        response: { status: 200, headers: [['Content-Usage', 'train-ai=maybe']], body: '<p>' },
      },
    ],
    ['for no case', { id: '4' }],
    ['for no id', { url: 'https://a.example/' }],
  ])('%s is what the schema says', (_what, one) => {
    expect(accepts(JSON.parse(judge({ text: JSON.stringify(one), number: 1 }).json)) || accepts.errors).toBe(true);
  });

  test('for no JSON too, and nothing that is both', () => {
    const failed = JSON.parse(judge({ text: '{', number: 7 }).json);
    expect(accepts(failed) || accepts.errors).toBe(true);
    expect(accepts({ ...failed, disposition: 'keep' })).toBe(false);
  });
});
