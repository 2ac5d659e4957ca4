/** The three ways to the records of an audit: by asking, from what was answered once, and from bodies that somebody else collected. */
import { existsSync, fstatSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { AuditRecord } from '../../assess/index.ts';
import { findAudit, readAuditList, recordsFromEvidence, recordsFromRobots } from '../../audit/index.ts';
import type { Config } from '../../settings/index.ts';
import type { AuditListTold } from '../../store/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { runCrawl } from '../commands/crawl.ts';
import { bar } from '../talk/bar.ts';
import { tellWarning } from '../talk/event-log.ts';
import { plain, type Terminal } from '../talk/terminal.ts';
import { type FinishedAudit, finishAudit, type Measuring, measuring } from './finish.ts';
import { toldBefore } from './summary.ts';

export interface EndedAudit {
  /** Where the files lie. */
  readonly out: string;
  readonly run: string;
  /** Of a live audit. */
  readonly crawl?: Awaited<ReturnType<typeof runCrawl>>;
  /** Lines of `--robots` that could not be used. */
  readonly badLines?: number;
  /** Domains that heed itself failed to measure; their lines say so. */
  readonly faults: number;
  /** Absent where the audit was interrupted: nothing is said of a part of a list. */
  readonly finished?: FinishedAudit;
}

export interface AuditInput {
  readonly named: readonly string[];
  /** Files of domains. */
  readonly domains: readonly string[];
  readonly config: Config;
  /** Also makes `audit.sarif`. */
  readonly sarif: boolean;
  readonly terminal: Terminal;
}

/** @throws CodedError ERR_CONTACT_MISSING (exit 7): nobody asks anonymously */
export async function liveAudit({ named, domains, config, sarif, terminal }: AuditInput): Promise<EndedAudit> {
  const out = outOf(config);
  // A pipe that nobody mentioned may be no list at all, and may never end.
  const isOptional = domains.length === 0 && named.length === 0;
  const files = isOptional && isPiped() ? ['-'] : domains;
  const bad = warningTeller(terminal);
  const onBad = (file: string, line: number, what: string): void =>
    bad.tell(() => `${plain(file)}:${line}: ${what}; it is not asked`);
  const list = readAuditList({ named, files, standardInput: process.stdin, onBad });
  const isGiven = named.length + files.length > 0;
  const told = (): AuditListTold => {
    const name = listName(files);
    const { tokensFrom, badWeights } = list;
    return {
      ...(name === undefined ? {} : { name }),
      ...(tokensFrom === undefined ? {} : { tokensFrom }),
      ...(badWeights === 0 ? {} : { badWeights }),
    };
  };
  const crawl = await runCrawl(auditConfig(config), out, [], terminal, {
    audit: { entries: isGiven ? list.entries : undefined, isOptional, told },
  });
  bad.tellRest('lines of the list that could not be used');
  for (const note of badWeightNote(list.badWeights)) tellWarning(note, terminal);
  if (crawl.ended === 'interrupted') return { out, run: crawl.run, crawl, faults: 0 };
  // As it was begun, whatever this command says: the list may have been read, and others sent elsewhere, by one before it.
  const { name, tokensFrom = 'column', badWeights } = crawl.list ?? {};
  const { overrides } = await findAudit(out, crawl.run);
  const notes = [...overrideNotes(overrides), ...tokenNotes[tokensFrom], ...badWeightNote(badWeights)];
  const made = measuring(config.policy, name, { notes, sarif });
  return { out, run: crawl.run, crawl, ...(await measure(out, out, made, terminal)) };
}

const tokenNotes: Readonly<Record<NonNullable<AuditListTold['tokensFrom']>, readonly string[]>> = {
  column: [],
  words: ['tokens are words separated by white space'],
  both: ['where no column counts them, tokens are words separated by white space'],
};

const badWeightNote = (count = 0): readonly string[] =>
  count === 0 ? [] : [`weights of the list that are no whole numbers, and count for nothing: ${count}`];

const overrideNotes = (overrides: Readonly<Record<string, unknown>>): readonly string[] => [
  ...(Array.isArray(overrides.resolve) ? [`--resolve sent ${overrides.resolve.join(', ')}`] : []),
  ...(overrides['allow-private-network'] === true ? ['private addresses were permitted'] : []),
];

/** The stored answers of an earlier audit, measured again; nobody is asked. */
export async function auditOfEvidence(evidence: string, input: AuditInput): Promise<EndedAudit> {
  refuseDomains('--from-evidence', input);
  const { config, sarif, terminal } = input;
  const out = config.out ?? evidence;
  const { run, overrides } = await findAudit(evidence);
  if (resolve(out) !== resolve(evidence)) refuseDataset(out);
  const { list, notes: before = [] } = toldBefore(evidence, run);
  const notes = [...new Set([...overrideNotes(overrides), ...before])];
  return { out, run, ...(await measure(evidence, out, measuring(config.policy, list, { notes, sarif }), terminal)) };
}

async function measure(
  evidence: string,
  out: string,
  made: Measuring,
  terminal: Terminal,
): Promise<Pick<EndedAudit, 'finished' | 'faults'>> {
  const faults = warningTeller(terminal);
  const { run } = await findAudit(evidence);
  const painter = bar(terminal, 'measuring');
  try {
    const records = recordsFromEvidence(evidence, {
      run,
      yardstick: made.yardstick,
      onProgress: painter.at,
      onFault: (domain, error) => faults.tell(() => faultAt(domain, error)),
    });
    return { finished: await finishAudit(records, out, run, made), faults: faults.count() };
  } finally {
    painter.end();
  }
}

/** Warnings of one kind that are told one by one; the rest is counted. */
const maxTold = 20;

interface WarningTeller {
  tell(warning: () => string): void;
  /** How many were not told, where there are any. */
  tellRest(what: string): void;
  count(): number;
}

function warningTeller(terminal: Terminal): WarningTeller {
  let count = 0;
  return {
    tell(warning) {
      if (++count <= maxTold) tellWarning(warning(), terminal);
    },
    tellRest(what) {
      if (count > maxTold) tellWarning(`and ${count - maxTold} more ${what}`, terminal);
    },
    count: () => count,
  };
}

const faultAt = (domain: string, error: unknown): string =>
  `heed itself failed at ${plain(domain)}, which counts as not checked: ${plain(String(error))}`;

/** Bodies of robots.txt that are given, a JSON line each; nobody is asked. */
export async function auditOfRobots(file: string, input: AuditInput): Promise<EndedAudit> {
  refuseDomains('--robots', input);
  const { config, sarif, terminal } = input;
  const out = outOf(config);
  refuseDataset(out);
  const notes = ['bodies of robots.txt as given: no page and no other file was asked'];
  const made = measuring(config.policy, file === '-' ? 'standard input' : basename(file), { sarif, notes });
  const bad = warningTeller(terminal);
  let repeated = 0;
  const faults = warningTeller(terminal);
  const records = recordsFromRobots(file === '-' ? process.stdin : file, {
    yardstick: made.yardstick,
    onBad: ({ line, code, message }) => bad.tell(() => `${file}:${line}: ${code}: ${plain(message)}`),
    onRepeated: () => void repeated++,
    onFault: (domain, error) => faults.tell(() => faultAt(domain, error)),
  });
  const run = file === '-' ? 'robots' : basename(file);
  const noted = async function* (): AsyncGenerator<AuditRecord> {
    let count = 0;
    for await (const record of records) {
      count++;
      yield record;
    }
    // Nothing looked at is not "nothing found".
    if (count === 0)
      throw new CodedError('ERR_AUDIT_LIST_EMPTY', exitCodes.usage, `\`${file}\` holds no body of a robots.txt`, {
        next: 'a line is a JSON object with `host` and `text`',
      });
    if (repeated > 0)
      notes.push(
        `${repeated === 1 ? 'one body is' : `${repeated} bodies are`} of a domain that has one already: each is counted, as a domain of its own`,
      );
    if (bad.count() > 0)
      notes.push(
        bad.count() === 1
          ? 'one line could not be used and is in no figure'
          : `${bad.count()} lines could not be used and are in no figure`,
      );
  };
  const finished = await finishAudit(noted(), out, run, made);
  bad.tellRest('lines that could not be used');
  if (repeated > 0)
    tellWarning(
      `${repeated === 1 ? 'one line names' : `${repeated} lines name`} a domain again; each has a record of its own and counts in every figure`,
      terminal,
    );
  return { out, run, badLines: bad.count(), finished, faults: faults.count() };
}

function outOf({ out }: Config): string {
  if (out !== undefined) return out;
  throw new CodedError('ERR_OUT_MISSING', exitCodes.usage, 'where should the audit lie?', { next: 'pass --out DIR' });
}

/** Lines from elsewhere would replace those that its evidence bears out. @throws CodedError ERR_OUT_TAKEN */
function refuseDataset(out: string): void {
  if (existsSync(join(out, 'manifests')))
    throw new CodedError('ERR_OUT_TAKEN', exitCodes.usage, `\`${out}\` holds a dataset of its own`, {
      next: 'choose another --out: these lines do not belong to it',
    });
}

function refuseDomains(mode: string, { named, domains }: AuditInput): void {
  if (named.length + domains.length > 0)
    throw new CodedError('ERR_USAGE', exitCodes.usage, `${mode} brings its own domains`, { next: 'leave the domains out' });
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
