import type { EvidenceRecord, FileCheck, PageCheck, StatementCheck } from '../assess/index.ts';
import { describeLocator } from '../policy/index.ts';
import type { CheckDocument } from './check-document.ts';
import { headline, levelOf } from './check-document.ts';
import { visible } from './visible.ts';

/** One line for a terminal; remote text in it is harmless already. */
export interface TableLine {
  readonly text: string;
  readonly tone?: 'title' | 'keep' | 'withhold' | 'quiet';
}

const line = (text: string, tone?: TableLine['tone']): TableLine => ({ text: visible(text), ...(tone ? { tone } : {}) });
const section = (title: string, lines: readonly TableLine[]): readonly TableLine[] =>
  lines.length === 0 ? [] : [line(''), line(title, 'title'), ...lines];

/** The whole check as lines, for people: verdict first, then what was said, then what to mend. */
export function checkLines(check: CheckDocument): readonly TableLine[] {
  const { url, at, agent, pages, files, statements, contradictions, anomalies, findings } = check;
  return [
    line(headline(check), findings.kept > 0 ? 'keep' : 'withhold'),
    line(`${url}, asked as ${agent}, ${at}`, 'quiet'),
    ...section('What each policy would do', verdictRows(check)),
    ...section('What the site says', statements.flatMap(statementLines)),
    ...section(
      `Contradictions (${contradictions.length})`,
      contradictions.flatMap(({ kind, about, allow, disallow, meaning, fix, pages: own }) => [
        line(`  ${kind}, ${about}${onPages(own)}: ${meaning}`),
        ...allow.map(evidence => line(`    allows    ${cited(evidence)}`)),
        ...disallow.map(evidence => line(`    refuses   ${cited(evidence)}`)),
        line(`    fix       ${fix}`, 'keep'),
      ]),
    ),
    ...section(
      `Not as specified (${anomalies.length})`,
      anomalies.flatMap(({ code, effect, unreadable, detail, evidence, meaning, fix, pages: own }) => [
        line(`  ${levelOf({ effect, unreadable })} ${code}${onPages(own)}: ${meaning ?? ''}`),
        line(`    found     ${cited(evidence)}${detail === undefined ? '' : ` (${detail})`}`),
        ...(fix === undefined ? [] : [line(`    fix       ${fix}`, 'keep')]),
      ]),
    ),
    ...section('Where we looked', [...files.map(file => line(`  ${file.url}  ${answer(file)}`)), ...pages.flatMap(notFetched)]),
  ];
}

const columnWidth = 10;

function verdictRows({ pages, policies, categories }: CheckDocument): readonly TableLine[] {
  const abouts = ['acquisition', ...categories];
  const labelWidth = Math.max(...abouts.map(about => about.length)) + 4;
  const head = line(`  ${' '.repeat(labelWidth)}${policies.map(id => id.padEnd(columnWidth)).join('')}`.trimEnd(), 'quiet');
  return [
    head,
    ...pages.flatMap(page => [
      line(`  ${page.url}${pageNote(page)}`),
      ...(page.redirect === undefined ? abouts : []).map(about => {
        const cells = policies.map(id => (page.verdicts[id]?.[about]?.disposition ?? '–').padEnd(columnWidth));
        return line(`    ${about.padEnd(labelWidth - 2)}${cells.join('')}`.trimEnd());
      }),
    ]),
  ];
}

function pageNote({ asked, redirect, status, cause }: PageCheck): string {
  if (redirect !== undefined) return `  → ${redirect}`;
  if (!asked) return '  (not fetched)';
  if (cause !== undefined) return `  (${cause}${status === undefined ? '' : ` ${status}`})`;
  return status === 200 ? '' : `  (${status})`;
}

function statementLines({ about, preference, form, grants, evidence, pages }: StatementCheck): readonly TableLine[] {
  const weight = preference === 'allow' && !grants ? 'lifts, grants nothing' : form === 'conformant' ? '' : form;
  return [
    line(`  ${about.padEnd(12)}${preference.padEnd(9)} ${cited(evidence)}${weight ? ` [${weight}]` : ''}${onPages(pages)}`),
  ];
}

const onPages = (pages: readonly string[]): string => (pages.length > 1 ? ` (${pages.length} pages)` : '');

const cited = ({ quote, locator, source, agent, signal }: EvidenceRecord): string =>
  `${quote === '' ? '' : `\`${quote}\` `}${agent === undefined ? '' : `for ${agent}, `}${describeLocator(locator)} in ${source.url} (${signal})`;

function answer({ outcome, status, cause, why, bytes }: FileCheck): string {
  if (outcome === 'not-attempted') return why === 'closed-by-robots' ? 'not asked: robots.txt closes it' : 'not asked';
  if (outcome === 'unreachable') return `not reached (${cause}${status === undefined ? '' : ` ${status}`})`;
  return `${status}${outcome === 'successful' ? `, ${bytes ?? 0} bytes` : ''}`;
}

const notFetched = ({ url, asked }: PageCheck): readonly TableLine[] =>
  asked ? [] : [line(`  ${url}  not fetched: fetching is not open to us`)];
