// The rival of crawl.ts: Crawlee's CheerioCrawler as its own guide writes it: follow links, obey robots.txt, keep each page's text in its dataset.
// Arguments: a JSON object {out, port, seeds, maxPages}.
import dns from 'node:dns';
import type { Contest } from './crawl.ts';

const { out, port, seeds, maxPages } = JSON.parse(process.argv[2] ?? '') as Contest;
process.env.CRAWLEE_STORAGE_DIR = out;
// The rival has no `--resolve`: every name is loopback, and the port is in the URL (the web's links repeat the port they were asked with).
dns.lookup = ((_name: string, options: unknown, callback: (...answer: unknown[]) => void) => {
  const isAll = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
  const done = typeof options === 'function' ? (options as typeof callback) : callback;
  process.nextTick(() => (isAll ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)));
}) as typeof dns.lookup;

const { CheerioCrawler, Configuration, log, LogLevel } = await import('crawlee');
log.setLevel(LogLevel.OFF);
let pages = 0;
let kept = 0;
const crawler = new CheerioCrawler(
  {
    respectRobotsTxtFile: true,
    maxRequestRetries: 1,
    maxRequestsPerCrawl: maxPages,
    minConcurrency: 64,
    maxConcurrency: 64,
    requestHandler: async ({ $, request, response, enqueueLinks, pushData }) => {
      pages++;
      await enqueueLinks({ strategy: 'all' });
      if (response.statusCode !== 200) return;
      $('script, style, nav, header, footer').remove();
      const text = $('body').text();
      kept++;
      await pushData({ url: request.loadedUrl, title: $('title').text(), language: $('html').attr('lang'), text });
    },
    failedRequestHandler: () => void pages++,
  },
  new Configuration({ storageClientOptions: { localDataDirectory: out } }),
);
await crawler.run(seeds.map(seed => new URL(seed.replace(/\/$/, `:${port}/`)).href));
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ pages, kept, cpuMs: (userCPUTime + systemCPUTime) / 1_000, rssMb: maxRSS / 1_024 }));
