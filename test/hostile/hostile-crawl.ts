import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DocumentRow, type ProvenanceRecord, readDocuments, readProvenance } from '../../src/store/index.ts';
import { bin, ended, environment, node, root } from '../e2e/run-heed.ts';
import { type HostileCase, urlOf } from './case.ts';
import { authority } from './certificates.ts';
import { type HostileWeb, startHostileWeb } from './server.ts';

export interface HostileCrawl {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly records: ReadonlyMap<string, ProvenanceRecord>;
  readonly documents: ReadonlyMap<string, DocumentRow>;
  readonly web: Pick<HostileWeb, 'port' | 'requests' | 'connections'>;
  readonly peakMiB: number;
  readonly elapsedMs: number;
}

/** Every limit as small as the rows allow, so that what hangs is over soon. */
const limits = [
  ...['--request-timeout', '3s', '--defer-limit', '10s', '--max-delay', '500ms', '--delay', '0', '--max-bytes', '1MiB'],
  ...['--concurrency', '16', '--content-threads', '1', '--content-memory', '64MiB', '--max-held-bytes', '8MiB'],
];
/** As in a container of 400 MiB: what is only waiting to be collected is collected. */
const nodeFlags = ['--max-old-space-size=96', '--max-semi-space-size=2'];
/** glibc keeps what is freed in as many heaps as there are threads, unless it is told otherwise. */
const allocator = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };
const peakModule = fileURLToPath(new URL('./peak-memory.ts', import.meta.url));

export interface CrawlOptions {
  readonly folder: string;
  readonly cases: readonly HostileCase[];
  readonly others?: readonly string[];
  /** Without it no private address may be asked, the web itself included. */
  readonly isPrivateAllowed: boolean;
  readonly flags?: readonly string[];
}

/** One real crawl of the hostile web by the command line, in a process of its own. */
export async function crawlHostileWeb({
  folder,
  cases,
  others = [],
  isPrivateAllowed,
  flags = [],
}: CrawlOptions): Promise<HostileCrawl> {
  const web = await startHostileWeb(cases);
  const closed = cases.filter(({ isClosed }) => isClosed).flatMap(({ id }) => ['--resolve', `${id}.test=127.0.0.1:1`]);
  mkdirSync(folder, { recursive: true });
  const [seeds, out, peak, trusted] = ['seeds.txt', 'out', 'peak', 'authority.pem'].map(name => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  writeFileSync(seeds, [...cases.map(one => urlOf(one, web.port)), ...others].join('\n'));
  writeFileSync(trusted, authority);
  const args = ['crawl', '--seeds', seeds, '--out', out, '--contact', 'https://heed.test/bot', ...limits, ...closed, '--json'];
  const reach = isPrivateAllowed
    ? ['--allow-private-network', '--resolve', `*.test=127.0.0.1:${web.port}`]
    : ['--port', String(web.port)];
  const startedAt = performance.now();
  try {
    const child = spawn(node, [...nodeFlags, '--import', peakModule, bin, ...args, ...reach, ...flags], {
      cwd: root,
      env: {
        ...environment(),
        ...allocator,
        PEAK_FILE: peak,
        NODE_EXTRA_CA_CERTS: trusted,
      },
    });
    const { code, stdout, stderr } = await ended(child);
    const elapsedMs = performance.now() - startedAt;
    const records = new Map<string, ProvenanceRecord>();
    const documents = new Map<string, DocumentRow>();
    if (code === 0) {
      for await (const { record } of readProvenance(out)) records.set(record.url, record);
      for await (const { record } of readDocuments(out)) documents.set(record.url, record);
    }
    const { port, requests, connections } = web;
    const peakMiB = existsSync(peak) ? Number(readFileSync(peak, 'utf8')) / 1_024 : Number.NaN;
    return { code, stdout, stderr, records, documents, web: { port, requests: [...requests], connections }, peakMiB, elapsedMs };
  } finally {
    await web.close();
  }
}
