import { fstatSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { findAudit, readAuditList, recordsFromEvidence } from '../../audit/index.ts';
import { type Config, type ConfigKey, configKeys, readSettings } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { auditFindings, isOver, type Threshold, threshold } from '../audit-findings.ts';
import { type FinishedAudit, finishAudit, type Measuring, measuring } from '../audit-finish.ts';
import { auditTable } from '../audit-table.ts';
import { bar } from '../bar.ts';
import type { Exit } from '../main.ts';
import type { Terminal } from '../terminal.ts';
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
  ...(['recrawl-min', 'recrawl-max', 'stands'] as const),
]);

/** A front page is one of many, and most that do not answer never will. */
const deferLimitMs = 60_000;

const formats = ['table', 'json'] as const;
type Format = (typeof formats)[number];

const help = `
Each domain is asked for its declarations and one page, https first, then http, then with www. (or without it). The folder then holds
audit.jsonl (a line a domain), summary.json, report.html, tables as CSV and Parquet, and the evidence. The same command again goes on
with an audit that was interrupted; one that is finished is not asked again, only written anew.

--fail-on KIND (repeatable) ends with exit code 4 where there are any, or more than a bound (KIND>N, KIND>P%):
${Object.entries(auditFindings)
  .map(([kind, what]) => `  ${kind.padEnd(14)}${what}`)
  .join('\n')}

Examples:
  heed audit site.example other.example --out audit --contact https://example.org/bot
  heed audit --domains tranco.csv --out audit --contact https://example.org/bot
  head -1000 tranco.csv | heed audit --out audit --contact https://example.org/bot --fail-on 'unreachable>20%'
  heed audit --from-evidence audit --out again`;

interface Options {
  readonly domains?: readonly string[];
  readonly fromEvidence?: string;
  readonly format: Format;
  readonly failOn?: readonly Threshold[];
  readonly config?: string;
}

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
    .option('--from-evidence <dir>', 'measure the stored evidence of an earlier audit again, without asking anybody')
    .addOption(new Option('--format <format>', 'what is printed').choices(formats).default('table'))
    .addOption(new Option('--fail-on <kind>', 'exit 4 where this is found (repeatable)').argParser(threshold))
    .addHelpText('after', help)
    .action(async (named: string[], options: Options, self: Command) => {
      const terminal = terminalOf(self.opts());
      const { config, from } = readSettings({ flags: givenFlags(self), environment: process.env, file: options.config });
      const limit = from['defer-limit'] === 'default' ? deferLimitMs : config['defer-limit'];
      const asked = { ...config, 'defer-limit': limit };
      const ended =
        options.fromEvidence === undefined
          ? await liveAudit(named, options.domains ?? [], asked, terminal)
          : await auditOfEvidence(options.fromEvidence, named, options.domains ?? [], config, terminal);
      exit.code = exitCodeOf(ended, options.failOn ?? []);
      await print(ended, terminal.isJson ? 'json' : options.format, terminal);
    });

export interface EndedAudit {
  /** Where the files lie. */
  readonly out: string;
  readonly run: string;
  /** Of a live audit. */
  readonly crawl?: Awaited<ReturnType<typeof runCrawl>>;
  /** Absent where the audit was interrupted: nothing is said of a part of a list. */
  readonly finished?: FinishedAudit;
}

/** @throws CodedError ERR_CONTACT_MISSING (exit 7): nobody asks anonymously */
async function liveAudit(
  named: readonly string[],
  domains: readonly string[],
  config: Config,
  terminal: Terminal,
): Promise<EndedAudit> {
  const { out } = config;
  if (out === undefined)
    throw new CodedError('ERR_OUT_MISSING', exitCodes.usage, 'where should the audit lie?', { next: 'pass --out DIR' });
  const files = domains.length === 0 && named.length === 0 && isPiped() ? ['-'] : domains;
  const list = readAuditList({ named, files, standardInput: process.stdin });
  const isGiven = named.length + files.length > 0;
  const crawl = await runCrawl(auditConfig(config), out, [], terminal, {
    audit: { entries: isGiven ? list.entries : undefined },
  });
  if (crawl.ended === 'interrupted') return { out, run: crawl.run, crawl };
  const notes = [
    ...(config.resolve.length > 0 ? [`--resolve sent ${config.resolve.join(', ')}`] : []),
    ...(config['allow-private-network'] ? ['private addresses were permitted'] : []),
    ...(list.tokensFrom === 'words' ? ['tokens are words separated by white space'] : []),
  ];
  const finished = await measure(out, out, measuring(config.policy, listName(files), notes), terminal);
  return { out, run: crawl.run, crawl, finished };
}

async function auditOfEvidence(
  evidence: string,
  named: readonly string[],
  domains: readonly string[],
  config: Config,
  terminal: Terminal,
): Promise<EndedAudit> {
  if (named.length + domains.length > 0)
    throw new CodedError('ERR_USAGE', exitCodes.usage, '--from-evidence has the list of the audit it reads', {
      next: 'leave the domains out',
    });
  const out = config.out ?? evidence;
  const { run } = await findAudit(evidence);
  const finished = await measure(evidence, out, measuring(config.policy, undefined), terminal);
  return { out, run, finished };
}

async function measure(evidence: string, out: string, made: Measuring, terminal: Terminal): Promise<FinishedAudit> {
  const { run } = await findAudit(evidence);
  const painter = bar(terminal, 'measuring');
  try {
    const records = recordsFromEvidence(evidence, { run, yardstick: made.yardstick, onProgress: painter.at });
    return await finishAudit(records, out, run, made);
  } finally {
    painter.end();
  }
}

/** One front page a domain, wherever its redirects lead; nothing of it is kept but its proof. */
const auditConfig = (config: Config): Config => ({
  ...config,
  ...{ scope: 'any', 'max-depth': 0, render: 'never', sitemaps: false, traps: false, nofollow: true, category: [] },
  ...{ include: [], exclude: [], 'drop-parameters': [], 'max-pages': undefined, 'max-pages-per-origin': undefined },
  'max-pages-per-domain': undefined,
});

const listName = (files: readonly string[]): string | undefined =>
  files.length === 0 ? undefined : files.map(file => (file === '-' ? 'standard input' : basename(file))).join(', ');

/** Something was written into our standard input, or put in its place. */
function isPiped(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile();
  } catch {
    return false;
  }
}

function exitCodeOf({ crawl, finished }: EndedAudit, thresholds: readonly Threshold[]): number {
  if (crawl?.ended === 'interrupted') return exitCodes.interruptedSoftly;
  if (crawl !== undefined && crawl.faults > 0) return exitCodes.internal;
  if (!finished) return exitCodes.ok;
  const { findings, summary } = finished;
  return thresholds.some(bound => isOver(bound, findings, summary.denominators.all.of)) ? exitCodes.findings : exitCodes.ok;
}

async function print({ out, run, crawl, finished }: EndedAudit, format: Format, terminal: Terminal): Promise<void> {
  if (format === 'json') {
    const { summary, findings } = finished ?? {};
    return terminal.data(
      `${JSON.stringify({ run, out, ...crawl, ...(findings ? { findings } : {}), ...(summary ? { summary } : {}) })}\n`,
    );
  }
  if (finished) return terminal.data(auditTable(finished, out, crawl, terminal));
  if (crawl) return terminal.data(summaryTable(crawl, terminal));
}
