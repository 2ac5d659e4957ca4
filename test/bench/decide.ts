/**
 * How many cases `heed decide` judges per CPU second: warm (the same origin block over and over, as in a crawl of one site) and cold (an origin
 * block nobody has seen before). `node test/bench/decide.ts [cases]`; warm cases are judged five times over, as what the engine compiles at first is none of their cost.
 */
import { lineJudge } from '../../src/cli/commands/decide.ts';
import { loadAgents, loadPolicy } from '../../src/settings/index.ts';

const count = Number(process.argv[2] ?? 20_000);
const named = ['GPTBot', 'CCBot', 'ClaudeBot', 'Bytespider', 'Amazonbot', 'Applebot-Extended', 'Google-Extended'];

const robotsOf = (n: number): string =>
  [
    'User-agent: *',
    ...Array.from({ length: 40 }, (_, i) => `Disallow: /private-${n}-${i}/*.html$`),
    'Crawl-delay: 1',
    ...named.flatMap(agent => ['', `User-agent: ${agent}`, `Disallow: /no-ai-${n}/`]),
    'Sitemap: https://site.example/sitemap.xml',
    '',
  ].join('\n');

const page = `<!doctype html><html><head><meta charset="utf-8"><title>A page</title><meta name="robots" content="max-image-preview:large"></head><body>${'<p>Some text with <a href="/a">links</a>.</p>'.repeat(20)}</body></html>`;

const caseOf = (i: number, origin: number): string =>
  JSON.stringify({
    id: `c${i}`,
    url: `https://site${origin}.example/section/page-${i}.html?lang=en`,
    origin: {
      robots: { status: 200, headers: [['content-type', 'text/plain']], body: robotsOf(origin) },
      tdmrep: {
        status: 200,
        headers: [['content-type', 'application/json']],
        body: `[{"location":"/reserved-${origin}/","tdm-reservation":1}]`,
      },
      aiTxt: { status: 404 },
      trustTxt: { status: 404 },
    },
    response: {
      status: 200,
      headers: [
        ['Content-Type', 'text/html; charset=utf-8'],
        ['X-Robots-Tag', 'noarchive'],
      ],
      body: page,
    },
  });

function measure(name: string, lines: readonly string[], times = 1): void {
  const judgeLine = lineJudge(loadPolicy('standard'), { agents: loadAgents() });
  const started = process.cpuUsage();
  for (let time = 0; time < times; time++) for (const [i, text] of lines.entries()) judgeLine({ text, number: i + 1 });
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  const count = lines.length * times;
  process.stdout.write(
    `${name.padEnd(6)} ${count} cases in ${seconds.toFixed(2)} CPU s: ${Math.round(count / seconds)} cases per CPU s\n`,
  );
}

const cold = Array.from({ length: Math.min(count, 10_000) }, (_, i) => caseOf(i, i));
const warm = Array.from({ length: count }, (_, i) => caseOf(i, 0));
measure('warmup', warm.slice(0, 2_000));
measure('cold', cold);
measure('warm', warm, 5);
