import { grouped } from '../../charts/numbers.ts';
import { html, type Markup } from '../../markup.ts';
import { denominatorKeys, denominators } from '../denominators.ts';
import type { AuditSummary } from '../summary.ts';

/** What a reader must not conclude. */
export function limitsSection(summary: AuditSummary): Markup {
  const n = (key: string): number => summary.figures[key]?.all.n ?? 0;
  const [pages, moved] = [n('reach.page-read'), n('reach.moved')];
  return html`<section id="limits"><h2>What this does not prove</h2>
<ul class="limits">
<li><b>Not the law.</b> Whether a statement is a valid reservation, and for whom, is decided by courts, not by a parser. Nothing here is legal advice.</li>
<li><b>Not the whole site.</b> Of a domain at most the declarations of its origin ${pages === 0 ? 'were read, and no page' : `and one front page were read (the page of ${grouped(pages)})`}. Other pages may say something else, in their own fields or markup.</li>
<li><b>Not the past or the future.</b> An answer is what was served at the time that stands beside it, to a client with our name, from where we asked.</li>
<li><b>Not silence.</b> ${silence(n('reach.unreachable'), n('reach.not-checked'))}</li>
<li><b>Not the name alone.</b> A domain that redirects is measured by what is said where its front page is served${moved === 0 ? '' : `; of ${grouped(moved)} that is another registrable domain`}.</li>
<li><b>Not intent.</b> A robots.txt may be its host’s or its software’s default. Who wrote it is not known.</li>
<li><b>Not obedience.</b> That an agent is refused does not mean that it stays away.</li>
<li><b>Not every domain.</b> Intervals are Wilson’s, at 95 %. They hold where the list is a random sample of something larger. Of the list itself the shares are exact, and a list by popularity is no sample of the web.</li>
</ul>
</section>
<section id="method"><h2>How to count it again</h2>
<p>Every figure is a count over <code>audit.jsonl</code>, which holds one line for each domain with its evidence. <code>summary.json</code> gives each with its definition and its SQL condition, <code>figures.csv</code> the same as a table; <code>audit.sql</code> makes the lines a table of DuckDB.</p>
<pre><span>duckdb -init audit.sql -c "SELECT count(*) FROM audit WHERE ${summary.figures['optout.closes-a-training-agent']?.sql ?? 'true'}"</span></pre>
<dl class="meanings">${denominatorKeys.map(key => html`<dt>${denominators[key].words}</dt><dd>${denominators[key].definition}: <code>${denominators[key].sql}</code>, ${grouped(summary.denominators[key].of)}</dd>`)}
<dt>Run</dt><dd><code>${summary.audit.run}</code>, ${summary.audit.software.name} ${summary.audit.software.version}</dd>
${summary.audit.policies.map(({ id, digest }) => html`<dt>Policy ${id}</dt><dd><code>${digest}</code></dd>`)}
<dt>Agents</dt><dd>list of ${summary.audit.agents.version}, ${summary.audit.agents.list.length} agents</dd></dl>
</section>`;
}

/** What is not known of whole domains; of those that answered, it may still be one file or the page. */
function silence(unreachable: number, unasked: number): string {
  const parts = [
    ...(unreachable === 0 ? [] : [`${domains(unreachable)} did not answer`]),
    ...(unasked === 0
      ? []
      : [`${unreachable === 0 ? domains(unasked) : grouped(unasked)} ${unasked === 1 ? 'was' : 'were'} not asked`]),
  ];
  return parts.length === 0
    ? 'What could not be read or was not asked is not known, and is counted as neither yes nor no.'
    : `${parts.join(' and ')}. What they would have said is not known, and they are counted as neither yes nor no: a share of all domains is lower for each of them, the other shares leave them out.`;
}

const domains = (n: number): string => `${grouped(n)} domain${n === 1 ? '' : 's'}`;
