/** A comparison of audits and the history of a domain, as lines for people. Remote text is made visible first. */
import {
  backwardSteps,
  type Change,
  type DomainChange,
  shareOfKnown,
  type TopicTrend,
  type Trend,
  topicName,
} from '../../assess/index.ts';
import type { Comparison, HistoryChange, HistoryEntry } from '../../audit/index.ts';
import { describeLocator } from '../../policy/index.ts';
import { nameList, percent, uncomparedWords } from '../../report/index.ts';
import { plain, type Terminal } from '../talk/terminal.ts';

type Style = Terminal['style'];

/** What was compared, and what came of it, topic by topic; topics that nobody refuses and nothing became of are left out. */
export function comparisonLines({ sources, audits, steps, topics, uncompared }: Comparison, style: Style): readonly string[] {
  const lines = sources.map(({ path, repeated, agents }, index) => {
    const { domains, reachable, readable, from, until } = audits[index] as Trend['audits'][number];
    const when = from === undefined ? '' : `, answered ${from} – ${until}`;
    const again = repeated > 0 ? `, ${repeated} lines name a domain again and do not count` : '';
    const list = agents === undefined ? '' : `, agents of ${agents}`;
    return `${style('bold', `${index + 1}`)} ${plain(path)}: ${domains} domains, ${reachable} reachable, ${readable} with a readable robots.txt${when}${list}${again}`;
  });
  lines.push(...comparisonWarnings({ audits, ...(uncompared ? { uncompared } : {}) }).map(warning => style('yellow', warning)));
  for (const [index, step] of steps.entries())
    lines.push(
      `${index + 1} → ${index + 2}: ${step.both} domains in both, ${step.reachable} answered both times, ${step.changed} changed; ${step.new} new, ${step.gone} gone${step.moved > 0 ? `; ${step.moved} served by another domain than before, whose answers are not comparable where they differ` : ''}`,
    );
  if (steps.some(({ both, new: fresh, gone }) => fresh + gone > both))
    lines.push(style('yellow', 'the lists have little in common: shares of one are not to be held against those of the other'));
  const told = topics.filter(({ points, steps }) => points.some(({ refuses }) => refuses > 0) || steps.some(hasMoved));
  const [everyone] = topics.filter(({ topic }) => topic.kind === 'agent' && topic.agent === '*');
  const isAsEveryone = (one: TopicTrend): boolean =>
    one !== everyone && one.topic.kind === 'agent' && figuresOf(one) === (everyone && figuresOf(everyone));
  const own = told.filter(one => !isAsEveryone(one));
  const rows = own.map(one => [topicName(one.topic), ...cellsOf(one, audits)]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  lines.push(
    '',
    style(
      'dim',
      'refused, of those known (a refusal wherever it is met, silence only where everything was looked at; –: only refusals are known); then opted out +, came back −, changed ~, not comparable ?',
    ),
  );
  for (const row of rows)
    lines.push(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  if (told.length > own.length)
    lines.push(style('dim', `${told.length - own.length} more agents are closed out exactly as everyone is`));
  const unasked = topics.filter(({ steps }) => steps.some(step => step['not-asked'] > 0));
  if (unasked.length > 0) lines.push(style('dim', unaskedLine(unasked)));
  return lines;
}

/** What they were not measured with alike; and that the earliest stands first: the other way round every opt-out would be told as a return. */
export const comparisonWarnings = ({ audits, uncompared }: Pick<Trend, 'audits' | 'uncompared'>): readonly string[] => [
  ...(uncompared ? [`${uncomparedWords(uncompared)}: make the earlier again from its evidence`] : []),
  ...backwardSteps(audits).map(
    step =>
      `audit ${step + 2} was answered before audit ${step + 1}: name the earliest first, or who opted out is told as who came back`,
  ),
];

/** What neither audit asked is told once, and not domain by domain. */
function unaskedLine(unasked: readonly TopicTrend[]): string {
  const never = unasked.filter(({ steps }) => steps.every(step => step['not-asked'] === step.both));
  const some = unasked.length - never.length;
  const [of, more] = never.length > 0 ? [nameList(never.map(({ topic }) => topicName(topic))), ' more'] : ['', ''];
  const partly = some > 0 ? [`at some domains ${some}${more} questions`] : [];
  const what = [...(of === '' ? [] : [of]), ...partly].join(', nor ');
  return `neither audit asked ${what}: nothing is said there, which is not to say that nothing changed`;
}

const figuresOf = ({ points, steps }: TopicTrend): string => JSON.stringify([points, steps]);

const hasMoved = (step: TopicTrend['steps'][number]): boolean => step['opted-out'] + step['came-back'] + step.changed > 0;

/** A level for each audit, where there are several steps that of the domains known at all of them, and what happened at each step. */
function cellsOf({ points, steps, panel }: TopicTrend, audits: Trend['audits']): readonly string[] {
  const levels = points.map(
    ({ refuses, known }, index) =>
      `${percent(shareOfKnown(refuses, known, audits[index]?.domains ?? known))} (${refuses}/${known})`,
  );
  const moves = steps.map(step => `+${step['opted-out']} −${step['came-back']} ~${step.changed} ?${step['not-comparable']}`);
  const always =
    audits.length > 2 ? [`of ${panel} known always: ${points.map(({ panel: refuses }) => refuses).join(' → ')}`] : [];
  return [...levels, ...always, ...moves];
}

const colours = { 'opted-out': 'red', 'came-back': 'green', changed: 'yellow', 'not-comparable': 'dim' } as const;

/** One domain: what became of it; answers that changed alike share a line. @param audits how many there are */
export function changeLines(
  { domain, step, kind, changes, before, after }: DomainChange,
  audits: number,
  style: Style,
): readonly string[] {
  const which = audits > 2 ? ` (${step + 1} → ${step + 2})` : '';
  const when = [before?.at, after?.at].filter(at => at !== undefined).join(' → ');
  const [from, to] = [before?.moved_to, after?.moved_to].map(moved => (moved === undefined ? 'itself' : plain(moved)));
  // A change of who speaks is no change of mind.
  const moved = before && after && from !== to ? `; served by ${from}, then by ${to}` : '';
  return [
    `${style('bold', plain(domain))}${which} ${kind}${when === '' ? '' : ` ${when}`}${moved}`,
    ...alike(changes.filter(change => change.kind !== 'not-comparable')).map(group => `    ${groupLine(group, style)}`),
  ];
}

/** Changes of one kind, with the same answers and the same deciding places. */
function alike<T extends Change>(
  changes: readonly T[],
  placesOf: (change: T) => unknown = () => null,
): readonly (readonly T[])[] {
  const keyOf = (change: T): string =>
    JSON.stringify([change.kind, change.topic.kind, change.before, change.after, placesOf(change)]);
  return [...Map.groupBy(changes, keyOf).values()];
}

function groupLine(group: readonly Change[], style: Style): string {
  const [first] = group;
  if (!first) return '';
  const names = group.map(({ topic }) => topicName(topic).slice(topic.kind.length + 1)).join(', ');
  return `${style(colours[first.kind], first.kind.padEnd(14))} ${first.topic.kind} ${first.before} → ${first.after}: ${names}`;
}

/** A domain through the audits, with the lines that decided. */
export function historyLines(domain: string, entries: readonly HistoryEntry[], style: Style): readonly string[] {
  const lines = [style('bold', plain(domain))];
  for (const { audit, record, changes, robotsDiff = [], bytesMissing } of entries) {
    if (!record) {
      lines.push(`${plain(audit)}: not in this audit`);
      continue;
    }
    const { at = 'no answer', reach, why, moved_to, robots } = record;
    const served = moved_to === undefined ? '' : `; served by ${plain(moved_to)}`;
    const file = [robots.class, robots.status, robots.bytes === undefined ? undefined : `${robots.bytes} octets`, robots.digest];
    lines.push(
      `${at}  ${plain(audit)}: ${why === undefined ? reach : `${reach} (${plain(why)})`}${served}; robots.txt ${file.filter(Boolean).join(', ')}`,
    );
    for (const group of alike(changes, ({ decidedBefore, decidedAfter }) => [decidedBefore, decidedAfter].map(quotesOf))) {
      lines.push(`  ${groupLine(group, style)}`);
      const decided = (sign: string, list: HistoryChange['decidedBefore'] = []): readonly string[] =>
        quotesOf(list)
          .slice(0, maxDecided)
          .map(quote => `      ${sign} ${plain(quote)}`);
      lines.push(...decided('−', group[0]?.decidedBefore), ...decided('+', group[0]?.decidedAfter));
    }
    if (bytesMissing !== undefined) lines.push(`  no lines of robots.txt to compare: ${plain(bytesMissing)}`);
    for (const { kind, line, text } of robotsDiff.slice(0, maxDiffLines))
      lines.push(
        style(
          kind === 'removed' ? 'red' : 'green',
          `    ${kind === 'removed' ? '−' : '+'} ${String(line).padStart(4)} ${plain(text)}`,
        ),
      );
    if (robotsDiff.length > maxDiffLines)
      lines.push(`    and ${robotsDiff.length - maxDiffLines} more lines; --json has them all`);
  }
  return lines;
}

const [maxDecided, maxDiffLines] = [3, 200];

/** What was said, and where. */
const quotesOf = (evidence: HistoryChange['decidedBefore']): readonly string[] =>
  evidence.map(({ quote, locator, source }) => `${quote === '' ? '' : `${quote}  `}${describeLocator(locator)}, ${source.url}`);
