import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { RecheckOptions, RecheckSummary } from '../../crawl/index.ts';
import {
  type Config,
  loadAgents,
  loadManifestKey,
  loadOperatorRecords,
  loadPolicy,
  parsePeriod,
  readSettings,
  version,
} from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { addConfigFlags, givenFlags, pageKeys } from '../flags/config-flags.ts';
import { identityOf } from '../flags/identity.ts';
import { interruptible } from '../interrupt.ts';
import { progressPainter } from '../talk/progress-painter.ts';
import type { Terminal } from '../talk/terminal.ts';
import { command, terminalOf } from './command.ts';

export const recheckCommand = (exit: Exit): Command =>
  addConfigFlags(command('recheck'), [...pageKeys, 'stats', 'metrics', 'debug-url'])
    .option('--older-than <period>', 'ask again what was asked or confirmed longer ago: 12h, 1d', '12h')
    .option('--all', 'ask for every declaration, however fresh it is')
    .option('--pages <none|sample:N|all>', 'also ask pages, N of each origin or all, for what they themselves refuse', 'none')
    .addHelpText(
      'after',
      `
A recheck judges with the policy and the operator records of the newest crawl unless others are named. It adds nothing: what is allowed by now is for
the next crawl. It needs no crawl to be finished: while one that was interrupted waits, what that has kept so far is checked, too, and it goes on with
what the origins declare by then. While a crawl runs, a recheck has to wait for it. The default of --older-than lets a recheck a day ask for every declaration every day.

Examples:
  heed recheck --out dataset --contact https://example.org/bot
  heed recheck --config heed.yaml --pages sample:5`,
    )
    .action(async (_options, self: Command) => {
      const options = self.opts();
      const terminal = terminalOf(options);
      const { config, from } = readSettings({ flags: givenFlags(self), environment: process.env, file: options.config });
      if (config.out === undefined) {
        throw new CodedError('ERR_OUT_MISSING', exitCodes.usage, 'which dataset is to be rechecked?', { next: 'pass --out DIR' });
      }
      const summary = await runRecheck(
        config,
        config.out,
        {
          ...(from.policy === 'default' ? {} : { policy: loadPolicy(config.policy) }),
          olderThanMs: options.all ? 0 : parsePeriod('--older-than', options.olderThan),
          pages: parsePages(options.pages),
        },
        terminal,
      );
      exit.code = exitCodeOf(summary, config);
      await terminal.data(terminal.isJson ? `${JSON.stringify(summary)}\n` : summaryText(summary, terminal));
    });

/** @throws CodedError ERR_CONTACT_MISSING (exit 7): nobody asks anonymously */
export async function runRecheck(
  config: Config,
  out: string,
  what: Pick<RecheckOptions, 'policy' | 'olderThanMs' | 'pages'>,
  terminal: Terminal,
): Promise<RecheckSummary> {
  const identity = identityOf(config);
  const operatorRecords = loadOperatorRecords(config['operator-records'], config['operator-key']);
  const { recheck } = await import('../../crawl/index.ts');
  const painter = progressPainter(terminal);
  const stopping = interruptible(terminal, config.grace);
  try {
    return await recheck({
      ...{ config, out, identity, agents: loadAgents(), software: { name: 'heed', version } },
      ...(operatorRecords ? { operator: operatorRecords } : {}),
      manifestKey: loadManifestKey(config),
      ...{ random: randomBytes(3).toString('hex'), wallClock: Date.now, stop: stopping.stop, abandon: stopping.abandon },
      onEvent: painter.event,
      ...what,
    });
  } finally {
    stopping.done();
    painter.done();
  }
}

function parsePages(text: string): RecheckOptions['pages'] {
  if (text === 'none' || text === 'all') return text;
  const count = /^sample:([1-9]\d{0,6})$/.exec(text)?.[1];
  if (count !== undefined) return Number(count);
  throw new CodedError('ERR_PAGES', exitCodes.usage, `\`--pages ${text}\` names no pages`, {
    next: 'write none, all, or sample:5 for five of each origin',
  });
}

function exitCodeOf({ ended, origins, faults }: RecheckSummary, config: Config): number {
  if (ended === 'interrupted') return exitCodes.interruptedSoftly;
  if (faults > 0) return exitCodes.internal;
  return config['strict-exit'] && origins.unreachable > 0 ? exitCodes.partly : exitCodes.ok;
}

function summaryText(
  { run, out, ended, beside, origins, documents, pages, faults, counts, politeness, manifest }: RecheckSummary,
  terminal: Terminal,
): string {
  const { style } = terminal;
  const reasons = Object.entries(counts.byReason).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return [
    `run ${run} ${ended === 'finished' ? 'finished' : 'interrupted; run the same command again to go on'}`,
    `${origins.checked} origins checked, ${origins.unreachable} could not be reached${politeness ? `, ${politeness.requests} requests` : ''}`,
    `${documents.judged} documents judged again, ${style(documents.withdrawn > 0 ? 'red' : 'green', `${documents.withdrawn} withdrawn`)}`,
    ...(pages.asked > 0 ? [`${pages.asked} pages asked, ${pages.confirmed} of them not modified`] : []),
    ...(faults > 0
      ? [
          style(
            'red',
            `heed itself failed at ${faults} of them: their documents stand for a while and no longer; please report it`,
          ),
        ]
      : []),
    ...reasons.map(([reason, count]) => `  ${String(count).padStart(7)}  ${reason}`),
    ...(manifest ? [`dataset ${out}, ${manifest}`] : []),
    ...(beside ? [`crawl ${beside} is not finished: what it has kept so far was checked, too; go on with heed crawl`] : []),
    ...(documents.withdrawn > 0 ? [`take them out of the shards: heed compact --out ${out}`] : []),
    '',
  ].join('\n');
}
