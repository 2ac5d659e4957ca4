import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type CrawlEvent, type CrawlSummary, crawl } from '../../src/crawl/index.ts';
import { loadAgents, loadPolicy, readSettings } from '../../src/settings/index.ts';
import { type ProvenanceRecord, readProvenance } from '../../src/store/index.ts';

/** When all tests of a file are over: some run side by side, and then no test is the current one. */
const cleaning: (() => void)[] = [];
afterAll(() => {
  for (const clean of cleaning.splice(0)) clean();
});

/** A folder of the test file's own, removed at its end. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heed-faults-'));
  cleaning.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Said {
  readonly status?: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SmallWeb {
  readonly port: number;
  /** `host/path`, in order. */
  readonly asked: readonly { readonly place: string; readonly startedAt: number; endedAt: number }[];
  url(place: string): string;
}

/** Answers by `host/path`, without a port; 404 where it says nothing, never where it says `hang`. Each answer closes its connection. */
export async function smallWeb(
  says: (place: string) => Said | 'hang' | undefined,
  { before = () => undefined }: { before?: (place: string) => Promise<unknown> | undefined } = {},
): Promise<SmallWeb> {
  const asked: { place: string; startedAt: number; endedAt: number }[] = [];
  const server = createServer(async (request, response) => {
    const place = `${(request.headers.host ?? '').split(':')[0]}${request.url}`;
    const entry = { place, startedAt: performance.now(), endedAt: Number.POSITIVE_INFINITY };
    asked.push(entry);
    await before(place);
    const said = says(place) ?? { status: 404 };
    if (said === 'hang') return;
    response.on('close', () => {
      entry.endedAt = performance.now();
    });
    response.writeHead(said.status ?? 200, { connection: 'close', ...said.fields }).end(said.body ?? '');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleaning.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, asked, url: place => `http://${place.replace('/', `:${port}/`)}` };
}

export const page = (name: string, ...links: readonly string[]): Said => ({
  fields: { 'content-type': 'text/html' },
  body: `<title>${name}</title><article><p>${`The ${name} has a story of its own, told at length so that it counts as text. `.repeat(
    12,
  )}</p>${links.map(link => `<a href="${link}">on</a>`).join(' ')}</article>`,
});

export const robots = (body: string): Said => ({ fields: { 'content-type': 'text/plain' }, body });

/** A host whose home page leads to `count` others, one after the other; nothing else is there. */
export const chain =
  (count: number) =>
  (place: string): Said | undefined => {
    const [, host = '', path = ''] = /^([^/]+)\/(\d*)$/.exec(place) ?? [];
    const at = Number(path || 0);
    if (host === '' || at > count) return undefined;
    return page(`${host} ${at}`, ...(at < count ? [`/${at + 1}`] : []));
  };

type CrawlOptions = Parameters<typeof crawl>[0];

export const onLoopback = async (): Promise<readonly string[]> => ['127.0.0.1'];

export interface CrawlHere extends Partial<CrawlOptions> {
  readonly web: SmallWeb;
  readonly out: string;
  /** `host/path` */
  readonly places: readonly string[];
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly events?: CrawlEvent[];
}

/** Two runs that begin in one second have names of their own. */
let runs = 0;

/** A crawl in this process, so that its clocks and its name server are the test's. */
export function crawlHere({ web, out, places, flags = {}, events = [], ...options }: CrawlHere): Promise<CrawlSummary> {
  const { config } = readSettings({
    flags: {
      contact: 'https://heed.test/bot',
      'allow-private-network': true,
      port: [web.port],
      delay: 0,
      'defer-limit': '600ms',
      'request-timeout': '2s',
      // A thread takes longer to start than so few pages take to read.
      'content-threads': 0,
      ...flags,
    },
    environment: {},
  });
  return crawl({
    config,
    out,
    seeds: places.map(web.url),
    policy: loadPolicy('standard'),
    agents: loadAgents(),
    identity: { product: 'heed', version: '0.0.0', contact: 'https://heed.test/bot' },
    software: { name: 'heed', version: '0.0.0' },
    random: `run${String(runs++).padStart(3, '0')}`,
    wallClock: Date.now,
    stop: new AbortController().signal,
    lookup: onLoopback,
    nameServerAnswers: async () => false,
    onEvent: event => events.push(event),
    ...options,
  });
}

export async function rowsOf(out: string, unfinished = false): Promise<ReadonlyMap<string, ProvenanceRecord>> {
  const rows = new Map<string, ProvenanceRecord>();
  for await (const { record } of readProvenance(out, unfinished ? { unfinished } : {})) {
    const { host, pathname } = new URL(record.url);
    rows.set(`${host.split(':')[0]}${pathname}`, record);
  }
  return rows;
}

export const reasonsOf = async (out: string, unfinished = false): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries([...(await rowsOf(out, unfinished))].map(([place, { reason }]) => [place, reason]));
