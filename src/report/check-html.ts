/** `heed check` as one page for the people who run the site. */
import type { EvidenceRecord, PageCheck } from '../assess/index.ts';
import type { Disposition } from '../vocab/index.ts';
import { type CheckDocument, headline, levelOf, partedAnomalies } from './check-document.ts';
import { placeOf, said } from './evidence-rows.ts';
import { html, type Markup, page, prose } from './markup.ts';
import { aboutWords, fileWords, verbOf, whyNotFetched } from './words.ts';

export function checkHtml(check: CheckDocument): string {
  const { url, at, agent, findings } = check;
  const judged = check.pages.filter(({ redirect }) => redirect === undefined).length;
  const tone = findings.kept === 0 ? 'withhold' : findings.kept === judged ? 'keep' : 'mixed';
  const body = html`<h1>What a training crawler may take from <code>${url}</code></h1>
<p class="verdict ${tone}">${findings.kept} of ${judged} ${judged === 1 ? 'page' : 'pages'}</p>
<p>${headline(check)}</p>
<p class="quiet">Asked as <code>${agent}</code>, ${at} · ${check.contradictions.length} ${check.contradictions.length === 1 ? 'contradiction' : 'contradictions'} · ${findings.malformed} malformed · ${findings['no-file']} without a file</p>
${verdicts(check)}
${contradictions(check)}
${anomalies(check)}
${statements(check)}
${files(check)}`;
  return page(`heed check ${url}`, body);
}

function verdicts({ pages, policies, policy, categories }: CheckDocument): Markup {
  const abouts = ['acquisition', ...categories] as const;
  const cell = (own: PageCheck, policy: string, about: string): Markup => {
    const disposition: Disposition | undefined = own.verdicts[policy]?.[about]?.disposition;
    return html`<td>${disposition ? html`<span class="${disposition}">${disposition}</span>` : '–'}</td>`;
  };
  return html`<h2>What each policy would do</h2>
<div class="wide" tabindex="0" role="region" aria-label="What each policy would do"><table><thead><tr><th>Page</th><th>For</th>${policies.map(id => html`<th>${id}</th>`)}</tr></thead><tbody>
${pages.map(own =>
  own.redirect !== undefined
    ? html`<tr><td><code>${own.url}</code></td><td colspan="${policies.length + 1}">redirects to <code>${own.redirect}</code></td></tr>
`
    : abouts.map(
        (
          about,
          index,
        ) => html`<tr>${index === 0 ? html`<td rowspan="${abouts.length}"><code>${own.url}</code>${note(own, policy)}</td>` : ''}<td>${aboutWords[about]}</td>${policies.map(id => cell(own, id, about))}</tr>
`,
      ),
)}</tbody></table></div>`;
}

function note(own: PageCheck, policy: string): Markup {
  const { asked, status, cause } = own;
  const text = asked ? [cause, status === 200 ? undefined : status].filter(Boolean).join(' ') : whyNotFetched(own, policy);
  return text === '' ? html`` : html`<br><span class="quiet">${text}</span>`;
}

const evidenceList = (label: string, list: readonly EvidenceRecord[]): Markup =>
  html`${list.map(evidence => html`<dt>${label}</dt><dd>${evidence.quote === '' && evidence.agent === undefined ? '' : html`${said(evidence)} `}<span class="quiet">${placeOf(evidence)}</span></dd>`)}`;

const onPages = (pages: readonly string[]): string => (pages.length > 1 ? ` · on ${pages.length} pages` : '');

function contradictions({ contradictions: list }: CheckDocument): Markup {
  if (list.length === 0) return html``;
  return html`<h2>What contradicts itself</h2>
${list.map(
  ({ about, allow, disallow, meaning, fix, pages }) => html`<h3>About ${aboutWords[about]}${onPages(pages)}</h3>
<p>${prose(meaning)}</p>
<dl>${evidenceList('Allows', allow)}${evidenceList('Refuses', disallow)}<dt>Fix</dt><dd>${prose(fix)}</dd></dl>`,
)}`;
}

function anomalies(check: CheckDocument): Markup {
  const { departing, inPlace } = partedAnomalies(check);
  return html`${anomalyList('What is not as specified', departing)}${anomalyList('Where there is no file to read', inPlace)}`;
}

function anomalyList(title: string, list: CheckDocument['anomalies']): Markup {
  if (list.length === 0) return html``;
  return html`<h2>${title}</h2>
${list.map(
  ({ code, effect, unreadable, detail, evidence, meaning = '', fix = '', pages }) => html`<h3>${prose(meaning)}</h3>
<dl>${evidenceList('Found', [evidence])}<dt>Fix</dt><dd>${prose(fix)}</dd><dt>Code</dt><dd><code>${code}</code> <span class="quiet">${levelOf({ effect, unreadable })}${onPages(pages)}${detail === undefined ? '' : ` · ${detail}`}</span></dd></dl>`,
)}`;
}

function statements({ statements: list }: CheckDocument): Markup {
  if (list.length === 0) return html``;
  return html`<h2>What the site says</h2>
<table class="stack"><thead><tr><th>About</th><th>Says</th><th>Words</th><th>Where</th></tr></thead><tbody>
${list.map(
  ({
    about,
    preference,
    form,
    grants,
    evidence,
    pages,
  }) => html`<tr><td data-label="About">${aboutWords[about]}</td><td data-label="Says">${verbOf({ signal: evidence.signal, preference, form, grants })}${form === 'conformant' ? '' : html` <span class="quiet">${form}</span>`}</td><td data-label="Words">${said(evidence)}</td><td data-label="Where">${placeOf(evidence)}<span class="quiet">${onPages(pages)}</span></td></tr>
`,
)}</tbody></table>`;
}

function files({ files: list }: CheckDocument): Markup {
  return html`<h2>Where we looked</h2>
<table class="stack"><thead><tr><th>Address</th><th>Answer</th></tr></thead><tbody>
${list.map(
  file => html`<tr><td data-label="Address"><code>${file.url}</code></td><td data-label="Answer">${fileWords(file)}</td></tr>
`,
)}</tbody></table>`;
}
