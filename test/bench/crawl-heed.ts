// One contender of crawl.ts: the ordinary crawl command's own path, with its stages timed. Arguments: a JSON object {out, port, seeds}.
import type { Contest } from './crawl.ts';

// The compiled code, as `npx heed` runs it.
const built = (path: string): string => new URL(`../../dist/${path}.js`, import.meta.url).href;
const { runCrawl } = (await import(built('cli/commands/crawl'))) as typeof import('../../src/cli/commands/crawl.ts');
const { terminal } = (await import(built('cli/terminal'))) as typeof import('../../src/cli/terminal.ts');
const { readSettings } = (await import(built('settings/index'))) as typeof import('../../src/settings/index.ts');

const { out, port, seeds } = JSON.parse(process.argv[2] ?? '') as Contest;
const { config } = readSettings({
  flags: {
    ...{ out, resolve: [`*.test=127.0.0.1:${port}`], 'allow-private-network': true, delay: 0, 'defer-limit': 1_000 },
    ...{ operator: 'bench', contact: 'https://heed.test/bot' },
  },
  environment: {},
});
const { pagesFetched, counts, stages } = await runCrawl(config, out, seeds, terminal({ json: true, quiet: true }), true);
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const kept = counts.byDisposition.keep ?? 0;
console.log(
  JSON.stringify({ pages: pagesFetched, kept, cpuMs: (userCPUTime + systemCPUTime) / 1_000, rssMb: maxRSS / 1_024, stages }),
);
