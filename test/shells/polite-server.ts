// A web that keeps a log of its own, in a process of its own: the witness of how a crawl behaves. Says its port on stdout and, when its stdin ends,
// its log. Every host has a home page that links to `pages - 1` others; `/robots.txt` allows everything.
//   node test/shells/polite-server.ts '{"pages":10,"workMs":20}'
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PoliteWeb, Seen } from './polite-web.ts';

const { pages = 10, workMs = 0, links = {}, failing = {}, crawlDelay } = JSON.parse(process.argv[2] ?? '{}') as PoliteWeb;
const seen: Seen[] = [];
const now = (): number => performance.timeOrigin + performance.now();
const failures = new Map<string, number>();
const prose = (name: string): string =>
  `The page ${name} says something of its own about this and that, at some length. `.repeat(6);

function answer(host: string, path: string): { status: number; fields: Record<string, string>; body: string } {
  const place = `${host}${path}`;
  const fails = failing[place];
  const failed = failures.get(place) ?? 0;
  if (fails && failed < fails.times) {
    failures.set(place, failed + 1);
    return { status: fails.status, fields: fails.retryAfter === undefined ? {} : { 'retry-after': fails.retryAfter }, body: '' };
  }
  if (path === '/robots.txt') {
    const delay = crawlDelay === undefined ? '' : `Crawl-delay: ${crawlDelay}\n`;
    return { status: 200, fields: { 'content-type': 'text/plain' }, body: `User-agent: *\n${delay}Allow: /\n` };
  }
  if (!/^\/(\d+)?$/.test(path) || Number(path.slice(1)) >= pages) return { status: 404, fields: {}, body: '' };
  const own = path === '/' ? Array.from({ length: pages - 1 }, (_, i) => `/${i + 1}`) : [];
  const anchors = [...own, ...(links[place] ?? [])].map(href => `<a href="${href}">on</a>`).join(' ');
  const body = `<title>${place}</title><article><p>${prose(place)}</p>${anchors}</article>`;
  return { status: 200, fields: { 'content-type': 'text/html' }, body };
}

const server = createServer((request, response) => {
  const entry: Seen = {
    ...{ host: request.headers.host ?? '', path: request.url ?? '', status: 0 },
    ...{ startedMs: now(), endedMs: Number.POSITIVE_INFINITY },
  };
  seen.push(entry);
  const { status, fields, body } = answer(entry.host, entry.path);
  setTimeout(() => {
    // The moment before the answer leaves: what the crawler counts from is later.
    Object.assign(entry, { status, endedMs: now() });
    response.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(body) }).end(body);
  }, workMs);
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
process.stdin.resume().on('end', () => {
  console.log(JSON.stringify(seen));
  server.close();
  server.closeAllConnections();
});
