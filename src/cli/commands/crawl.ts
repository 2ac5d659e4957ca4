import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';

import type { CrawlOptions, CrawlSummary } from '../../crawl/index.ts';
import {
  type Config,
  expandParameters,
  loadAgents,
  loadManifestKey,
  loadOperatorRecords,
  loadPolicy,
  readSettings,
  version,
} from '../../settings/index.ts';

import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { addConfigFlags, givenFlags } from '../flags/config-flags.ts';
import { identityOf } from '../flags/identity.ts';
import { readSeeds } from '../flags/seeds.ts';
import { interruptible } from '../interrupt.ts';
import { summaryTable } from '../talk/crawl-summary.ts';
import { eventLog, tellWarning } from '../talk/event-log.ts';
import { observe } from '../talk/observe.ts';
import { progressPainter } from '../talk/progress-painter.ts';
import type { Terminal } from '../talk/terminal.ts';
import { command, terminalOf } from './command.ts';

export const crawlCommand = (exit: Exit): Command =>
  addConfigFlags(command('crawl'))
    .argument('[url...]', 'seeds')
    .addHelpText(
      'after',
      `
Examples:
  heed crawl https://site.example/ --out dataset --operator "Example Lab" --contact https://example.org/bot
  heed crawl --config heed.yaml --seeds seeds.txt --max-pages 1000`,
    )
    .action(async (urls: string[], _options, self: Command) => {
      const terminal = terminalOf(self.opts());
      const { config } = readSettings({ flags: givenFlags(self), environment: process.env, file: self.opts().config });
      if (config.out === undefined) {
        throw new CodedError('ERR_OUT_MISSING', exitCodes.usage, 'where should the dataset lie?', { next: 'pass --out DIR' });
      }
      const seeds = await readSeeds(urls, config.seeds);
      const summary = await runCrawl(config, config.out, seeds, terminal);
      // Before the summary: nobody may be there to read it.
      exit.code = exitCodeOf(summary, config);
      if (terminal.isJson) await terminal.data(`${JSON.stringify(summary)}\n`);
      else await terminal.data(summaryTable(summary, terminal));
    });

/** @throws CodedError ERR_CONTACT_MISSING (exit 7): nobody crawls anonymously */
export async function runCrawl(
  config: Config,
  out: string,
  seeds: readonly string[],
  terminal: Terminal,
  more: Pick<CrawlOptions, 'audit' | 'isTimed' | 'wrapContent'> = {},
): Promise<CrawlSummary> {
  const identity = identityOf(config);
  const policy = loadPolicy(config.policy);
  const operatorRecords = loadOperatorRecords(config['operator-records'], config['operator-key']);
  warn(config, policy.id, terminal);
  // Loaded only when a crawl begins: the other commands start five times faster without it.
  const { crawl, statisticsTable } = await import('../../crawl/index.ts');
  const observers = await observe(config, { table: statisticsTable, wallClock: Date.now, now: () => performance.now() });
  if (observers.url !== undefined) tellMetrics(observers.url, terminal);
  const painter = progressPainter(terminal, { everyMs: config['progress-every'] });
  const stopping = interruptible(terminal, config.grace);
  let failed: 'failed' | undefined = 'failed';
  try {
    const summary = await crawl({
      // Written out, so that the manifest says which parameters were dropped.
      config: { ...config, 'drop-parameters': expandParameters(config['drop-parameters']) },
      out,
      seeds,
      policy,
      agents: loadAgents(),
      ...(operatorRecords ? { operator: operatorRecords } : {}),
      identity,
      manifestKey: loadManifestKey(config),
      software: { name: 'heed', version },
      random: randomBytes(3).toString('hex'),
      wallClock: Date.now,
      stop: stopping.stop,
      abandon: stopping.abandon,
      onEvent: event => {
        painter.event(event);
        observers.event(event);
      },
      ...more,
    });
    failed = undefined;
    return summary;
  } finally {
    stopping.done();
    painter.done();
    await observers.done(failed);
  }
}

function tellMetrics(url: string, terminal: Terminal): void {
  if (terminal.isJson) eventLog(terminal)({ event: 'metrics.listening', url });
  else terminal.talk(`metrics at ${url}\n`);
}

function warn(config: Config, policyId: string, terminal: Terminal): void {
  const warnings = [
    ...(policyId === 'apertus' ? ['policy apertus fails open: an origin whose robots.txt cannot be reached is kept'] : []),
    ...(config.resolve.length > 0 ? [`--resolve sends ${config.resolve.join(', ')}: recorded in the manifest`] : []),
    ...(config['signing-key'] !== undefined && config['signature-agent'] === undefined
      ? ['signing-key without signature-agent: manifests are signed, requests are not']
      : []),
    ...(config['allow-private-network']
      ? ['--allow-private-network: loopback and private addresses are permitted; recorded in the manifest']
      : []),
  ];
  for (const warning of warnings) tellWarning(warning, terminal);
}

function exitCodeOf(summary: CrawlSummary, config: Config): number {
  if (summary.ended === 'interrupted') return exitCodes.interruptedSoftly;
  // The dataset is whole, every page has its row; that heed failed at one of them is told all the same.
  if (summary.faults > 0) return exitCodes.internal;
  if (!config['strict-exit']) return exitCodes.ok;
  if (Object.keys(summary.counts.byReason).some(reason => reason.startsWith('deferred.'))) return exitCodes.partly;
  return summary.ended === 'limit' ? exitCodes.limit : exitCodes.ok;
}
