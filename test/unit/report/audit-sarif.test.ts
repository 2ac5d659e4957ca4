import { describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/assess/index.ts';
import { outputsOf } from '../../audit/outputs.ts';
import { auditRecords, smallHeader } from '../../audit/records.ts';
import { measured, type Site } from '../audit/facts.ts';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region?: { readonly startLine?: number };
    };
  }[];
  readonly properties: { readonly domain: string };
}

const looked: Site = { robots: '', tdmrep: 404, aiTxt: 404, trustTxt: 404, page: 'Hello' };
const records = [...auditRecords(400)];
const sarif = JSON.parse((await outputsOf(records, { header: smallHeader, sarif: true })).files['audit.sarif'] ?? '');
const [run] = sarif.runs;
const results: readonly Result[] = run.results;

describe('an audit of one’s own sites as SARIF', () => {
  test('is only made where it is asked for', async () => {
    expect(Object.keys((await outputsOf(records.slice(0, 5), { header: smallHeader })).files)).not.toContain('audit.sarif');
  });

  test('has a result for each finding, with its domain, file and line', () => {
    const findings = (record: AuditRecord): number =>
      record.anomalies.length + record.contradictions.length + (record.reach === 'reachable' ? 0 : 1);
    const complete = results.filter(({ ruleId }) => ruleId !== 'audit.incomplete');
    expect(complete.length).toBe(records.reduce((sum, record) => sum + findings(record), 0));
    const record = records.find(({ anomalies }) => anomalies.length > 0)!;
    const result = results.find(
      ({ properties, ruleId }) => properties.domain === record.domain && ruleId === record.anomalies[0]?.code,
    );
    expect(result?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: `${record.origin}/robots.txt` },
      region: { startLine: 9 },
    });
    expect(result?.message.text).toContain(`${record.domain}: `);
    expect(result?.message.text).toContain('Found: `Dissalow: /`');
  });

  test('what several signals found at one place is one result, as heavy as the heaviest; what is no host is no broken URI', async () => {
    const refused = { ...measured({ robots: 403 }), domain: 'a.example' };
    expect(refused.anomalies.length).toBeGreaterThan(1);
    const noHost = measured({}, { entry: { domain: '<b>', asked: '<b>', position: 2 }, why: 'no-host' });
    const { files } = await outputsOf([refused, noHost], { header: smallHeader, sarif: true });
    const found: readonly Result[] = JSON.parse(files['audit.sarif'] ?? '').runs[0].results;
    expect(found.map(({ ruleId, level, locations: [at] }) => [ruleId, level, at?.physicalLocation.artifactLocation.uri])).toEqual(
      [
        ['robots.access-refused', 'warning', 'https://site.example/robots.txt'],
        ['audit.not-checked', 'warning', '%3Cb%3E'],
      ],
    );
  });

  test('what could not be read is an error, what was read and says something odd is a warning, and neither lends the other its weight', async () => {
    const record = measured({ ...looked, robots: 'User-agent: *\nDisallow: /x\nContent-Usage: train-ai=maybe', tdmrep: '{' });
    const { files } = await outputsOf([record], { header: smallHeader, sarif: true });
    const found: readonly Result[] = JSON.parse(files['audit.sarif'] ?? '').runs[0].results;
    const levels = Object.fromEntries(found.map(({ ruleId, level }) => [ruleId, level]));
    expect(levels).toMatchObject({ 'content-usage.wrong-value': 'warning' });
    expect(found.filter(({ ruleId }) => ruleId.startsWith('tdmrep.')).map(({ level }) => level)).toEqual(['error']);
  });

  test('a result is known again by what was found and where, whatever line it has moved to; two of one kind are two', async () => {
    const marks = async (robots: string): Promise<readonly unknown[]> => {
      const { files } = await outputsOf([measured({ ...looked, robots })], { header: smallHeader, sarif: true });
      return JSON.parse(files['audit.sarif'] ?? '').runs[0].results.map(
        (one: { partialFingerprints: Readonly<Record<string, string>> }) => one.partialFingerprints.primaryLocationLineHash,
      );
    };
    const before = await marks('User-agent: *\nDissalow: /\n');
    expect(before[0]).toMatch(/^[0-9a-f]{16}:1$/);
    expect(await marks('# one\n# two\nUser-agent: *\nDissalow: /\n')).toEqual(before);
    const twice = await marks('User-agent: *\nDissalow: /\nDissalow: /\n');
    expect(twice.length).toBeGreaterThan(before.length);
    expect(new Set(twice).size).toBe(twice.length);
  });

  test('every result names a rule that stands there', () => {
    for (const { ruleId, ruleIndex } of results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test('a domain that was not looked at is a finding, and never looks clean', () => {
    for (const { domain, reach } of records.filter(record => record.reach !== 'reachable'))
      expect(results.find(({ properties }) => properties.domain === domain)).toMatchObject({
        ruleId: `audit.${reach}`,
        level: 'warning',
      });
  });

  test.each<[what: string, Site, detail: string | undefined]>([
    ['a robots.txt that did not answer', { robots: 503 }, 'robots.txt'],
    ['a declaration that did not', { ...looked, aiTxt: 'timeout' }, 'wellknown.ai-txt'],
    ['a front page that did not', { ...looked, page: 502 }, 'front page: 502'],
    ['one that leads nowhere', { ...looked, page: 301 }, 'front page: 301'],
    ['everything looked at', looked, undefined],
    ['what is closed on purpose', { robots: 'User-agent: *\nDisallow: /' }, undefined],
  ])('%s: a domain that could not be looked at whole never looks clean', async (_, site, detail) => {
    const { files } = await outputsOf([measured(site)], { header: smallHeader, sarif: true });
    const found: readonly Result[] = JSON.parse(files['audit.sarif'] ?? '').runs[0].results;
    const told = found.find(({ ruleId }) => ruleId === 'audit.incomplete')?.message.text;
    if (detail === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(`(${detail}`);
  });

  test('an audit without a finding is a file without results', async () => {
    const clean = records.filter(
      ({ reach, anomalies, contradictions }) => reach === 'reachable' && anomalies.length + contradictions.length === 0,
    );
    const { files } = await outputsOf(clean.slice(0, 3), { header: smallHeader, sarif: true });
    expect(JSON.parse(files['audit.sarif'] ?? '').runs[0].results).toEqual([]);
  });
});
