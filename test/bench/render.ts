/**
 * What a page in the browser costs: 60 small applications (a script of 20 KB, one piece of data, a style sheet, six images) on loopback, four in the
 * browser at a time, crawled by heed with and without a browser. CPU time is that of heed's process and of all the browser's, start included
 * (Linux only). Needs `npm run build`.
 *   node test/bench/render.ts [--pages 60] [--rounds 3] [--json]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prose } from '../e2e/render-web.ts';

const budget = { cpuSecondsPerPage: 0.3 };
const ticksPerSecond = 100;

const html = `<!doctype html><html><head><title>Shell</title><link rel="stylesheet" href="/style.css"></head><body><div id="root"></div>
${'<img src="/picture.png">'.repeat(6)}<script src="/bundle.js"></script></body></html>`;
const bundle = `/*${'x'.repeat(20_000)}*/
fetch('/data' + location.pathname + '.json').then(answer => answer.json()).then(({ title, paragraphs }) => {
  const article = document.createElement('article');
  article.append(Object.assign(document.createElement('h1'), { textContent: title }));
  for (const textContent of paragraphs) article.append(Object.assign(document.createElement('p'), { textContent }));
  document.getElementById('root').append(article);
});`;

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  const say = (type: string, body: string, fields: Record<string, string> = {}): void =>
    void response.writeHead(200, { 'content-type': type, ...fields }).end(body);
  if (path.startsWith('/page-')) say('text/html', html);
  else if (path === '/bundle.js') say('text/javascript', bundle, { 'cache-control': 'max-age=600' });
  else if (path.startsWith('/data/'))
    say('application/json', JSON.stringify({ title: path, paragraphs: [1, 2, 3].map(i => prose(path + i)) }));
  else response.writeHead(404).end();
});

/**
 * CPU time of a process and whatever it starts, looked at often: what a renderer used in its last moments may be missing, that nobody waited for it is
 * not. `end` gives seconds.
 */
function watchCpu(root: number): { end(): number } {
  const ticks = new Map<number, number>();
  const look = (): void => {
    const parents = new Map<number, number>();
    const used = new Map<number, number>();
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        parents.set(Number(name), Number(fields[1]));
        used.set(Number(name), Number(fields[11]) + Number(fields[12]));
      } catch {
        // It has ended meanwhile.
      }
    }
    const isOurs = (pid: number): boolean => pid === root || (pid > 1 && isOurs(parents.get(pid) ?? 0));
    for (const [pid, count] of used) if (isOurs(pid)) ticks.set(pid, Math.max(count, ticks.get(pid) ?? 0));
  };
  const timer = setInterval(look, 50);
  return {
    end: () => {
      clearInterval(timer);
      return [...ticks.values()].reduce((sum, count) => sum + count, 0) / ticksPerSecond;
    },
  };
}

interface Figures {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly kept: number;
}

async function crawl(port: number, pages: number, render: 'auto' | 'never'): Promise<Figures> {
  const out = mkdtempSync(join(tmpdir(), 'bench-render-'));
  const seeds = Array.from({ length: pages }, (_, index) => `http://app.test/page-${index}`);
  const bin = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
  const flags = [
    '--resolve',
    `*.test=127.0.0.1:${port}`,
    '--allow-private-network',
    '--delay',
    '0',
    '--contact',
    'https://heed.test/bot',
  ];
  const started = performance.now();
  try {
    const args = [
      bin,
      'crawl',
      ...seeds,
      '--out',
      join(out, 'out'),
      '--json',
      '--render',
      render,
      '--render-concurrency',
      '4',
      ...flags,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const cpu = watchCpu(child.pid ?? 0);
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (code !== 0) throw new Error(`heed ended with ${code}: ${said}`);
    const { counts } = JSON.parse(said) as { counts: { byDisposition: Record<string, number> } };
    return {
      cpuSeconds: cpu.end(),
      wallSeconds: (performance.now() - started) / 1_000,
      kept: counts.byDisposition.keep ?? 0,
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      pages: { type: 'string', default: '60' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  });
  const pages = Number(values.pages);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const rounds: { auto: Figures; never: Figures; perPage: number; marginal: number }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const never = await crawl(port, pages, 'never');
    const auto = await crawl(port, pages, 'auto');
    const perPage = auto.cpuSeconds / pages;
    rounds.push({ auto, never, perPage, marginal: (auto.cpuSeconds - never.cpuSeconds) / pages });
    if (!values.json)
      console.log(
        `${pages} pages, ${auto.kept} kept: ${perPage.toFixed(3)} CPU s a page all in all, ${rounds.at(-1)?.marginal.toFixed(3)} more than without a browser; ` +
          `${auto.wallSeconds.toFixed(1)} s wall (${never.wallSeconds.toFixed(1)} without)`,
      );
  }
  server.close();
  server.closeAllConnections();
  const best = Math.min(...rounds.map(({ perPage }) => perPage));
  const isWithin = best <= budget.cpuSecondsPerPage && rounds.every(({ auto }) => auto.kept === pages);
  if (values.json) console.log(JSON.stringify({ rounds, best, budget, isWithin }));
  else console.log(`budget: ${budget.cpuSecondsPerPage} CPU s a page: ${isWithin ? 'kept' : 'EXCEEDED'}`);
  process.exitCode = isWithin ? 0 : 1;
}
