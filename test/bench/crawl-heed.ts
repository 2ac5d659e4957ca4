// One contender of crawl.ts: the ordinary crawl command's own path, with its stages timed. Arguments: a JSON object {out, port, seeds, isTextOff}.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Contest } from './crawl.ts';

// The compiled code, as `npx heed` runs it.
const built = (path: string): string => new URL(`../../dist/${path}.js`, import.meta.url).href;
const { runCrawl } = (await import(built('cli/commands/crawl'))) as typeof import('../../src/cli/commands/crawl.ts');
const { terminal } = (await import(built('cli/talk/terminal'))) as typeof import('../../src/cli/talk/terminal.ts');
const { readSettings } = (await import(built('settings/index'))) as typeof import('../../src/settings/index.ts');
type Wrap = NonNullable<NonNullable<Parameters<typeof runCrawl>[4]>['wrapContent']>;

/** Everything but the text: links are read, what would be kept ends as `empty`. */
const withoutText: Wrap = reader => ({
  close: reader.close,
  read: async task => ({
    ...(await reader.read({ ...task, isKept: false })),
    made: task.isKept ? { outcome: 'empty' } : null,
  }),
});

const { out, port, seeds, isTextOff } = JSON.parse(process.argv[2] ?? '') as Contest;
const { config } = readSettings({
  flags: {
    ...{ out, resolve: [`*.test=127.0.0.1:${port}`], 'allow-private-network': true, delay: 0, 'defer-limit': 1_000 },
    ...{ operator: 'bench', contact: 'https://heed.test/bot' },
  },
  environment: {},
});
const lag = monitorEventLoopDelay({ resolution: 10 });
lag.enable();
const measuring = { isTimed: true, ...(isTextOff ? { wrapContent: withoutText } : {}) };
const { pagesFetched, counts, stages } = await runCrawl(config, out, seeds, terminal({ json: true, quiet: true }), measuring);
lag.disable();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({
    pages: pagesFetched,
    kept: counts.byDisposition.keep ?? 0,
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
    rssMb: maxRSS / 1_024,
    // The resolution itself is part of each sample.
    lagMs: { p50: lag.percentile(50) / 1e6 - 10, p99: lag.percentile(99) / 1e6 - 10, max: lag.max / 1e6 - 10 },
    stages,
  }),
);
