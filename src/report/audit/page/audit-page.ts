/** An audit as one page that needs nothing else: no network, and for reading no script. */

import type { Trend } from '../../../assess/index.ts';
import { saveTables } from '../../charts/save-tables.ts';
import { html, type Markup } from '../../markup.ts';
import { deflated, reportPage } from '../../report-page.ts';
import type { DomainCards } from '../domain-cards.ts';
import type { DomainTable } from '../domain-payload.ts';
import { pageScript } from '../page-script.ts';
import type { AuditSummary } from '../summary.ts';
import { agentsSection, classesSection } from './agents-section.ts';
import { denominatorChoice } from './choices.ts';
import { domainsSection } from './domains-section.ts';
import { flawsSection } from './flaws-section.ts';
import { answersSection, funnelSection, headSection } from './head-section.ts';
import { limitsSection } from './limits-section.ts';
import { mechanismsSection, verdictsSection } from './mechanisms-section.ts';
import { auditStyle } from './page-style.ts';
import { strataSection } from './strata-section.ts';
import { timeSection } from './time-section.ts';

export interface AuditPageOptions {
  /** Of the page: it holds fewer domains where more would not fit. */
  readonly maxOctets: number;
  readonly trend?: Trend;
}

export async function auditPage(
  summary: AuditSummary,
  cards: DomainCards,
  { maxOctets, trend }: AuditPageOptions,
): Promise<string> {
  let rows = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const { table, json } = cards.packed(rows);
    const octets = await deflated(json);
    const text = await reportPage({
      title: `AI opt-outs of ${summary.denominators.all.of} domains${summary.audit.list === undefined ? '' : `: ${summary.audit.list}`}`,
      body: bodyOf(summary, table, cards.seen, trend),
      style: auditStyle,
      scripts: [saveTables, pageScript],
      data: { id: 'domain-data', octets },
    });
    const size = Buffer.byteLength(text);
    const held = table.domain.length;
    if (size <= maxOctets || held === 0) return text;
    // What is beside the domains does not shrink with them.
    const perRow = (octets.length * 4) / 3 / held;
    rows = Math.max(0, Math.min(held - 1, Math.floor(held - ((size - maxOctets) / perRow) * 1.05)));
  }
}

const partsOf = (trend: Trend | undefined): readonly (readonly [id: string, words: string])[] => [
  ['agents', 'agents'],
  ['mechanisms', 'mechanisms'],
  ['verdicts', 'policies'],
  ['strata', 'parts of the list'],
  ...(trend === undefined ? [] : [['time', 'what changed'] as const]),
  ['flaws', 'flaws'],
  ['domains', 'domains'],
  ['limits', 'what this does not prove'],
];

const bodyOf = (summary: AuditSummary, table: DomainTable, seen: number, trend?: Trend): Markup => html`<main>
${headSection(summary)}
<div class="bar-top">${denominatorChoice()}<nav aria-label="Parts of this page">${partsOf(trend).map(([id, words]) => html`<a href="#${id}">${words}</a>`)}</nav></div>
${answersSection(summary)}
${funnelSection(summary)}
${agentsSection(summary)}
${classesSection(summary)}
${mechanismsSection(summary)}
${verdictsSection(summary)}
${strataSection(summary)}
${trend ? timeSection(trend, summary.policy) : ''}
${flawsSection(summary)}
${domainsSection(table, seen)}
${limitsSection(summary)}
</main>`;
