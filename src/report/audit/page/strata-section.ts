import { type Bar, barChart, scaleOf } from '../../charts/bars.ts';
import { grouped } from '../../charts/numbers.ts';
import { behind } from '../../charts/table.ts';
import { html, type Markup } from '../../markup.ts';
import { dimensions } from '../strata.ts';
import type { AuditStratum, AuditSummary } from '../summary.ts';
import { type Shares, shareCells, shareHead, variants } from './shares.ts';

const maxShown = 12;
const none = { n: 0, of: 0 };

/** The headline's figure in every part of the list that has a size worth a bar. */
export function strataSection(summary: AuditSummary): Markup {
  const key = `verdict.${summary.policy}.train-ai.disallow`;
  const figure = ({ figures }: AuditStratum): Shares => figures[key] ?? { all: none, reachable: none, robots: none };
  const divisions = dimensions.flatMap(({ id, title }) => {
    const parts = summary.strata.filter(({ dimension }) => dimension === id);
    const bars = parts.slice(0, maxShown).map((part): Bar => ({ label: part.value, variants: variants(figure(part)) }));
    return parts.length === 0 ? [] : [{ id, title, parts, bars }];
  });
  if (divisions.length === 0) return html``;
  const left = (id: string): string => {
    const domains = summary.undivided?.find(({ dimension }) => dimension === id)?.domains;
    return domains === undefined ? '' : ` ${grouped(domains)} domains are in further parts, which are not counted apart.`;
  };
  const full = scaleOf(divisions.flatMap(({ bars }) => bars));
  return html`<section id="strata"><h2>Where refusals are more frequent</h2>
<p>The share of domains that refuse AI training, part by part, with 95 % intervals. Small parts have wide ones: two parts whose intervals overlap may not differ at all.</p>
<div class="columns">${divisions.map(
    ({ id, title, parts, bars }) => html`<div><h3>${title}</h3>
${barChart({ tones: ['strong'], full, bars })}
${parts.length > maxShown ? html`<p class="quiet">The ${maxShown} largest of ${parts.length}.${left(id)}</p>` : ''}
${behind({
  name: `strata-${id}`,
  caption: `${title}: domains that refuse AI training`,
  head: ['Part', ...shareHead],
  rows: parts.slice(0, maxRows).map(part => [part.value, ...shareCells(figure(part))]),
})}</div>`,
  )}</div>
</section>`;
}

/** Further ones are in strata.csv. */
const maxRows = 60;
