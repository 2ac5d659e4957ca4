/**
 * Bars, drawn by hand as SVG within rows of HTML: the bar stretches with the page while its label stays text, so that it is legible on a telephone, is
 * found by a search, is read aloud, and prints.
 */
import { html, type Markup } from '../markup.ts';
import { grouped } from './numbers.ts';

/** One way to look at a chart; of several, the reader's choice is shown. */
export interface Variant {
  /** Names the choice: `d-all` is shown while the choice `all` is made. Empty where there is none. */
  readonly choice: string;
  /** Lengths of the bar's parts, as shares, in the order of the tones. */
  readonly parts: readonly number[];
  /** An interval around the end of the bar. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** What the bar amounts to. */
  readonly text: string;
  /** In smaller letters: `310 of 1,000`. */
  readonly note?: string;
}

export interface Bar {
  readonly label: string;
  readonly note?: string;
  readonly variants: readonly Variant[];
}

export interface BarChart {
  readonly bars: readonly Bar[];
  /** What each part means, with its tone. */
  readonly legend?: readonly (readonly [tone: Tone, words: string])[];
  readonly tones: readonly Tone[];
  /** The share at which a bar is full; without it the longest of the chart, made round. */
  readonly full?: number;
  /** False where the next chart has the same. Default true. */
  readonly hasAxis?: boolean;
  /** Where bars are no shares: what a full one amounts to. */
  readonly unit?: { readonly full: number };
}

export type Tone = 'strong' | 'middle' | 'light' | 'keep' | 'withhold' | 'defer' | 'unknown' | 'unknown-2' | 'unknown-3' | 'mute';

const length = 1_000;

export function barChart({ bars, legend = [], tones, full, unit, hasAxis = true }: BarChart): Markup {
  const scale = full ?? scaleOf(bars);
  const tick = (share: number): string => (unit ? grouped(unit.full * share) : `${Number((share * 100).toPrecision(3))} %`);
  return html`${legend.length === 0 ? '' : html`<ul class="legend">${legend.map(([tone, words]) => html`<li><svg viewBox="0 0 12 12" aria-hidden="true" focusable="false"><rect class="t-${tone}" width="12" height="12" rx="2"/></svg>${words}</li>`)}</ul>`}
<ol class="bars">
${bars.map(bar => barRow(bar, tones, scale))}${hasAxis ? html`<li class="axis" aria-hidden="true"><span></span><span class="ticks"><span>0</span><span>${tick(scale / 2)}</span><span>${tick(scale)}</span></span></li>` : ''}
</ol>`;
}

/** The share at which a bar is full, for charts that stand beside each other: equal shares are equally long. */
export const scaleOf = (bars: readonly Bar[]): number =>
  round(Math.max(0, ...bars.flatMap(({ variants }) => variants.map(({ parts, high }) => Math.max(sum(parts), high ?? 0)))));

const barRow = ({ label, note, variants }: Bar, tones: readonly Tone[], scale: number): Markup =>
  html`<li><span class="name">${breakable(label)}${note === undefined ? '' : html` <small>${note}</small>`}</span>${variants.map(
    ({ choice, parts, low, high, text, note: more }) =>
      html`<span class="bar${choice === '' ? '' : ` d ${choice}`}">${drawn(parts, low, high, tones, scale)}<span class="num">${text}${more === undefined ? '' : html` <small>${more}</small>`}</span></span>`,
  )}</li>
`;

/** Dotted names may break at their dots. */
const breakable = (label: string): Markup =>
  html`${label.split(/(?<=\.)(?=[a-z])/).map((part, index) => (index === 0 ? part : html`<wbr>${part}`))}`;

function drawn(
  parts: readonly number[],
  low: number | undefined,
  high: number | undefined,
  tones: readonly Tone[],
  scale: number,
): Markup {
  const place = (share: number): number => Math.round((Math.min(share, scale) / (scale || 1)) * length * 10) / 10;
  let from = 0;
  const rects = parts.map((part, index) => {
    const [start, end] = [place(from), place(from + part)];
    from += part;
    return end > start ? html`<rect class="t-${tones[index] ?? 'light'}" x="${start}" width="${end - start}" height="20"/>` : '';
  });
  const whisker =
    low === undefined || high === undefined
      ? ''
      : html`<path class="whisker" d="M${place(low)} 10H${place(high)}M${place(low)} 5v10M${place(high)} 5v10"/>`;
  return html`<svg viewBox="0 0 ${length} 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">${rects}${whisker}</svg>`;
}

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);

/** The next round share, and never more than everything. */
function round(share: number): number {
  if (share <= 0) return 0.01;
  const unit = 10 ** Math.floor(Math.log10(share));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find(factor => share <= factor * unit + 1e-12) ?? 10;
  return Math.min(1, step * unit);
}
