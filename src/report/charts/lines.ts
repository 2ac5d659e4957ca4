/** Lines over time, one a row, drawn as the bars are: the line stretches with the page, its label stays text. */
import { html, type Markup } from '../markup.ts';
import { percent } from './numbers.ts';

export interface Line {
  readonly label: string;
  readonly note?: string;
  /** Shares, one for each time; undefined where it is not known: the line is broken there. */
  readonly points: readonly (number | undefined)[];
  /** What became of it, in words. */
  readonly text: string;
}

const [width, height, margin] = [1_000, 40, 4];

/** @param ends what the first and the last point of every line are of */
export function lineChart(lines: readonly Line[], ends: readonly [string, string]): Markup {
  const most = Math.max(0.01, ...lines.flatMap(({ points }) => points.filter(point => point !== undefined)));
  return html`<ol class="bars lines">
${lines.map(
  ({
    label,
    note,
    points,
    text,
  }) => html`<li><span class="name">${label}${note === undefined ? '' : html` <small>${note}</small>`}</span><span class="bar">${drawn(points, most)}<span class="num">${shown(points)} <small>${text}</small></span></span></li>
`,
)}<li class="axis" aria-hidden="true"><span></span><span class="ticks">${ends.map(end => html`<span>${end}</span>`)}</span></li></ol>`;
}

function shown(points: readonly (number | undefined)[]): string {
  const known = points.filter(point => point !== undefined);
  return known.length === 0 ? '–' : `${percent(known[0])} to ${percent(known.at(-1))}`;
}

function drawn(points: readonly (number | undefined)[], most: number): Markup {
  const place = (point: number, index: number): string => {
    const x = points.length === 1 ? width / 2 : 10 + (index / (points.length - 1)) * (width - 20);
    return `${Math.round(x)} ${Math.round((height - margin - (point / most) * (height - 2 * margin)) * 10) / 10}`;
  };
  let isBroken = true;
  const line = points.map((point, index) => {
    if (point === undefined) {
      isBroken = true;
      return '';
    }
    const step = `${isBroken ? 'M' : 'L'}${place(point, index)}`;
    isBroken = false;
    return step;
  });
  // A stroke of no length with round ends is a dot that does not stretch.
  const dots = points.map((point, index) => (point === undefined ? '' : `M${place(point, index)}h0`));
  return html`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path class="line" d="${line.join('')}"/><path class="dots" d="${dots.join('')}"/></svg>`;
}
