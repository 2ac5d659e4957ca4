/** The table of domains and its drawer. Without the script the first rows stand here, with what decides. */
import { grouped } from '../../charts/numbers.ts';
import { html, type Markup } from '../../markup.ts';
import { unicodeName } from '../../unicode-name.ts';
import { dispositionWords } from '../../words.ts';
import { type DomainTable, dispositionNames, flagBits, reachNames, tellingRobots } from '../domain-payload.ts';
import { abouts } from '../verdicts-family.ts';

const heads = ['Domain', 'Rank', 'robots.txt', 'Agents closed out by name', 'Mechanisms', 'AI training', 'Notes'] as const;
const staticRows = 50;

/** @param seen how many domains the audit has; the page may hold fewer */
export function domainsSection(table: DomainTable, seen: number): Markup {
  const held = table.domain.length;
  const left =
    held < seen
      ? html`<p class="note">The page holds ${grouped(held)} of ${grouped(seen)} domains: first those that say something, contradict themselves, are malformed or meet with a barrier. The other ${grouped(seen - held)} are in <code>domains.csv</code>, <code>domains.parquet</code> and <code>audit.jsonl</code>; every figure above counts them.</p>`
      : '';
  return html`<section id="domains"><h2>Domain by domain</h2>
<p>Open a domain to see what it says, where, and what each policy makes of it.</p>
${left}
<form id="find" role="search" hidden>
<label>Domain <input type="search" id="find-text" autocomplete="off" spellcheck="false" placeholder="example.org"></label>
<label>Show <select id="find-show"><option value="">all</option><option value="1">refusing or granting anything</option><option value="2">with contradictions</option><option value="4">malformed</option><option value="8">with a barrier</option><option value="16">moved</option><option value="r1">unreachable</option><option value="r2">not checked</option></select></label>
<label>Policy <select id="find-policy"></select></label>
<label>AI training <select id="find-verdict"><option value="">any</option>${dispositionNames.map((name, index) => html`<option value="${index}">${dispositionWords[name].title.toLowerCase()}</option>`)}<option value="-1">not judged</option></select></label>
<label>Closed to <select id="find-agent"><option value="">any agent</option></select></label>
<label>Mechanism <select id="find-mechanism"><option value="">any</option></select></label>
<button type="reset">Clear</button>
</form>
<div class="wide" tabindex="0" role="region" aria-label="Domains"><table id="domain-table"><thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${table.domain.slice(0, staticRows).map((_, row) => staticRow(table, row))}</tbody></table></div>
<noscript><p class="quiet">Without scripts the first ${Math.min(staticRows, held)} domains are shown. All are in <code>domains.csv</code>.</p></noscript>
<div id="pager" hidden><button type="button" id="page-back">Previous page</button><output id="find-count" aria-live="polite"${held < seen ? html` data-of=" on this page"` : ''}></output><button type="button" id="page-on">Next page</button><button type="button" id="find-save">Save these as CSV</button></div>
<dialog id="card" aria-labelledby="card-title"><div class="card-head"><h2 id="card-title"></h2><button type="button" id="card-back">Previous</button><button type="button" id="card-on">Next</button><button type="button" id="card-close">Close</button></div><div id="card-body"></div></dialog>
</section>`;
}

function staticRow(table: DomainTable, row: number): Markup {
  const { domain, rank, reach, robots, strings, closed, read, mechanisms, verdicts, verdictSets, flags, leading } = table;
  const found = verdictSets[verdicts[row] ?? 0]?.[leading * abouts.length + abouts.indexOf('train-ai')] ?? -1;
  const disposition = dispositionNames[found];
  const unicode = unicodeName(domain[row] ?? '');
  const used = mechanisms.filter((_, bit) => ((read[row] ?? 0) >> bit) & 1).join(', ');
  const notes = ['contradiction', 'malformed', 'barrier', 'moved']
    .filter((_, bit) => ((flags[row] ?? 0) >> (bit + 1)) & 1)
    .join(', ');
  const answered = reach[row] === 0 ? (strings[robots[row] ?? 0] ?? '') : (reachNames[reach[row] ?? 0] ?? '');
  return html`<tr><th scope="row">${domain[row] ?? ''}${unicode === undefined ? '' : html` <small><bdi>${unicode}</bdi></small>`}</th><td>${rank[row] || '–'}</td><td>${answered}</td><td>${closed[row] || (tellingRobots.includes(strings[robots[row] ?? 0] ?? '') ? 0 : 'not known')}</td><td>${used || ((flags[row] ?? 0) & flagBits.unknown ? 'not known' : 'none')}</td><td class="${disposition ?? ''}">${disposition ? dispositionWords[disposition].title.toLowerCase() : 'not judged'}</td><td>${notes || '–'}</td></tr>
`;
}
