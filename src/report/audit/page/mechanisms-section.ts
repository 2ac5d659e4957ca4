import { barChart } from '../../charts/bars.ts';
import { percent } from '../../charts/numbers.ts';
import { behind, dataTable } from '../../charts/table.ts';
import { html, type Markup } from '../../markup.ts';
import { aboutWords } from '../../words.ts';
import { denominatorKeys } from '../denominators.ts';
import { declaringMechanisms } from '../mechanism-families.ts';
import type { AuditSummary } from '../summary.ts';
import { abouts } from '../verdicts-family.ts';
import { ofClass } from './choices.ts';
import { type Shares, shareCells, shareHead, sharesIn, variants } from './shares.ts';

export function mechanismsSection(summary: AuditSummary): Markup {
  const figure = (id: string, what: string): Shares => sharesIn(summary, `mechanism.${id}.${what}`);
  const ranked = [...declaringMechanisms].sort(
    (a, b) => figure(b.id, 'found').all.n - figure(a.id, 'found').all.n || (a.id < b.id ? -1 : 1),
  );
  const whats = [
    ['found', 'found and read'],
    ['read', 'found and read, and speaks of the front page'],
    ['refuses-training', 'refuses AI training'],
    ['partly-training', 'refuses AI training on other paths only'],
    ['partly', 'refuses anything on other paths only'],
    ['grants-training', 'grants AI training'],
    ['only-grants-training', 'grants AI training, and refuses it nowhere'],
    ['not-known', 'not found, and not known'],
    ['unreadable', 'found, could not be read'],
    ['unread', 'could not be looked at, or was not asked'],
  ] as const;
  return html`<section id="mechanisms"><h2>By which mechanism</h2>
<p>Where a mechanism was found, and what it says of AI training on the front page. A domain may use several; <code>robots</code> are rules for our crawler or for everybody, <code>named-agents</code> those that close out AI agents by name or, through <code>*</code>, with everybody. The number is the share of domains where it was found. Where it was not, and one of its places could not be looked at or read, it is not known what the domain says: that is no silence.</p>
${barChart({
  tones: ['withhold', 'defer', 'keep', 'light', 'unknown-3'],
  legend: [
    ['withhold', 'refuses AI training'],
    ['defer', 'on other paths only'],
    ['keep', 'grants it, and refuses it nowhere'],
    ['light', 'found, says something else'],
    ['unknown-3', 'not known'],
  ],
  bars: ranked.map(({ id, title }) => ({
    label: id,
    note: title,
    variants: variants(
      figure(id, 'found'),
      key => {
        const share = (what: string): number => figure(id, what)[key].share ?? 0;
        const [found, refuses, partly] = [share('found'), share('refuses-training'), share('partly-training')];
        const granted = share('only-grants-training');
        return [refuses, partly, granted, Math.max(0, found - refuses - partly - granted), share('not-known')];
      },
      false,
    ),
  })),
})}
${behind({
  name: 'mechanisms',
  caption: 'Mechanisms found, and what they say',
  head: ['Mechanism', 'what', ...shareHead],
  rows: ranked.flatMap(({ id }) => whats.map(([what, words]) => [id, words, ...shareCells(figure(id, what))])),
})}
</section>`;
}

/** Every policy × every use: the share that would be left out. */
export function verdictsSection(summary: AuditSummary): Markup {
  const policies = summary.audit.policies.map(({ id }) => id);
  const left = (policy: string, about: string): Shares => sharesIn(summary, `verdict.${policy}.${about}.withhold`);
  const heat = (share: number): string => `h${Math.min(9, Math.floor(share * 10))}`;
  return html`<section id="verdicts"><h2>What each policy would leave out</h2>
<div class="wide" tabindex="0" role="region" aria-label="What each policy would leave out"><table class="heat"><thead><tr><th scope="col">For</th>${policies.map(id => html`<th scope="col">${id}</th>`)}</tr></thead><tbody>
${abouts.map(
  about => html`<tr><th scope="row">${aboutWords[about]}</th>${policies.map(
    policy =>
      html`<td>${denominatorKeys.map(key => {
        const { share = 0 } = left(policy, about)[key];
        return html`<span class="d ${ofClass(key)} ${heat(share)}">${percent(left(policy, about)[key].share)}</span>`;
      })}</td>`,
  )}</tr>
`,
)}</tbody></table></div>
<details><summary>The numbers</summary>${dataTable({
    name: 'verdicts',
    caption: 'Verdicts of every policy, and what would be done',
    head: ['Policy and use', 'what', ...shareHead],
    rows: policies.flatMap(policy =>
      abouts.flatMap(about =>
        (['keep', 'withhold', 'defer', 'not-judged'] as const).map(what => [
          `${policy}: ${about}`,
          what,
          ...shareCells(sharesIn(summary, `verdict.${policy}.${about}.${what}`)),
        ]),
      ),
    ),
  })}</details>
</section>`;
}
