import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type DomainChange, hasMoved, questionsOf, topicName } from '../../assess/index.ts';
import { type AuditSource, auditSource, type Common, commonOf, compareAudits, domainHistory } from '../../audit/index.ts';
import { loadAgents, presetNames, suggest } from '../../settings/index.ts';
import { storageFailure, temporary } from '../../store/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import {
  countChange,
  type DiffThreshold,
  diffFindings,
  diffThreshold,
  isDiffOver,
  noDiffCounts,
} from '../audit/diff-findings.ts';
import { changeLines, comparisonLines, comparisonWarnings, historyLines } from '../audit/diff-lines.ts';
import type { Exit } from '../exit.ts';
import { drained } from '../talk/drained.ts';
import { tellWarning } from '../talk/event-log.ts';
import type { Terminal } from '../talk/terminal.ts';
import { collect, command, terminalOf } from './command.ts';

const help = `
Each argument is the folder of a finished audit or its audit.jsonl, the earliest first. Domains are told apart by name, whatever the order
of the lists. An answer that is not known at one end (robots.txt or page not reached, refused or unreadable), a barrier that came or went,
and what another domain says by now in the place of this one are not comparable and never a change of mind; what neither audit asked for is
told in one line. An agent that one audit did not look for, and a policy that was another then, are told and not compared. Agents are
compared by the reading of Google's parser, as the audits count them; a mechanism by what it refuses of fetching, mining, training and use
by AI, not of indexes and archives.

--only TOPIC (repeatable): agent:NAME (agent:* is everyone), class:NAME, mechanism:NAME, verdict:POLICY:CATEGORY; a kind alone means all of it
--fail-on KIND (repeatable) ends with exit code 4 where there are any, or more than a bound (KIND>N, KIND>P% of the domains in both):
${Object.entries(diffFindings)
  .map(([kind, what]) => `  ${kind.padEnd(16)}${what}`)
  .join('\n')}

Examples:
  heed diff audit-2026-10 audit-2026-11
  heed diff audit-2026-* --only agent:GPTBot --only class:train --json
  heed diff audit-2026-10 audit-2026-11 --changes changes.jsonl --fail-on 'opted-out>0'
  heed diff audit-2026-* --domain site.example`;

interface Options {
  readonly domain?: string;
  readonly only?: readonly string[];
  readonly changes?: string;
  readonly failOn?: readonly DiffThreshold[];
}

export const diffCommand = (exit: Exit): Command =>
  command('diff')
    .argument('<audit...>', 'two or more, the earliest first')
    .option('--domain <host>', 'the history of one domain: dates, digests and the deciding lines before and after')
    .option('--only <topic>', 'compare only this (repeatable)', collect)
    .option('--changes <file>', 'write a JSON line for every domain of which something became')
    .addOption(new Option('--fail-on <kind>', 'exit 4 where this is found (repeatable)').argParser(diffThreshold))
    .addHelpText('after', help)
    .action(async (paths: string[], options: Options, self: Command) => {
      const terminal = terminalOf(self.opts());
      if (paths.length < 2)
        throw new CodedError('ERR_USAGE', exitCodes.usage, 'one audit alone has not changed', { next: 'name two or more' });
      const sources = paths.map(auditSource);
      const common = questionsAsked(sources, options.only);
      if (options.domain !== undefined) return printHistory(options.domain, sources, common, terminal);
      exit.code = (await printComparison(sources, common, options, terminal)) ? exitCodes.findings : exitCodes.ok;
    });

