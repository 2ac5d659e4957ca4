import type { EvidenceRecord } from '../assess/index.ts';
import { describeLocator } from '../policy/index.ts';
import type { Exchange } from '../vocab/index.ts';
import { excerptOf } from './excerpt.ts';
import { html, type Markup } from './markup.ts';

/** `line 2 of https://site.example/robots.txt`. */
export const placeOf = ({ locator, source }: EvidenceRecord): string => `${describeLocator(locator)} in ${source.url}`;

export const said = ({ quote, agent }: EvidenceRecord): Markup =>
  html`${quote === '' ? html`<span class="quiet">nothing</span>` : html`<code>${quote}</code>`}${agent ? html` <span class="quiet">(names ${agent})</span>` : ''}`;

/** The carrier's own bytes with the evidence marked. */
export function excerpt(
  evidence: EvidenceRecord,
  sources: readonly Exchange[],
  tone: 'allow' | 'disallow' | 'unknown',
): Markup | null {
  const lines = excerptOf(evidence, sources);
  if (lines.length === 0) return null;
  return html`<pre>${lines.map(({ number, before, hit, after }) =>
    hit === ''
      ? html`<span${number === undefined ? '' : html` data-line="${number}"`}>${before}</span>`
      : html`<span class="hit ${tone}"${number === undefined ? '' : html` data-line="${number}"`}>${before}<mark>${hit}</mark>${after}</span>`,
  )}</pre>`;
}

/** Where it stands, when it was read, and under which rule it counts. */
export const source = ({ source: { url, retrievedAt, digest }, locator, spec, signal }: EvidenceRecord): Markup => html`<dl>
<dt>Place</dt><dd>${describeLocator(locator)} in <code>${url}</code></dd>
<dt>Rule</dt><dd>${spec} <span class="quiet">(signal ${signal})</span></dd>
${retrievedAt === undefined ? '' : html`<dt>Read</dt><dd>${retrievedAt}</dd>`}
${digest === undefined ? '' : html`<dt>Bytes</dt><dd><code>${digest}</code></dd>`}
</dl>`;
