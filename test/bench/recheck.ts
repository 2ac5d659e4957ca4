// What the consent clock costs: a crawl of one page each of many origins, and then a recheck a day later that finds nothing new.
//   node test/bench/recheck.ts [origins, default 10000]
// The server, the crawl and each recheck are processes of their own; a recheck's processor time is that of its whole process.
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { crawl, recheck } from '../../src/crawl/index.ts';
import { loadAgents, loadPolicy, readSettings } from '../../src/settings/index.ts';

const dayMs = 24 * 3_600_000;
const self = fileURLToPath(import.meta.url);
const [mode = '10000', ...rest] = process.argv.slice(2);

function serve(): void {
  const prose = (host: string): string => `The page of ${host} is told at some length, so that it counts as text. `.repeat(20);
  const bodyOf = (host: string, path: string): string | undefined => {
    const index = Number(/\d+/.exec(host)?.[0] ?? 0);
    if (path === '/robots.txt') return `User-agent: *\nDisallow: /private/${index}\n`;
    if (path === '/.well-known/tdmrep.json')
      return index % 5 === 0 ? '[{"location":"/private/*","tdm-reservation":1}]' : undefined;
    return path === '/' ? `<title>${host}</title><article><p>${prose(host)}</p></article>` : undefined;
  };
  let asked = 0;
  let repeated = 0;
  let whole = 0;
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    const path = request.url ?? '/';
    if (path === '/_count') {
      response.end(JSON.stringify({ asked, repeated, whole }));
      asked = repeated = whole = 0;
      seen.clear();
      return;
    }
    asked++;
    const key = hash('sha1', `${host}${path}`).slice(0, 16);
    if (seen.has(key)) repeated++;
    seen.add(key);
    const body = bodyOf(host, path);
    if (body === undefined) return void response.writeHead(404).end();
    const etag = `"${hash('sha1', body).slice(0, 12)}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    whole++;
    const type = path === '/' ? 'text/html' : path.endsWith('.json') ? 'application/json' : 'text/plain';
    response.writeHead(200, { 'content-type': type, etag }).end(body);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
  process.stdin.resume().on('end', () => process.exit(0));
}

async function run(what: 'crawl' | 'recheck', out: string, port: number, origins: number, day: number): Promise<void> {
  const { config } = readSettings({
    flags: {
      ...{ contact: 'https://heed.test/bot', 'allow-private-network': true, delay: 0, resolve: [`*.test=127.0.0.1:${port}`] },
      ...{ 'content-threads': 0, 'adaptive-delay': 0 },
    },
    environment: {},
  });
  const common = {
    ...{ config, out, agents: loadAgents(), software: { name: 'heed', version: '0.0.0' }, random: `bench${day}` },
    identity: { product: 'heed', version: '0.0.0', contact: 'https://heed.test/bot' },
    wallClock: () => Date.now() + day * dayMs,
    stop: new AbortController().signal,
  } as const;
  const seeds = Array.from({ length: origins }, (_, i) => `http://o${i}.test/`);
  const started = performance.now();
  const summary =
    what === 'crawl'
      ? await crawl({ ...common, seeds, policy: loadPolicy('standard') })
      : await recheck({ ...common, olderThanMs: dayMs / 2, pages: 'none' });
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const { ended } = summary;
  const figures = {
    cpuS: (userCPUTime + systemCPUTime) / 1e6,
    wallS: (performance.now() - started) / 1e3,
    rssMb: maxRSS / 1_024,
  };
  console.log(JSON.stringify({ ended, ...('documents' in summary ? summary.documents : {}), ...figures }));
}

/** A mode of this file in a process of its own; its first line. */
async function inProcess(...args: readonly (string | number)[]): Promise<{ line: string; child: ReturnType<typeof spawn> }> {
  const child = spawn(process.execPath, [self, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) return { line, child };
  throw new Error(`${args.join(' ')} said nothing`);
}

async function compare(origins: number): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'heed-recheck-'));
  const { line, child } = await inProcess('serve');
  const { port } = JSON.parse(line) as { port: number };
  const counts = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/_count`)).text();
  try {
    for (const [what, day] of [
      ['crawl', 0],
      ['recheck', 1],
      ['recheck', 2],
    ] as const) {
      const { line: figures } = await inProcess(what, out, port, origins, day);
      console.log(`${what} of ${origins} origins, day ${day}: ${figures} server ${await counts()}`);
    }
  } finally {
    child.stdin?.end();
    rmSync(out, { recursive: true, force: true });
  }
}

if (mode === 'serve') serve();
else if (mode === 'crawl' || mode === 'recheck')
  await run(mode, rest[0] ?? '', Number(rest[1]), Number(rest[2]), Number(rest[3]));
else await compare(Number(mode));
