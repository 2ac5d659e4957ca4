/** What became of the same domains from one audit to the next. */
import { backwardSteps, panelShares, type TopicTrend, type Trend, topicName } from '../../../assess/index.ts';
import { lineChart } from '../../charts/lines.ts';
import { grouped, percent } from '../../charts/numbers.ts';
import { behind } from '../../charts/table.ts';
import { html, type Markup } from '../../markup.ts';
import { uncomparedWords } from '../time-summary.ts';

const maxShown = 24;
const counted = ['opted-out', 'came-back', 'changed', 'not-comparable', 'not-asked'] as const;

/** The days on which an audit's answers came; bodies that are given may be of many months. */
function daysOf({ from, until }: Trend['audits'][number], index: number): string {
  if (from === undefined) return `audit ${index + 1} (no date)`;
  const [first, last] = [from, until ?? from].map(instant => instant.slice(0, 10));
  return first === last ? `${first}` : `${first} to ${last}`;
}

const movedNote = (moved: number): string =>
  moved === 0
    ? ''
    : ` ${grouped(moved)} ${moved === 1 ? 'was' : 'were'} served by another domain than before: where its answers differ, they are no change of mind, and not comparable.`;

/** @param policy whose verdict on AI training comes first */
export function timeSection({ audits, steps, topics, uncompared }: Trend, policy: string): Markup {
  const first = `verdict:${policy}:train-ai`;
  const moved = ({ steps: own }: TopicTrend): number =>
    own.reduce((sum, step) => sum + step['opted-out'] + step['came-back'] + step.changed, 0);
  const ranked = [...topics].sort(
    (a, b) =>
      Number(topicName(b.topic) === first) - Number(topicName(a.topic) === first) ||
      moved(b) - moved(a) ||
      (topicName(a.topic) < topicName(b.topic) ? -1 : 1),
  );
  // Verdicts of other policies and uses move together with the first; they stand in the numbers.
  const told = ranked.filter(({ topic }) => topic.kind !== 'verdict' || topicName(topic) === first);
  // Most agents are closed out where everybody is: one line stands for all of them.
  const figuresOf = ({ points, steps: own }: TopicTrend): string => JSON.stringify([points, own]);
  const everyone = told.find(({ topic }) => topic.kind === 'agent' && topic.agent === '*');
  const lines = told.filter(
    one => one === everyone || one.topic.kind !== 'agent' || everyone === undefined || figuresOf(one) !== figuresOf(everyone),
  );
  const alike = told.length - lines.length;
  const shown = lines.slice(0, maxShown);
  const days = audits.map(daysOf);
  const both = steps.reduce((sum, step) => sum + step.both, 0);
  return html`<section id="time"><h2>Since the earlier ${audits.length === 2 ? 'audit' : 'audits'}</h2>
<p>${audits.every(({ from }) => from === undefined) ? `${days.length} audits, whose answers have no date` : days.join(', ')}. A line counts only domains of which the answer is known at every audit, so that its points can be compared; a domain that did not answer, or met us with a barrier, has not changed its mind. A refusal is known wherever it is met, silence only where everything was looked at: the less is known, the more such a share is too high, and where only refusals are known there is none. ${grouped(both)} comparisons of a domain with itself, ${grouped(steps.reduce((sum, step) => sum + step.changed, 0))} with a change.${movedNote(steps.reduce((sum, step) => sum + step.moved, 0))}</p>
${uncompared ? html`<p class="note">Some of what the audits asked was ${uncomparedWords(uncompared)}.</p>` : ''}
${backwardSteps(audits).map(step => html`<p class="note">The audit of ${days[step + 1] ?? ''} was answered before the one it is held against, of ${days[step] ?? ''}: there, who opted out is told as who came back.</p>`)}
${lineChart(
  shown.map(trend => {
    const sum = (kind: 'opted-out' | 'came-back'): string => grouped(trend.steps.reduce((total, step) => total + step[kind], 0));
    return {
      label: topicName(trend.topic),
      points: panelShares(trend, audits),
      text: `+${sum('opted-out')} −${sum('came-back')}`,
    };
  }),
  [days[0] ?? '', days.at(-1) ?? ''],
)}
<p class="quiet">Behind each line: its first and its last share, who opted out (+) and who came back (−). ${lines.length > maxShown ? `The first ${maxShown} of ${lines.length} by change. ` : ''}${alike > 0 ? `${grouped(alike)} more agents are closed out exactly as everyone (agent:*) is.` : ''}</p>
${behind({
  name: 'time',
  caption: 'What became of each question from one audit to the next',
  head: [
    'Question',
    'audit',
    'refuse',
    'known',
    'refuse, of those always known',
    'share',
    'opted out since',
    'came back',
    'changed',
    'not comparable',
    'not asked',
  ],
  rows: ranked.slice(0, maxRows).flatMap(trend => {
    const shares = panelShares(trend, audits);
    return trend.points.map(({ refuses, known, panel }, index) => {
      const step = trend.steps[index - 1];
      return [
        ...[topicName(trend.topic), days[index] ?? '', refuses, known, panel],
        percent(shares[index]),
        ...(step ? counted.map(kind => step[kind]) : counted.map(() => '–')),
      ];
    });
  }),
})}
</section>`;
}

/** Further ones are printed by heed diff. */
const maxRows = 60;
