import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type ConfigKey, configKeys, readSettings } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { exceeds } from '../audit/bounds.ts';
import { comparisonWarnings } from '../audit/diff-lines.ts';
import { auditFindings, type Threshold, threshold } from '../audit/findings.ts';
import { showSince } from '../audit/finish.ts';
import { earlierAudit, type Since, since, sinceLines } from '../audit/since.ts';
import { auditOfEvidence, auditOfRobots, type EndedAudit, liveAudit } from '../audit/sources.ts';
import { auditTable } from '../audit/table.ts';
import type { Exit } from '../exit.ts';
import { addConfigFlags, givenFlags } from '../flags/config-flags.ts';
import { summaryTable } from '../talk/crawl-summary.ts';
import { tellWarning } from '../talk/event-log.ts';
import type { Terminal } from '../talk/terminal.ts';
import { collect, command, terminalOf } from './command.ts';

/** What of the configuration asking for front pages has no use for. */
const otherKeys: ReadonlySet<ConfigKey> = new Set<ConfigKey>([
  ...(['seeds', 'source', 'category', 'scope', 'max-pages', 'max-pages-per-origin', 'max-pages-per-domain'] as const),
  ...(['max-depth', 'max-links', 'include', 'exclude', 'drop-parameters', 'nofollow', 'follow-refresh', 'traps'] as const),
  ...(['max-path-segments', 'max-siblings', 'content-threads', 'content-memory', 'render', 'browser', 'render-timeout'] as const),
  ...(['render-concurrency', 'render-requests', 'render-bytes', 'sitemaps', 'max-sitemap-urls', 'due', 'addresses'] as const),
  ...(['recrawl-min', 'recrawl-max', 'email-index', 'stands'] as const),
]);

/** A front page is one of many, and most that do not answer never will. */
const deferLimitMs = 60_000;

const formats = ['table', 'json', 'sarif'] as const;
type Format = (typeof formats)[number];

const help = `
Each domain is asked for its declarations and one page, https first, then http, then with www. (or without it). The folder then holds
audit.jsonl (a line a domain), summary.json, report.html, tables as CSV and Parquet, and the evidence. The same command again goes on
with an audit that was interrupted; one that is finished is not asked again, only written anew. What may answer a little later (429, 5xx, a
time-out) is asked twice within --defer-limit, which is 60 s here unless it is given.

--fail-on KIND (repeatable) ends with exit code 4 where there are any, or more than a bound (KIND>N, KIND>P%):
${Object.entries(auditFindings)
  .map(([kind, what]) => `  ${kind.padEnd(15)}${what}`)
  .join('\n')}

Examples:
  heed audit site.example other.example --out audit --contact https://example.org/bot
  heed audit --domains tranco.csv --out audit --contact https://example.org/bot
  head -1000 tranco.csv | heed audit --out audit --contact https://example.org/bot --fail-on 'unreachable>20%'
  heed audit --from-evidence audit --out again
  heed audit --robots bodies.jsonl.gz --out audit --against audit-of-may`;

interface Options {
  readonly domains?: readonly string[];
  readonly fromEvidence?: string;
  readonly robots?: string;
  readonly against?: string;
  readonly format: Format;
  readonly failOn?: readonly Threshold[];
  readonly config?: string;
}

