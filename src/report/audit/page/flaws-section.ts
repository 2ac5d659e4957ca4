/** What contradicts itself, departs from its specification or stands in the way, and how robots.txt was answered. */
import type { ContradictionKind } from '../../../assess/index.ts';
import { adviceOn, contradictionAdvice } from '../../advice.ts';
import { barChart } from '../../charts/bars.ts';
import { behind } from '../../charts/table.ts';
import { html, type Markup, prose } from '../../markup.ts';
import { robotsClassWords } from '../reach-families.ts';
import type { AuditFigure, AuditSummary } from '../summary.ts';
import { shareCells, shareHead, sharesIn, variants } from './shares.ts';

const maxShown = 12;

function flaws(
  summary: AuditSummary,
  { family, title, lead, meaning }: { family: string; title: string; lead: string; meaning: (value: string) => string },
): Markup {
  const all = Object.values(summary.figures).filter(figure => figure.family === family && figure.key !== `${family}.any`);
  const value = ({ key }: AuditFigure): string => key.slice(family.length + 1);
  const found = all.filter(({ all: { n } }) => n > 0).sort((a, b) => b.all.n - a.all.n || (a.key < b.key ? -1 : 1));
  return html`<div id="${family}"><h3>${title}</h3>
<p>${lead}</p>
${
  found.length === 0
    ? html`<p class="quiet">None was found in what was read.</p>`
    : barChart({
        tones: ['strong'],
        bars: found.slice(0, maxShown).map(figure => ({ label: value(figure), variants: variants(figure) })),
      })
}
${found.length === 0 ? '' : html`<details><summary>What they are</summary><dl class="meanings">${found.slice(0, maxShown).map(figure => html`<dt><code>${value(figure)}</code></dt><dd>${prose(meaning(value(figure)))}</dd>`)}</dl></details>`}
${behind({ name: family, caption: title, head: ['What', ...shareHead], rows: [...found, ...all.filter(({ all: { n } }) => n === 0)].map(figure => [value(figure), ...shareCells(figure)]) })}
</div>`;
}

export const flawsSection = (
  summary: AuditSummary,
): Markup => html`<section id="flaws"><h2>What does not agree, is not well said, or cannot be got at</h2>
<div class="columns">
${flaws(summary, {
  family: 'contradiction',
  title: 'Contradictions',
  lead: 'One statement allows what another refuses.',
  meaning: kind => contradictionAdvice[kind as ContradictionKind]?.meaning ?? '',
})}
${flaws(summary, {
  family: 'malformed',
  title: 'Malformed statements',
  lead: 'A statement departs from its specification, and is ignored or read to the protection of the site.',
  meaning: code => adviceOn(code)?.meaning ?? '',
})}
${flaws(summary, {
  family: 'no-file',
  title: 'In the place of a declaration file',
  lead: 'A page is served where one would lie, or nobody may look. Nothing is stated there.',
  meaning: code => adviceOn(code)?.meaning ?? '',
})}
${flaws(summary, {
  family: 'barrier',
  title: 'Barriers',
  lead: 'A declaration or the front page was answered with a refusal, a bill or a test. None was got around.',
  meaning: kind =>
    kind === 'challenge' ? 'A test was served in the place of the page.' : `The answer was the HTTP status ${kind}.`,
})}
<div id="robots-classes"><h3>How robots.txt was answered</h3>
${barChart({
  tones: ['strong'],
  bars: Object.entries(robotsClassWords).map(([name, words]) => ({
    label: words,
    variants: variants(sharesIn(summary, `robots.${name}`)),
  })),
})}
${behind({
  name: 'robots-classes',
  caption: 'How robots.txt was answered',
  head: ['Answer', ...shareHead],
  rows: Object.entries(robotsClassWords).map(([name]) => [name, ...shareCells(sharesIn(summary, `robots.${name}`))]),
})}</div>
</div>
</section>`;
