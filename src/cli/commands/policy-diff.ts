import { type Command, Option } from 'commander';
import type { EvidenceRecord } from '../../assess/index.ts';
import { describe } from '../../policy/index.ts';
import { loadPolicy } from '../../settings/index.ts';
import type { Flip, PolicyDiff } from '../../upkeep/index.ts';
import { exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { bar } from '../talk/bar.ts';
import { plain, type Terminal } from '../talk/terminal.ts';
import { command, terminalOf } from './command.ts';

export const policyDiffCommand = (exit: Exit): Command =>
  command('diff', 'which documents of a dataset would be in or out under another policy, from stored evidence')
    .argument('<from>', 'preset or file')
    .argument('<to>', 'preset or file')
    .requiredOption('--out <dir>', 'dataset folder')
    .addOption(
      new Option('--fail-on <what>', 'exit 4 if any document would flip, or could not be judged again').choices(['flips']),
    )
    .addHelpText('after', '\nExample:\n  heed policy diff standard strict --out dataset')
    .action(async (from: string, to: string, options) => {
      const terminal = terminalOf(options);
      const { diffPolicies } = await import('../../upkeep/index.ts');
      const progress = bar(terminal, 'records ');
      const diff = await diffPolicies(options.out, loadPolicy(from), loadPolicy(to), progress.at);
      progress.end();
      if (options.failOn === 'flips' && diff.flips.length + diff.unjudged.length > 0) exit.code = exitCodes.findings;
      if (terminal.isJson) return terminal.data(`${JSON.stringify(diff)}\n`);
      for (const flip of diff.flips) await terminal.data(flipLines(flip, terminal));
      for (const { url, why } of diff.unjudged)
        await terminal.data(`${terminal.style('red', 'NOT JUDGED')} ${plain(url)} ${plain(why)}\n`);
      await terminal.data(sums(diff));
    });

const colours = { keep: 'green', withhold: 'red', defer: 'yellow' } as const;

function flipLines({ url, recorded, from, to, about, evidence, unseen }: Flip, { style }: Terminal): string {
  const head = `${style(colours[to.disposition], `${from.disposition} → ${to.disposition}`)} ${plain(url)}`;
  const notes = [`recorded as ${recorded}`, ...(unseen ? ['its body was never read: it would be asked first'] : [])];
  const why = evidence.slice(0, 3).map(found => `    ${plain(describe(asEvidence(found)))}\n`);
  const more = evidence.length > 3 ? `    and ${evidence.length - 3} more\n` : '';
  return `${head}\n    ${from.reason} → ${to.reason} (${about}; ${notes.join('; ')})\n${why.join('')}${more}`;
}

const asEvidence = ({ source, ...rest }: EvidenceRecord): Parameters<typeof describe>[0] => ({
  ...rest,
  source: { url: source.url, retrievedAt: source.retrievedAt ?? null, digest: source.digest ?? null },
});

function sums({ policies, urls, totals, byReason, flips, unjudged }: PolicyDiff): string {
  const kept = totals.from.keep ?? 0;
  const line = (name: string, total: Readonly<Record<string, number>>): string =>
    `  ${name.padEnd(12)} ${total.keep} may be kept (duplicates too), ${total.withhold} withheld, ${total.defer} deferred`;
  const lost = flips.filter(flip => flip.from.disposition === 'keep').length;
  const gained = flips.filter(flip => flip.to.disposition === 'keep').length;
  return [
    `${urls.judged} of ${urls.seen} URLs judged again (${urls.excluded} are no document under any policy${unjudged.length > 0 ? `, ${unjudged.length} could not be judged` : ''})`,
    line(policies.from, totals.from),
    line(policies.to, totals.to),
    `${flips.length} flips: ${lost} of ${kept} would go, ${gained} would come`,
    ...Object.entries(byReason).map(([reason, count]) => `  ${String(count).padStart(7)}  ${reason}`),
    '',
  ].join('\n');
}
