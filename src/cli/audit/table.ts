import type { CrawlSummary } from '../../crawl/index.ts';
import { type AuditSummary, percent } from '../../report/index.ts';
import type { Terminal } from '../talk/terminal.ts';
import type { FinishedAudit } from './finish.ts';

/** What an audit found, as a person reads it: the same figure under each denominator, and where the rest lies. */
export function auditTable(
  { summary, findings }: FinishedAudit,
  out: string,
  crawl: CrawlSummary | undefined,
  { style, dataColumns = wide }: Terminal,
): string {
  const { figures, denominators } = summary;
  const { all, reachable, robots } = denominators;
  const { policy } = summary;
  const verdict = (what: string): string => `verdict.${policy}.train-ai.${what}`;
  const row = (key: string, words: string): string[] => {
    const figure = figures[key];
    if (!figure) return [];
    const shares = [figure.all, figure.reachable, figure.robots].map(cell);
    return dataColumns < wide
      ? [`  ${words}`, `      ${shares.map((share, index) => `${share} ${heads[index]}`).join(' · ')}`]
      : [`  ${words.padEnd(labels)}${shares.map(share => share.padStart(20)).join('')}`];
  };
  const { repeated = 0, unusable = 0 } = crawl?.list ?? {};
  return [
    `${style('bold', `audit ${summary.audit.run}`)}: ${all.of} domain${all.of === 1 ? '' : 's'}${repeated > 0 ? ` (and ${repeated} named again)` : ''}`,
    `${reachable.of} answered${findings.incomplete > 0 ? ` (${findings.incomplete} not with everything that may say no)` : ''}, ${findings.unreachable} did not, ${findings['not-checked']} ${findings['not-checked'] === 1 ? 'was' : 'were'} not checked; ${robots.of} have a robots.txt that can be read`,
    ...(unusable > 0
      ? [
          `${unusable} of the list ${unusable === 1 ? 'names' : 'name'} no host: not checked, \`why\` in audit.jsonl says what is wrong`,
        ]
      : []),
    '',
    ...(dataColumns < wide ? [] : [`  ${''.padEnd(labels)}${heads.map(words => words.padStart(20)).join('')}`]),
    ...row(verdict('disallow'), `refuse AI training, as policy ${policy} reads them`),
    ...row('optout.policy-only', '  of these without a word on it: barred, or closed to us'),
    ...row('optout.any', 'opt out by any mechanism, heard by that policy or not'),
    ...row('optout.refuses-training', 'refuse AI training in words, or close / to everybody'),
    ...row('optout.closes-a-training-agent', 'close / to a training agent, by name'),
    ...row('optout.partly', 'refuse AI training on other paths only'),
    ...row('robots.star.root', 'close / to everybody'),
    ...row(verdict('keep'), `may be taken for training (${policy})`),
    ...row(verdict('withhold'), `left out of a corpus for training (${policy})`),
    ...row(verdict('defer'), `not known, to be asked again (${policy})`),
    '',
    ...weightLines(summary, verdict('disallow')),
    `${findings.contradiction} with statements that do not agree, ${findings.malformed} with a statement that is not well formed`,
    `report ${out}/report.html, lines ${out}/audit.jsonl, figures ${out}/summary.json`,
    '',
  ].join('\n');
}

const cell = ({ n, share }: { readonly n: number; readonly share?: number }): string =>
  `${n}${share === undefined ? '' : ` (${percent(share)})`}`;

const heads = ['of all', 'of reachable', 'of readable'] as const;
const labels = 56;
/** Columns that the table takes; where there are fewer, the figures stand below the words. */
const wide = 2 + labels + 3 * 20;

/** What the first figure is of a corpus; nothing where the list has no weights. */
function weightLines({ figures, weights }: AuditSummary, key: string): readonly string[] {
  const shares = (['documents', 'tokens'] as const).flatMap(what => {
    const share = figures[key]?.weighted?.[what]?.all;
    return weights[what] === undefined || share === undefined ? [] : [`${cell(share)} of ${share.of} ${what}`];
  });
  return shares.length === 0
    ? []
    : [`weighed: ${shares.join(', ')} lie at domains that refuse AI training, as the first line counts them`];
}
