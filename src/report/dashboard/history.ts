/** Kept, deferred and not kept, run by run: columns, and the same as a table. Only rectangles are drawn; what is read is text of the page. */
import type { Disposition } from '../../vocab/index.ts';
import { html, type Markup } from '../markup.ts';
import type { RunFacts } from './facts.ts';
import { count, time } from './words.ts';

const parts: readonly { readonly disposition: Disposition; readonly words: string }[] = [
  { disposition: 'keep', words: 'kept' },
  { disposition: 'defer', words: 'deferred' },
  { disposition: 'withhold', words: 'not kept' },
];

const width = 600;
const height = 140;

const sum = ({ byDisposition }: RunFacts): number => Object.values(byDisposition).reduce((total, n) => total + n, 0);

/** @param runs oldest first */
export function history(runs: readonly RunFacts[]): Markup {
  const [first] = runs;
  const last = runs.at(-1);
  if (!first || !last) return html`<p class="quiet">There has been no run yet.</p>`;
  const most = Math.max(1, ...runs.map(sum));
  const step = width / Math.max(runs.length, 12);
  return html`<p class="legend">${parts.map(({ disposition, words }) => html`<span><i class="swatch fill-${disposition}"></i>${words}</span>`)}</p>
<figure class="chart">
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="URLs of the last ${runs.length} runs; the table below has the numbers">
<line class="axis" x1="0" y1="${height - 0.5}" x2="${width}" y2="${height - 0.5}"/>
${runs.map((run, index) => column(run, index * step + step * 0.12, step * 0.76, most))}
</svg>
<figcaption><span>${time(first.started)}</span><span>tallest: ${count(most)} URLs</span>${runs.length > 1 ? html`<span>${time(last.started)}</span>` : ''}</figcaption>
</figure>
<details id="history-table"><summary>The numbers, run by run</summary>
<div class="wide" tabindex="0" role="group" aria-label="Runs"><table><thead><tr><th>Run</th><th>Kind</th>${parts.map(({ words }) => html`<th class="n">${words}</th>`)}</tr></thead><tbody>
${runs.toReversed().map(
  run => html`<tr><td>${time(run.started)}${run.isFinished ? '' : html` <span class="quiet">unfinished</span>`}</td><td>${run.kind}</td>${parts.map(
    ({ disposition }) => html`<td class="n">${count(run.byDisposition[disposition] ?? 0)}</td>`,
  )}</tr>
`,
)}</tbody></table></div></details>`;
}

function column(run: RunFacts, x: number, wide: number, most: number): Markup {
  let y = height - 1;
  const rects = parts.flatMap(({ disposition }) => {
    const n = run.byDisposition[disposition] ?? 0;
    if (n === 0) return [];
    const tall = (n / most) * (height - 6);
    y -= tall;
    return [
      html`<rect class="fill-${disposition}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${wide.toFixed(1)}" height="${tall.toFixed(1)}"/>`,
    ];
  });
  const words = parts.map(({ disposition, words }) => `${count(run.byDisposition[disposition] ?? 0)} ${words}`).join(', ');
  return html`<g><title>${run.kind} of ${run.started.slice(0, 16)}: ${words}</title>${rects}</g>
`;
}
