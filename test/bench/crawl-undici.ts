// A contender of crawl.ts: the least that is a crawl. undici fetches, a SAX pass finds the links, a set knows what was seen, robots-parser is obeyed, one
// request per host at a time; nothing is written. Arguments: a JSON object {port, seeds, maxPages}.
import { gunzipSync } from 'node:zlib';
import { Parser } from 'htmlparser2';
import robotsParser, { type Robot } from 'robots-parser';
import { Agent, request } from 'undici';
import type { Contest } from './crawl.ts';

const { port, seeds, maxPages } = JSON.parse(process.argv[2] ?? '') as Contest;
// Its types declare a default export, it is CommonJS: under nodenext the callable sits on either.
const readRobots = robotsParser as unknown as (url: string, body: string) => Robot;
const slots = 64;
const agent = new Agent({
  connect: {
    lookup: (_name, options, done) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  },
  connections: 1,
});
const rules = new Map<string, Robot>();
const seen = new Set<string>();
const queues = new Map<string, string[]>();
const ready: string[] = [];
let pages = 0;
let kept = 0;
let running = 0;

function offer(url: string): void {
  if (seen.has(url)) return;
  seen.add(url);
  const { host } = new URL(url);
  const queue = queues.get(host);
  if (queue) queue.push(url);
  else {
    queues.set(host, [url]);
    ready.push(host);
  }
}

async function get(url: string): Promise<{ status: number; type: string; location: string; body: Buffer }> {
  const { statusCode, headers, body } = await request(url, { dispatcher: agent, headers: { 'accept-encoding': 'gzip' } });
  const octets = Buffer.from(await body.arrayBuffer());
  const isPacked = headers['content-encoding'] === 'gzip';
  return {
    status: statusCode,
    type: String(headers['content-type'] ?? ''),
    location: String(headers.location ?? ''),
    body: isPacked ? gunzipSync(octets) : octets,
  };
}

async function visit(url: string): Promise<void> {
  const { origin } = new URL(url);
  let robot = rules.get(origin);
  if (robot === undefined) {
    const { status, body } = await get(`${origin}/robots.txt`);
    robot = readRobots(`${origin}/robots.txt`, status === 200 ? body.toString() : '');
    rules.set(origin, robot);
  }
  if (robot.isAllowed(url, 'bench') === false) return;
  pages++;
  const { status, type, location, body } = await get(url);
  if (location !== '') offer(new URL(location, url).href);
  if (status !== 200 || !type.includes('html')) return;
  kept++;
  const parser = new Parser({
    onopentag: (name, { href }) => {
      const link = name === 'a' && href !== undefined ? URL.parse(href, url) : null;
      if (link?.protocol !== 'http:') return;
      link.hash = '';
      offer(link.href);
    },
  });
  parser.write(body.toString());
  parser.end();
}

await new Promise<void>(done => {
  const fill = (): void => {
    while (running < slots && pages + running < maxPages) {
      const host = ready.shift();
      if (host === undefined) break;
      const queue = queues.get(host) as string[];
      running++;
      void visit(queue.shift() as string)
        .catch(() => {})
        .finally(() => {
          running--;
          if (queue.length > 0) ready.push(host);
          else queues.delete(host);
          fill();
        });
    }
    if (running === 0) done();
  };
  for (const seed of seeds) offer(seed.replace(/\/$/, `:${port}/`));
  fill();
});
await agent.close();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ pages, kept, cpuMs: (userCPUTime + systemCPUTime) / 1_000, rssMb: maxRSS / 1_024 }));
