import { describe, expect, test } from 'vitest';
import { findingCounter } from '../../../src/cli/audit/findings.ts';
import { flagsOf } from '../../../src/report/audit/card-facts.ts';
import { flagBits } from '../../../src/report/audit/domain-payload.ts';
import { flawsSection } from '../../../src/report/audit/page/flaws-section.ts';
import { summaryOf, tallyOf } from '../../../src/report/audit/summary.ts';
import { smallHeader } from '../../audit/records.ts';
import { measured, type Site } from '../audit/facts.ts';

const nothing = { robots: 404, tdmrep: 404, aiTxt: 404, trustTxt: 404, page: '<p>x' } as const;
const html = { status: 200, fields: [['Content-Type', 'text/html']], body: '<!doctype html><p>Not found' } as const;

// ours: design, "Malformed is not silent": a page served for whatever is not found states nothing, and so nothing malformed.
const cases: readonly [string, Site, { readonly malformed: readonly string[]; readonly noFile: readonly string[] }][] = [
  ['no declaration file at all', nothing, { malformed: [], noFile: [] }],
  [
    'a site that serves its page for whatever is not found',
    { ...nothing, robots: html, tdmrep: html, aiTxt: html, trustTxt: html },
    { malformed: [], noFile: ['robots.html', 'tdmrep.html', 'ai-txt.html', 'trust-txt.html'] },
  ],
  ['robots.txt refused with 403', { ...nothing, robots: 403 }, { malformed: [], noFile: ['robots.access-refused'] }],
  [
    'ai.txt refused with 403, and nothing wrong with robots.txt',
    { ...nothing, robots: 'User-agent: *\nAllow: /', aiTxt: 403 },
    { malformed: [], noFile: ['ai-txt.access-refused'] },
  ],
  [
    'tdmrep.json that is no JSON',
    { ...nothing, tdmrep: '[{"location": "/", "tdm-reservation": 1' },
    { malformed: ['tdmrep.malformed'], noFile: [] },
  ],
  [
    'a value that its specification does not know, beside a page for ai.txt',
    { ...nothing, robots: 'User-agent: *\nContent-Usage: train-ai=maybe', aiTxt: html },
    { malformed: ['content-usage.wrong-value'], noFile: ['ai-txt.html'] },
  ],
];

describe('a statement is malformed; what is no file states nothing', () => {
  test.each(cases)('%s', (_name, site, { malformed, noFile }) => {
    const record = measured(site);
    const tally = tallyOf(smallHeader);
    tally.add(record);
    const summary = summaryOf(smallHeader, tally.counted());
    const counted = (family: string): string[] =>
      Object.values(summary.figures)
        .filter(figure => figure.family === family && figure.all.n > 0 && figure.key !== `${family}.any`)
        .map(({ key }) => key.slice(family.length + 1));
    expect(counted('malformed').sort()).toEqual([...malformed].sort());
    expect(counted('no-file').sort()).toEqual([...noFile].sort());
    expect(counted('oddity')).toEqual([]);
    expect(summary.figures['malformed.any']?.all.n).toBe(malformed.length > 0 ? 1 : 0);
    expect(summary.figures['no-file.any']?.all.n).toBe(noFile.length > 0 ? 1 : 0);

    expect((flagsOf(record) & flagBits.malformed) !== 0).toBe(malformed.length > 0);
    const counter = findingCounter('standard');
    counter.add(record);
    const found = counter.counts(summary);
    expect([found.malformed, found['no-file']]).toEqual([malformed.length > 0 ? 1 : 0, noFile.length > 0 ? 1 : 0]);
    for (const code of noFile) expect(flawsSection(summary).text).toContain(`<dt><code>${code}</code></dt>`);
  });
});
