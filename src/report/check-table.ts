import type { EvidenceRecord, PageCheck, StatementCheck } from '../assess/index.ts';
import { describeLocator } from '../policy/index.ts';
import type { CheckDocument } from './check-document.ts';
import { headline, levelOf, partedAnomalies } from './check-document.ts';
import { visible } from './visible.ts';
import { fileWords, verbOf, whyNotFetched } from './words.ts';

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
  const { url, at, agent, pages, files, statements, contradictions, findings } = check;
  const { departing, inPlace } = partedAnomalies(check);
  const looked = [
    ...files.map(file => [file.url, fileWords(file)] as const),
    ...pages.flatMap(page => (page.asked ? [] : [[page.url, whyNotFetched(page, check.policy)] as const])),
  ];
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
    ...section(`Not as specified (${departing.length})`, departing.flatMap(anomalyLines)),
    ...section(`No file to read (${inPlace.length})`, inPlace.flatMap(anomalyLines)),
    ...section('Where we looked', aligned(looked)),
  ];
}

/** A long address takes no room from the others. */
function aligned(rows: readonly (readonly [url: string, words: string])[]): readonly TableLine[] {
  const width = Math.min(60, Math.max(0, ...rows.map(([url]) => url.length)));
  return rows.map(([url, words]) => line(`  ${url.padEnd(width)}  ${words}`));
}

function anomalyLines(anomaly: CheckDocument['anomalies'][number]): readonly TableLine[] {
  const { code, detail, evidence, meaning, fix, pages } = anomaly;
  return [
    line(`  ${levelOf(anomaly)} ${code}${onPages(pages)}: ${meaning ?? ''}`),
    line(`    found     ${cited(evidence)}${detail === undefined ? '' : ` (${detail})`}`),
    ...(fix === undefined ? [] : [line(`    fix       ${fix}`, 'keep')]),
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

function statementLines(statement: StatementCheck): readonly TableLine[] {
  const { about, preference, form, grants, evidence, pages } = statement;
  const weight = preference === 'allow' && !grants ? 'grants nothing' : form === 'conformant' ? '' : form;
  const verb = verbOf({ signal: evidence.signal, ...statement });
  return [line(`  ${about.padEnd(12)}${verb.padEnd(9)} ${cited(evidence)}${weight ? ` [${weight}]` : ''}${onPages(pages)}`)];
}

const onPages = (pages: readonly string[]): string => (pages.length > 1 ? ` (${pages.length} pages)` : '');

const cited = ({ quote, locator, source, agent, signal }: EvidenceRecord): string =>
  `${quote === '' ? '' : `\`${quote}\` `}${agent === undefined ? '' : `for ${agent}, `}${describeLocator(locator)} in ${source.url} (${signal})`;
