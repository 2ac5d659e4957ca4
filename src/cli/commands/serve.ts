import type { Command } from 'commander';
import { configKeys, readSettings, serveKeys } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { addConfigFlags, givenFlags } from '../flags/config-flags.ts';
import { identityOf } from '../flags/identity.ts';
import { interruptible } from '../interrupt.ts';
import { command, terminalOf } from './command.ts';

const help = `
The jobs read the same --config, each in a process of its own, one at a time; whatever a crawl needs to know stands there:

  operator: Example Lab
  contact: https://example.org/bot
  seeds: seeds.txt
  schedule:
    crawl: "0 2 * * * Europe/Zurich"
    recheck: "30 */6 * * *"
    compact: "@daily"
    report: "0 7 * * mon"

/healthz and /readyz are for probes, /metrics is for Prometheus, / is for people. Beyond this machine all but the
probes want the secret of --token-file, as Authorization: Bearer or through the form.

Examples:
  heed serve --out dataset --config heed.yaml
  heed serve --out dataset --config heed.yaml --listen 0.0.0.0:9465 --token-file token
  heed serve --out dataset                     the dashboard only`;

/** A job has the grace; what comes on top is for us to see its end. */
const afterGraceMs = 4_000;

const ownKeys: ReadonlySet<string> = new Set([...serveKeys, 'out', 'min-free-disk', 'grace']);

export const serveCommand = (exit: Exit): Command =>
  addConfigFlags(
    command('serve'),
    configKeys.filter(key => !ownKeys.has(key)),
  )
    .addHelpText('after', help)
    .action(async (options, self: Command) => {
      const terminal = terminalOf(options);
      if (options.config === '-') {
        throw new CodedError(
          'ERR_CONFIG_STDIN',
          exitCodes.usage,
          'every job reads the configuration anew, and standard input can be read once',
          {
            next: 'write it into a file and pass --config FILE',
          },
        );
      }
      const { config } = readSettings({ flags: givenFlags(self), environment: process.env, file: options.config });
      if (config.out === undefined) {
        throw new CodedError('ERR_OUT_MISSING', exitCodes.usage, 'which dataset?', { next: 'pass --out DIR' });
      }
      const { schedule = {} } = config;
      if (config.seeds === '-') {
        throw new CodedError(
          'ERR_CONFIG_STDIN',
          exitCodes.config,
          'seeds: every crawl reads them anew, and standard input can be read once',
          {
            next: 'name a file of seeds',
          },
        );
      }
      // Nobody asks anonymously: said now, and not at three in the morning.
      if (schedule.crawl !== undefined || schedule.recheck !== undefined) identityOf(config);
      const { jobsOf } = await import('../serve/jobs.ts');
      const commands = self.parent?.commands ?? [];
      const jobs = jobsOf({ schedule, out: config.out, configFile: options.config, commands });
      let kill = (): void => {};
      const stopping = interruptible(terminal, config.grace + afterGraceMs, () => kill());
      try {
        const { serve } = await import('../serve/serve.ts');
        exit.code = await serve({
          config,
          out: config.out,
          jobs,
          terminal,
          stop: stopping.stop,
          onKill: hard => {
            kill = hard;
          },
        });
      } finally {
        stopping.done();
      }
    });
