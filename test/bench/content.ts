// What turning bytes into a document costs, by stage, in CPU ms per page: over the pages of a benchmark file, and over a synthetic 45 KB page.
//   node test/bench/content.ts [article-benchmark.jsonl.gz]
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeText } from '../../src/content/decode.ts';
import { makeDocument } from '../../src/content/document.ts';
import { extractText, maxNestingDepth } from '../../src/content/extract.ts';
import { identifyLanguage, scanPage } from '../../src/content/index.ts';
import { maskPersonalData } from '../../src/content/mask.ts';
import { loadLanguageDetector } from '../../src/crawl/content/language-model.ts';

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function syntheticPage(): string {
  const words =
    'the owner of this garden said that every path may be walked by visitors who keep to it and leave nothing behind'.split(' ');
  let at = 0;
  const sentence = () => {
    const length = 9 + (at % 11);
    const picked = Array.from({ length }, () => {
      at = (at * 7 + 3) % 1009;
      return words[at % words.length]!;
    });
    return `${picked.join(' ')}, as before.`;
  };
  const nav = Array.from(
    { length: 50 },
    (_, index) => `<li class="menu-item"><a href="/section/${index}.html">Section ${index}</a></li>`,
  ).join('\n');
  let body = '';
  while (body.length < 38_000) {
    body += `<div class="block"><p>${Array.from({ length: 5 }, sentence).join(' ')} <a href="/p${at}.html">more</a></p></div>\n`;
  }
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A garden</title><script>${'var x = 1;'.repeat(40)}</script></head>
<body><nav><ul>${nav}</ul></nav><main class="content"><h1>A garden</h1>${body}</main><footer>write to gardener@example.org</footer></body></html>`;
}

const contentType = 'text/html';
const detector = await loadLanguageDetector();
const limits = { maxDepth: maxNestingDepth };

function measure(name: string, bodies: readonly Uint8Array[], rounds: number): void {
  const url = 'https://www.example.ch/a';
  const texts = bodies.map(body => decodeText(body, contentType).text);
  const mains = texts.map(text => {
    const extracted = extractText(text, limits);
    return extracted === 'too-deep' ? '' : extracted.text;
  });
  const stages: readonly (readonly [string, (index: number) => unknown])[] = [
    ['scan', index => scanPage(bodies[index]!, contentType, url)],
    ['decode', index => decodeText(bodies[index]!, contentType)],
    ['extract', index => extractText(texts[index]!, limits)],
    ['mask', index => maskPersonalData(mains[index]!, 'CH')],
    ['language', index => identifyLanguage(mains[index]!, detector)],
    ['makeDocument', index => makeDocument({ body: bodies[index]!, contentType, url, detector })],
  ];
  const meanKb = bodies.reduce((sum, body) => sum + body.byteLength, 0) / bodies.length / 1024;
  const figures = stages.map(([stage, run]) => {
    bodies.forEach((_, index) => void run(index));
    const before = cpuMs();
    for (let round = 0; round < rounds; round += 1) bodies.forEach((_, index) => void run(index));
    return `${stage} ${((cpuMs() - before) / rounds / bodies.length).toFixed(3)}`;
  });
  process.stdout.write(`${name} (${meanKb.toFixed(0)} KB): CPU ms/page  ${figures.join('  ')}\n`);
}

const file = process.argv[2];
if (file) {
  const bodies = gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => Buffer.from((JSON.parse(line) as { html: string }).html));
  measure('article pages', bodies, 2);
}
measure('synthetic page', [Buffer.from(syntheticPage())], 300);
