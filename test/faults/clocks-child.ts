// One crawl or recheck of a dataset in a process that a test kills: `node clocks-child.ts '{"what":"recheck","out":…,"port":…,"day":…,"random":…}'`.
import { crawl, recheck } from '../../src/crawl/index.ts';
import { loadAgents, loadPolicy, readSettings } from '../../src/settings/index.ts';

export interface ClocksJob {
  readonly what: 'crawl' | 'recheck';
  readonly out: string;
  readonly port: number;
  readonly day: number;
  readonly random: string;
  readonly seeds?: readonly string[];
}

const { what, out, port, day, random, seeds = [] } = JSON.parse(process.argv[2] ?? '') as ClocksJob;
const { config } = readSettings({
  flags: {
    ...{ contact: 'https://heed.test/bot', 'allow-private-network': true, delay: 0, resolve: [`*.test=127.0.0.1:${port}`] },
    ...{ 'content-threads': 0, 'defer-limit': '600ms', 'adaptive-delay': 0, concurrency: 4 },
  },
  environment: {},
});
const common = {
  ...{ config, out, random, agents: loadAgents(), software: { name: 'heed', version: '0.0.0' } },
  identity: { product: 'heed', version: '0.0.0', contact: 'https://heed.test/bot' },
  wallClock: () => Date.now() + day * 24 * 3_600_000,
  stop: new AbortController().signal,
} as const;
const summary =
  what === 'crawl'
    ? await crawl({ ...common, seeds, policy: loadPolicy('standard') })
    : await recheck({ ...common, olderThanMs: 0, pages: 2 });
console.log(JSON.stringify({ resumed: summary.resumed, ended: summary.ended }));
