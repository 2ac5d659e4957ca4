/** "Why is my page in there?": what there is of a URL or a domain, for the person who asks. */

import type { Disposition } from '../../vocab/index.ts';
import { type ExplainedUrl, explanationBody } from '../explanation-html.ts';
import { html, type Markup } from '../markup.ts';
import { dispositionWords } from '../words.ts';
import type { WithdrawalFacts } from './facts.ts';
import { frame } from './frame.ts';
import { asked, count, span, time } from './words.ts';

export type DeskAnswer =
  | { readonly kind: 'url'; readonly explained: ExplainedUrl; readonly withdrawals: readonly WithdrawalFacts[] }
  | {
      readonly kind: 'places';
      readonly host: string;
      readonly origins: readonly string[];
      readonly rows: readonly {
        readonly url: string;
        readonly disposition: Disposition;
        readonly reason: string;
        readonly at: string;
      }[];
      readonly isCut: boolean;
    }
  | { readonly kind: 'nothing'; readonly why: string };

export const deskPage = (dataset: string, query: string, answer: DeskAnswer): string =>
  frame({ title: titleOf(query, answer), dataset, here: 'search', query }, bodyOf(query, answer));

const titleOf = (query: string, answer: DeskAnswer): string =>
  answer.kind === 'url' ? `${dispositionWords[answer.explained.record.disposition].title}: ${query}` : `${query} · heed`;

function bodyOf(query: string, answer: DeskAnswer): Markup {
  switch (answer.kind) {
    case 'url':
      return html`${answer.withdrawals.map(withdrawalNote)}${explanationBody(answer.explained)}`;
    case 'places':
      return places(answer);
    case 'nothing':
      return html`<h1>${query === '' ? 'What is asked about?' : html`<code>${query}</code>`}</h1><p>${answer.why}</p>`;
  }
}

const withdrawalNote = ({
  reason,
  sighted,
  withdrawn,
  isCompacted,
}: WithdrawalFacts): Markup => html`<p class="note withhold" role="note">A document of this page was withdrawn ${time(withdrawn)} (<code>${reason}</code>), ${span(Date.parse(withdrawn) - Date.parse(sighted))} after what it answers was first seen; its text ${isCompacted ? 'has left the files of the dataset' : 'leaves the files of the dataset with the next compaction'}.</p>
`;

function places({ host, origins, rows, isCut }: Extract<DeskAnswer, { kind: 'places' }>): Markup {
  const kept = rows.filter(({ disposition }) => disposition === 'keep').length;
  return html`<h1><code>${host}</code></h1>
<p class="lead">${count(kept)} of ${count(rows.length)} URLs kept${isCut ? '; there are more than are shown' : ''}.</p>
<p class="quiet">${origins.length === 1 ? 'One origin' : `${count(origins.length)} origins`}: ${origins.slice(0, 10).join(', ')}${origins.length > 10 ? ', …' : ''}</p>
<div class="wide" tabindex="0" role="group" aria-label="URLs"><table class="stack"><thead><tr><th>URL</th><th>Outcome</th><th>Reason</th><th>Judged</th></tr></thead><tbody>
${rows.map(({ url, disposition, reason, at }) => {
  const { title, tone } = dispositionWords[disposition];
  return html`<tr><td data-label="URL">${asked(url)}</td><td data-label="Outcome" class="${tone}">${title}</td><td data-label="Reason"><code>${reason}</code></td><td class="tight" data-label="Judged">${time(at)}</td></tr>
`;
})}</tbody></table></div>`;
}
