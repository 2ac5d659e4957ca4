import { fstatSync } from 'node:fs';
import type { Command } from 'commander';
import { readAuditList } from '../../audit/index.ts';
import { type Config, type ConfigKey, configKeys, readSettings } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../main.ts';
import { collect, command, terminalOf } from './command.ts';
import { addConfigFlags, givenFlags } from './config-flags.ts';
import { runCrawl } from './crawl.ts';
import { summaryTable } from './summary.ts';

/** What of the configuration asking for front pages has no use for. */
const otherKeys: ReadonlySet<ConfigKey> = new Set<ConfigKey>([
  ...(['seeds', 'source', 'category', 'scope', 'max-pages', 'max-pages-per-origin', 'max-pages-per-domain'] as const),
  ...(['max-depth', 'max-links', 'include', 'exclude', 'drop-parameters', 'nofollow', 'follow-refresh', 'traps'] as const),
  ...(['max-path-segments', 'max-siblings', 'content-threads', 'content-memory', 'render', 'browser', 'render-timeout'] as const),
  ...(['render-concurrency', 'render-requests', 'render-bytes', 'sitemaps', 'max-sitemap-urls', 'due', 'addresses'] as const),
]);

/** A front page is one of many, and most that do not answer never will. */
const deferLimitMs = 60_000;

export const auditCommand = (exit: Exit): Command =>
  addConfigFlags(
    command('audit', 'who opted out: what many domains declare, and their front pages; no text is kept'),
    configKeys.filter(key => otherKeys.has(key)),
  )
    .argument('[domain...]', 'hosts, origins or URLs')
    .option(
      '--domains <file|->',
      'list of domains: lines, `rank,domain`, CSV with named columns, JSON Lines or Parquet of a corpus (repeatable)',
      collect,
    )
    .addHelpText(
      'after',
      `
The same command again goes on with an audit that was interrupted.

Examples:
  heed audit site.example other.example --out audit --contact https://example.org/bot
  heed audit --domains tranco.csv --out audit --contact https://example.org/bot
  head -1000 tranco.csv | heed audit --out audit --contact https://example.org/bot`,
    )
    .action(async (named: string[], options, self: Command) => {
      const terminal = terminalOf(options);
      const { config, from } = readSettings({ flags: givenFlags(self), environment: process.env, file: options.config });
      if (config.out === undefined)
        throw new CodedError('ERR_OUT_MISSING', exitCodes.usage, 'where should the audit lie?', { next: 'pass --out DIR' });
      const files: readonly string[] = options.domains ?? (named.length === 0 && isPiped() ? ['-'] : []);
      const list = readAuditList({ named, files, standardInput: process.stdin });
      const isGiven = named.length + files.length > 0;
      const asked: Config = from['defer-limit'] === 'default' ? { ...config, 'defer-limit': deferLimitMs } : config;
      const summary = await runCrawl(auditConfig(asked), config.out, [], terminal, {
        audit: { entries: isGiven ? list.entries : undefined },
      });
      exit.code =
        summary.ended === 'interrupted' ? exitCodes.interruptedSoftly : summary.faults > 0 ? exitCodes.internal : exitCodes.ok;
      if (terminal.isJson) await terminal.data(`${JSON.stringify(summary)}\n`);
      else await terminal.data(summaryTable(summary, terminal));
    });

/** One front page a domain, wherever its redirects lead; nothing of it is kept but its proof. */
const auditConfig = (config: Config): Config => ({
  ...config,
  ...{ scope: 'any', 'max-depth': 0, render: 'never', sitemaps: false, traps: false, nofollow: true, category: [] },
  ...{ include: [], exclude: [], 'drop-parameters': [], 'max-pages': undefined, 'max-pages-per-origin': undefined },
  'max-pages-per-domain': undefined,
});

/** Something was written into our standard input, or put in its place. */
function isPiped(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}
