// How good and how dear the main-text extraction is: F1, precision and recall over 4-word shingles against pages whose true main text is
// known, the way the article extraction benchmark scores (metrics per page, then their mean). Usage:
//   node test/bench/extraction.ts <article-benchmark.jsonl.gz> [--worst N]
// Each line of the file is {id, url, html, articleBody}.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { extractText, maxNestingDepth } from '../../src/content/extract.ts';

interface Page {
  readonly id: string;
  readonly url: string;
  readonly html: string;
  readonly articleBody: string;
}

interface Score {
  readonly precision: number;
  readonly recall: number;
}

const shingleWords = 4;

function shingles(text: string): Map<string, number> {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (let at = 0; at < Math.max(1, words.length - shingleWords + 1); at += 1) {
    const shingle = words.slice(at, at + shingleWords).join(' ');
    counts.set(shingle, (counts.get(shingle) ?? 0) + 1);
  }
  return counts;
}

function score(expected: string, found: string): Score {
  const truth = shingles(expected);
  const guess = shingles(found);
  let hits = 0;
  for (const [shingle, count] of guess) hits += Math.min(count, truth.get(shingle) ?? 0);
  const sum = (counts: Map<string, number>) => [...counts.values()].reduce((total, count) => total + count, 0);
  return { precision: hits / sum(guess), recall: hits / sum(truth) };
}

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { worst: { type: 'string', default: '0' } } });
const file = positionals[0];
if (!file) {
  process.stderr.write('a benchmark file is needed: node test/bench/extraction.ts article-benchmark.jsonl.gz\n');
  process.exit(2);
}
const pages = gunzipSync(readFileSync(file))
  .toString('utf8')
  .split('\n')
  .filter(Boolean)
  .map(line => JSON.parse(line) as Page);

const extract = (page: Page): string => {
  const extracted = extractText(page.html, { maxDepth: maxNestingDepth });
  return extracted === 'too-deep' ? '' : extracted.text;
};
for (const page of pages) extract(page);
const rows = pages.map(page => {
  const before = cpuMs();
  const found = extract(page);
  const spentMs = cpuMs() - before;
  return { page, found, spentMs, ...score(page.articleBody, found) };
});
const precision = mean(rows.map(row => row.precision));
const recall = mean(rows.map(row => row.recall));
const spent = rows.map(row => row.spentMs).toSorted((a, b) => a - b);
process.stdout.write(
  `pages ${rows.length}  F1 ${((2 * precision * recall) / (precision + recall)).toFixed(4)}  precision ${precision.toFixed(4)}  recall ${recall.toFixed(4)}  ` +
    `CPU ms/page mean ${mean(spent).toFixed(2)} median ${spent[spent.length >> 1]!.toFixed(2)} p95 ${spent[Math.floor(spent.length * 0.95)]!.toFixed(2)}\n`,
);
for (const row of rows.toSorted((a, b) => a.precision + a.recall - b.precision - b.recall).slice(0, Number(values.worst))) {
  process.stdout.write(
    `${row.precision.toFixed(2)} ${row.recall.toFixed(2)} ${row.found.length} of ${row.page.articleBody.length}  ${row.page.url}\n`,
  );
}
