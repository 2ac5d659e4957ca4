import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { plain } from '../../src/cli/talk/terminal.ts';
import { describe as describeEvidence } from '../../src/policy/index.ts';
import { type ProvenanceRecord, readDocuments } from '../../src/store/index.ts';
import { explainUrl, explanationLines } from '../../src/upkeep/index.ts';
import { expectedOutcomes, folderOfFile, hookMs, recordsOf, runDemo } from './demo-dataset.ts';
import { heedInOneProcess } from './one-process.ts';
import type { Ended } from './run-heed.ts';

const heed = heedInOneProcess();

const out = join(folderOfFile(), 'dataset');
let demo: Ended;
let records: readonly ProvenanceRecord[];

beforeAll(async () => {
  demo = await runDemo(out);
  records = await recordsOf(out);
}, hookMs);

describe('heed demo', () => {
  test('ends well and says in one document what it did', () => {
    expect(demo.code).toBe(0);
    expect(JSON.parse(demo.stdout)).toMatchObject({ ended: 'finished', out });
  });

  test('every URL of the demonstration web ends as fixtures/sites/expected.json says', () => {
    const outcomes = records.map(({ url, disposition, reason }) => [url, { disposition, reason }] as const);
    expect(Object.fromEntries(outcomes)).toEqual(expectedOutcomes);
    expect(outcomes).toHaveLength(Object.keys(expectedOutcomes).length);
  });

  test('the sum by reason is the number of rows', () => {
    const { counts } = JSON.parse(demo.stdout) as { counts: { urls: number; byReason: Record<string, number> } };
    const byReason: Record<string, number> = {};
    for (const { reason } of records) byReason[reason] = (byReason[reason] ?? 0) + 1;
    expect(counts.byReason).toEqual(byReason);
    expect(Object.values(counts.byReason).reduce((sum, count) => sum + count, 0)).toBe(counts.urls);
    expect(counts.urls).toBe(records.length);
  });

  test('a document lies in the dataset for each URL that was kept, and for no other', async () => {
    const urls: string[] = [];
    for await (const { record } of readDocuments(out)) urls.push(record.url);
    const kept = Object.keys(expectedOutcomes).filter(url => expectedOutcomes[url]?.disposition === 'keep');
    expect(urls.sort()).toEqual(kept.sort());
  });

  test('texts come in the language they were written in, and without the personal data', async () => {
    const languages = new Map<string, string | undefined>();
    let help = '';
    for await (const { record } of readDocuments(out)) {
      languages.set(record.url, record.language);
      if (record.url === 'http://contact-details.test/help.html') {
        help = record.text;
        expect(record.metadata.masked).toEqual({ email: 1, iban: 1, ip: 1, phone: 1 });
      }
      if (record.url === 'http://world-languages.test/es.html') expect(record.text).toContain('mañanas');
    }
    const of = (site: string, ...pages: string[]) => pages.map(page => languages.get(`http://${site}.test/${page}.html`));
    expect(of('alpine-languages', 'de', 'fr', 'it', 'rm')).toEqual(['deu', 'fra', 'ita', 'roh']);
    expect(of('world-languages', 'en', 'ar', 'ja', 'es')).toEqual(['eng', 'ara', 'jpn', 'spa']);
    expect(help).toContain('<email-pii>');
    expect(help).not.toMatch(/mustermann@|CH93|7946|9\.9\.9\.9/);
  });

  test('heed verify finds nothing wrong', async () => {
    const { code, stdout } = await heed(['verify', out, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, failures: [], checked: { provenance: records.length } });
    expect(code).toBe(0);
  });

  test('heed explain names for every URL what decided, where, in which bytes, when and under which rule', async () => {
    for (const record of records) {
      const explanation = await explainUrl(out, record.url);
      if (!explanation) throw new Error(`${record.url} has no explanation`);
      expectExplained(record, plain(explanationLines(explanation).join('\n')));
    }
  });

  test('heed explain prints it: one URL of each kind of reason', async () => {
    const byKind = new Map(records.map(record => [record.reason.split('.', 1)[0], record]));
    await Promise.all(
      [...byKind.values()].map(async record => {
        const { code, stdout } = await heed(['explain', record.url, '--out', out]);
        expect(code, record.url).toBe(0);
        expectExplained(record, stdout);
      }),
    );
  });
});

function expectExplained({ url, reason, verdicts, evidence, page_proof }: ProvenanceRecord, stdout: string): void {
  const said: string[] = [url, `(${reason})`];
  for (const verdict of Object.values(verdicts)) {
    for (const { source, ...evidence } of verdict.determining ?? verdict.looked ?? []) {
      said.push(plain(describeEvidence({ ...evidence, source: { retrievedAt: null, digest: null, ...source } })));
    }
  }
  const places = [...evidence.flatMap(({ warc }) => warc ?? []), ...(page_proof ? [page_proof] : [])];
  for (const { file, offset } of places) said.push(`${file} at byte ${offset}`);
  for (const text of said) expect(stdout, url).toContain(text);
  if (Object.keys(verdicts).length > 0) expect(stdout, url).toContain('judged again from the stored bytes: the same verdicts');
}
