import { existsSync, lstatSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Trend } from '../../assess/index.ts';
import type { CrawlDocument } from '../../report/index.ts';
import { loadAgents, presetNames } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { auditSummaryIn } from '../audit/summary.ts';
import type { Exit } from '../exit.ts';
import type { Terminal } from '../talk/terminal.ts';
import { collect, command, terminalOf } from './command.ts';

const formats = ['html', 'csv', 'json'] as const;
type Format = (typeof formats)[number];
/** Named in the contract, and made by a later version. */
const laterFormats = ['ai-act', 'croissant', 'card'];

export const reportCommand = (_exit: Exit): Command =>
  command('report')
    .argument('<dir>', 'dataset of a crawl, or folder of an audit')
    .addOption(new Option('--format <format>', `one of ${formats.join(', ')}`).default('html').argParser(formatOf))
    .option('--run <run>', 'a run of the dataset (default: the newest)')
    .option(
      '--against <audit>',
      'an earlier audit of the same domains, for the page of an audit (repeatable, the earliest first)',
      collect,
    )
    .option('--output <file|->', 'where it is written (default: a page into the folder, csv and json to stdout)')
    .addHelpText(
      'after',
      `
Of a crawl it is one page, reports/<run>/report.html. Of an audit every output is made again from audit.jsonl.

Examples:
  heed report dataset
  heed report dataset --format csv --output reasons.csv
  heed report audit-2026-11 --against audit-2026-09 --against audit-2026-10
  heed report audit --format json | jq '.figures["optout.any"].reachable'`,
    )
    .action(async (dir: string, options) => {
      const terminal = terminalOf(options);
      const format: Format = terminal.isJson ? 'json' : options.format;
      const asked: Asked = { dir, format, run: options.run, output: options.output, against: options.against ?? [] };
      if (isAudit(dir)) await reportAudit(asked, terminal);
      else await reportCrawl(asked, terminal);
    });

interface Asked {
  readonly dir: string;
  readonly format: Format;
  readonly run: string | undefined;
  readonly output: string | undefined;
  readonly against: readonly string[];
}

function formatOf(value: string): Format {
  if (laterFormats.includes(value))
    throw new CodedError('ERR_NOT_IN_THIS_VERSION', exitCodes.usage, `--format ${value} is not made by this version`, {
      next: `known are ${formats.join(', ')}`,
    });
  const known = formats.find(format => format === value);
  if (known) return known;
  throw new CodedError('ERR_USAGE', exitCodes.usage, `--format: \`${value}\` is none that is known`, {
    next: `known are ${formats.join(', ')}`,
  });
}

const isAudit = (dir: string): boolean => existsSync(join(dir, 'audit.jsonl'));

async function reportAudit({ dir, format, output, run, against }: Asked, terminal: Terminal): Promise<void> {
  if (run !== undefined)
    throw new CodedError('ERR_USAGE', exitCodes.usage, 'a folder of an audit holds one run', { next: 'leave --run out' });
  const { readAuditRecords } = await import('../../audit/index.ts');
  const records = readAuditRecords(join(dir, 'audit.jsonl'));
  const { audit: header, time } = auditSummaryIn(dir);
  const { auditOutputs, trendIn } = await import('../../report/index.ts');
  // What it was once held against stays, until it is held against something else.
  const trend = against.length === 0 ? trendIn(time) : await trendOf([...against, dir]);
  const made = { header, ...(trend ? { trend } : {}), sarif: existsSync(join(dir, 'audit.sarif')) };
  if (format === 'html' && output === undefined) {
    const { writeAuditOutputs } = await import('../audit/outputs.ts');
    await writeAuditOutputs(dir, records, made);
    return terminal.talk(`wrote ${join(dir, 'report.html')} and the tables beside it\n`);
  }
  const wanted = { html: 'report.html', csv: 'figures.csv', json: 'summary.json' }[format];
  const parts: string[] = [];
  await auditOutputs(records, made, {
    text: name => part => {
      if (name === wanted) parts.push(part);
    },
    table: () => ({ add: () => {}, end: () => {} }),
  });
  await give(parts.join(''), output, terminal);
}

/** @param paths of audits, the earliest first */
async function trendOf(paths: readonly string[]): Promise<Trend> {
  const { auditSource, commonOf, compareAudits } = await import('../../audit/index.ts');
  const sources = paths.map(auditSource);
  const { sources: _, ...trend } = await compareAudits(sources, commonOf(sources, loadAgents(), presetNames));
  return trend;
}

async function reportCrawl({ dir, format, output, run, against }: Asked, terminal: Terminal): Promise<void> {
  if (against.length > 0) {
    // An audit that is under way is no crawl: it is not finished.
    await (await import('../../store/index.ts')).newestManifest(dir);
    throw new CodedError('ERR_USAGE', exitCodes.usage, '--against compares audits, and this is a crawl', {
      next: 'leave it out, or name the folder of an audit',
    });
  }
  const { crawlCsv, crawlPage } = await import('../../report/index.ts');
  const document = await crawlDocumentOf(dir, run);
  switch (format) {
    case 'json':
      return give(`${JSON.stringify(document)}\n`, output, terminal);
    case 'csv':
      return give(crawlCsv(document), output, terminal);
    case 'html':
      return give(await crawlPage(document), output ?? join(dir, 'reports', document.run.run, 'report.html'), terminal);
  }
}

/** One pass over the run's rows, and one over its documents for their languages. */
async function crawlDocumentOf(dir: string, run: string | undefined): Promise<CrawlDocument> {
  const { newestManifest, readDocuments, readManifests, readProvenance, StoreError } = await import('../../store/index.ts');
  const { CrawlTally } = await import('../../report/index.ts');
  const stored =
    run === undefined ? await newestManifest(dir) : (await readManifests(dir)).find(({ manifest }) => manifest.run === run);
  if (!stored)
    throw new StoreError('ERR_NO_DATASET', `\`${dir}\` has no finished run \`${run}\`; its manifests say which there are`);
  const { manifest } = stored;
  const tally = new CrawlTally();
  for await (const { record } of readProvenance(dir, { run: manifest.run })) tally.add(record);
  for await (const { record } of readDocuments(dir, { run: manifest.run })) tally.addDocument(record);
  return tally.document(manifest);
}

async function give(text: string, output: string | undefined, terminal: Terminal): Promise<void> {
  if (output === undefined || output === '-') return terminal.data(text);
  const found = lstatSync(output, { throwIfNoEntry: false });
  if (found && !found.isFile()) {
    // A pipe or a device has no half-written state to protect.
    writeFileSync(output, text);
    return;
  }
  const { outputFolder } = await import('../../store/index.ts');
  const path = resolve(output);
  const folder = outputFolder(dirname(path));
  try {
    folder.create(basename(path)).write(text);
    folder.commit();
  } catch (error) {
    folder.discard();
    throw error;
  }
  terminal.talk(`wrote ${output}\n`);
}