/** @throws CodedError ERR_USAGE for a topic that is none */
function questionsAsked(sources: readonly AuditSource[], only: readonly string[] | undefined): Common {
  const common = commonOf(sources, loadAgents(), presetNames);
  if (only === undefined) return common;
  const names = questionsOf(loadAgents(), presetNames).map(({ topic }) => topicName(topic));
  const isMeant = (name: string, wanted: string): boolean =>
    name.toLowerCase() === wanted.toLowerCase() || name.toLowerCase().startsWith(`${wanted.toLowerCase()}:`);
  for (const wanted of only) {
    if (names.some(name => isMeant(name, wanted))) continue;
    throw new CodedError('ERR_USAGE', exitCodes.usage, `\`${wanted}\` is nothing --only knows`, { next: suggest(wanted, names) });
  }
  return { ...common, questions: common.questions.filter(({ topic }) => only.some(wanted => isMeant(topicName(topic), wanted))) };
}

async function printHistory(domain: string, sources: readonly AuditSource[], common: Common, terminal: Terminal): Promise<void> {
  const host = (URL.parse(domain.includes('://') ? domain : `https://${domain}`)?.host ?? domain).replace(/\.$/, '');
  const entries = await domainHistory(host, sources, common);
  if (entries.every(({ record }) => record === undefined))
    throw new CodedError('ERR_DOMAIN_UNKNOWN', exitCodes.usage, `\`${host}\` is in none of these audits`, {
      next: 'check its spelling',
    });
  if (terminal.isJson) return terminal.data(`${JSON.stringify({ domain: host, history: entries })}\n`);
  return terminal.data(`${historyLines(host, entries, terminal.style).join('\n')}\n`);
}

/** Domains whose changes are printed without `-v`, in order of names. */
const maxShown = 50;

/** @returns whether a threshold was passed */
async function printComparison(
  sources: readonly AuditSource[],
  common: Common,
  { changes, failOn = [] }: Options,
  terminal: Terminal,
): Promise<boolean> {
  const counts = noDiffCounts();
  const shown: DomainChange[] = [];
  let untold = 0;
  const file = changes === undefined ? undefined : changesFile(changes);
  const compared = await compareAudits(sources, {
    ...common,
    onChange: change => {
      countChange(counts, change);
      // Who speaks for a domain by now is told, although that is no change: whoever reads of another answer wants to know whose it is.
      if (change.kind === 'changed' || hasMoved(change.before, change.after)) {
        if (terminal.isVerbose || shown.length < maxShown) shown.push(change);
        else untold++;
      }
      return file?.add(change);
    },
  }).catch(async error => {
    await file?.leave();
    throw error;
  });
  await file?.end();
  if (terminal.isJson) {
    for (const warning of comparisonWarnings(compared)) tellWarning(warning, terminal);
    await terminal.data(`${JSON.stringify({ ...compared, findings: counts })}\n`);
  } else {
    const { style } = terminal;
    const lines = [
      ...comparisonLines(compared, style),
      ...(shown.length > 0 ? [''] : []),
      ...shown.flatMap(change => changeLines(change, sources.length, style)),
      ...(untold > 0 ? [`and ${untold} more domains; --changes FILE has them all`] : []),
    ];
    await terminal.data(`${lines.join('\n')}\n`);
  }
  return failOn.some(bound => isDiffOver(bound, counts, compared));
}

interface ChangesFile {
  add(change: DomainChange): Promise<void> | void;
  end(): Promise<void>;
  leave(): Promise<void>;
}

/** Written beside and renamed at the end: the file is whole or not there. */
function changesFile(path: string): ChangesFile {
  const beside = `${path}.tmp`;
  const stream = createWriteStream(beside);
  const settled = temporary(beside);
  let failure: Error | undefined;
  stream.once('error', error => {
    failure = error;
  });
  const leave = async (): Promise<void> => {
    stream.destroy();
    await rm(beside, { force: true });
    settled();
  };
  const check = async (): Promise<void> => {
    if (failure === undefined) return;
    await leave();
    throw storageFailure(failure, `writing \`${path}\``);
  };
  return {
    leave,
    async add(change) {
      await check();
      if (!stream.write(`${JSON.stringify(change)}\n`)) await drained(stream);
    },
    async end() {
      await check();
      stream.end();
      await once(stream, 'close').catch(() => {});
      await check();
      await rename(beside, path);
      settled();
    },
  };
}