export const auditCommand = (exit: Exit): Command =>
  addConfigFlags(
    command('audit'),
    configKeys.filter(key => otherKeys.has(key)),
  )
    .argument('[domain...]', 'hosts, origins or URLs')
    .option(
      '--domains <file|->',
      'list of domains: lines, `rank,domain`, CSV with named columns, JSON Lines or Parquet of a corpus (repeatable)',
      collect,
    )
    .option('--from-evidence <dir>', 'measure the stored evidence of an earlier audit again, without asking anybody')
    .option('--robots <file|->', 'measure bodies of robots.txt that are given: JSON Lines of `host` and `text`, plain or gzip')
    .option('--against <dir>', 'also say what changed since an earlier audit')
    .addOption(new Option('--format <format>', 'what is printed').choices(formats).default('table'))
    .addOption(new Option('--fail-on <kind>', 'exit 4 where this is found (repeatable)').argParser(threshold))
    .addHelpText('after', help)
    .action(async (named: string[], options: Options, self: Command) => {
      const terminal = terminalOf(self.opts());
      const { config, from } = readSettings({ flags: givenFlags(self), environment: process.env, file: options.config });
      const limit = from['defer-limit'] === 'default' ? deferLimitMs : config['defer-limit'];
      const { fromEvidence, robots, against, failOn = [] } = options;
      if (fromEvidence !== undefined && robots !== undefined)
        throw new CodedError('ERR_USAGE', exitCodes.usage, '--from-evidence and --robots are two audits', { next: 'choose one' });
      const out = config.out ?? fromEvidence;
      if (against !== undefined && out !== undefined && resolve(dirOf(against)) === resolve(out))
        throw new CodedError('ERR_USAGE', exitCodes.usage, 'an audit is not earlier than itself', {
          next: 'keep the earlier one in a folder of its own, and name that',
        });
      const earlier = against === undefined ? undefined : earlierAudit(against);
      const input = {
        ...{ named, domains: options.domains ?? [], terminal, sarif: options.format === 'sarif' },
        config: { ...config, 'defer-limit': limit },
      };
      const ended =
        fromEvidence !== undefined
          ? await auditOfEvidence(fromEvidence, input)
          : robots !== undefined
            ? await auditOfRobots(robots, input)
            : await liveAudit(input);
      const changes = earlier && ended.finished ? await since(earlier, ended.out) : undefined;
      if (changes && ended.finished) await showSince(ended.finished, ended.out, changes, options.format === 'sarif');
      exit.code = exitCodeOf(ended, failOn, config['strict-exit']);
      await print(ended, changes, terminal.isJson ? 'json' : options.format, terminal);
    });

/** @param audit a folder, or the file of lines in it */
const dirOf = (audit: string): string => (/\.jsonl(\.gz)?$/.test(audit) ? dirname(audit) : audit);

function exitCodeOf(
  { crawl, finished, badLines = 0, faults }: EndedAudit,
  thresholds: readonly Threshold[],
  isStrict: boolean,
): number {
  if (crawl?.ended === 'interrupted') return exitCodes.interruptedSoftly;
  if (faults + (crawl?.faults ?? 0) > 0) return exitCodes.internal;
  if (!finished) return exitCodes.ok;
  const { findings, summary } = finished;
  if (thresholds.some(bound => exceeds(bound, findings, summary.denominators.all.of))) return exitCodes.findings;
  if (badLines > 0) return exitCodes.usage;
  return isStrict && findings.unreachable > 0 ? exitCodes.partly : exitCodes.ok;
}

async function print(ended: EndedAudit, changes: Since | undefined, format: Format, terminal: Terminal): Promise<void> {
  const { out, run, crawl, finished, badLines, faults } = ended;
  if (format === 'sarif' && finished) return terminal.data(readFileSync(join(out, 'audit.sarif'), 'utf8'));
  if (format === 'json') {
    for (const warning of changes ? comparisonWarnings(changes) : []) tellWarning(warning, terminal);
    const bad = badLines === undefined ? {} : { bad_lines: badLines };
    const failed = faults > 0 ? { faults: faults + (crawl?.faults ?? 0) } : {};
    const said = { run, out, ...crawl, ...bad, ...finished, ...failed };
    return terminal.data(`${JSON.stringify({ ...said, ...(changes ? { since: changes } : {}) })}\n`);
  }
  if (finished) await terminal.data(auditTable(finished, out, crawl, terminal));
  else if (crawl) await terminal.data(summaryTable(crawl, terminal));
  if (changes) await terminal.data(`\n${sinceLines(changes, terminal)}`);
}
