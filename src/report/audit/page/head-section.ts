/** The answer first: one sentence with its three denominators, then what is not known, then how it comes about. */
import { barChart } from '../../charts/bars.ts';
import { grouped, interval, percent } from '../../charts/numbers.ts';
import { behind } from '../../charts/table.ts';
import { html, type Markup } from '../../markup.ts';
import { denominatorKeys, denominators } from '../denominators.ts';
import type { AuditSummary } from '../summary.ts';
import { ofClass } from './choices.ts';
import { shareCells, shareHead, sharesIn } from './shares.ts';

export function headSection(summary: AuditSummary): Markup {
  const { audit, policy, first, last, denominators: totals } = summary;
  const days = [first?.slice(0, 10), last?.slice(0, 10)].filter(day => day !== undefined);
  const when = days.length === 0 ? '' : days[0] === days[1] ? ` · ${days[0]}` : ` · ${days[0]} to ${days[1]}`;
  const refusal = sharesIn(summary, `verdict.${policy}.train-ai.disallow`);
  return html`<header>
<p class="kicker">Audit of AI opt-outs${audit.list === undefined ? '' : html` · ${audit.list}`}${when}</p>
<h1 class="answer">${headlineOf(refusal.all.n, totals.all.of, unknownOf(summary))}</h1>
<p>as policy <code>${policy}</code> reads what they say: robots.txt, response fields, markup and the other files that were asked.${wordless(summary)} The share depends on what it is a share of:</p>
<ul class="cards">${denominatorKeys.map(key => {
    const { n, of, share, low, high } = refusal[key];
    return html`<li><b>${percent(share)}</b> of ${denominators[key].words}<small>${grouped(n)} of ${grouped(of)}${low === undefined ? '' : ` · 95 % interval ${interval(low, high)}`}</small></li>`;
  })}</ul>
${unknownAnswers(summary)}${otherCounts(summary)}
${weighed(summary)}${(audit.notes ?? []).map(note => html`<p class="note">${note}</p>`)}
</header>`;
}

const unknownOf = ({ figures, policy }: AuditSummary): number =>
  ['unknown-unreadable', 'unknown-unreachable', 'unknown-not-attempted', 'not-judged'].reduce(
    (sum, answer) => sum + sharesIn({ figures }, `verdict.${policy}.train-ai.${answer}`).all.n,
    0,
  );

/** Where nothing is known, none is no answer. */
function headlineOf(refusing: number, total: number, unknown: number): string {
  const domains = total === 1 ? 'domain' : 'domains';
  if (total > 0 && unknown === total)
    return `It is not known of any of ${grouped(total)} ${domains} whether it refuses AI training`;
  return `${grouped(refusing)} of ${grouped(total)} ${domains} ${refusing === 1 ? 'refuses' : 'refuse'} AI training`;
}

/** Whoever quotes the headline must not take the rest for silence. */
function unknownAnswers(summary: AuditSummary): Markup {
  const n = unknownOf(summary);
  return n === 0
    ? html``
    : html`<p>Of <b>${grouped(n)}</b> ${n === 1 ? 'domain' : 'domains'} the answer is not known: something that may refuse did not answer, could not be read or was not asked.</p>
`;
}

/** A barrier keeps a page out of a corpus, and is no word on training. */
function wordless(summary: AuditSummary): string {
  const { n } = sharesIn(summary, 'optout.policy-only').all;
  if (n === 0) return '';
  return ` ${grouped(n)} of them ${n === 1 ? 'says' : 'say'} nothing of training: closed to our crawler alone, or met with a refusal or a test in the place of robots.txt or the front page.`;
}

/** Other counts of the same domains, and what lies between them: whoever publishes one of them has published no other. */
function otherCounts(summary: AuditSummary): Markup {
  const count = (key: string): string => grouped(sharesIn(summary, key).all.n);
  const rows = [
    ['optout.any', 'opt out by any mechanism, to everybody or to somebody named, whether a policy hears it or not'],
    [
      'optout.everybody-only',
      'of these only because they close / to everybody: they close it to no training agent by name, and say nothing else of AI training',
    ],
    ['optout.closes-a-training-agent', 'close / to a training agent by name, which most published counts count'],
    ['optout.partly', 'refuse AI training on other paths than the front page only'],
    [
      'optout.implied',
      'say nothing of the kind, and the most cautious reading takes something else for it: a value without meaning, a licence that cannot be had, noindex or noarchive',
    ],
    ['optout.grants-training', 'grant AI training expressly'],
  ] as const;
  return html`<p>Counted in other ways:</p>
<ul class="limits">${rows.map(([key, words]) => html`<li><b>${count(key)}</b> ${words}</li>`)}</ul>
<p class="quiet">Any mechanism (${count('optout.any')}) less what <code>${summary.policy}</code> does not hear (${count('optout.unheard')}) and with what it finds though nobody spoke of training, because the site was closed to our crawler alone or barred (${count('optout.policy-only')}), is ${count(`verdict.${summary.policy}.train-ai.disallow`)}.</p>
`;
}

/** What the refusals weigh in the corpus that the list was made of. */
function weighed({ figures, policy }: AuditSummary): Markup {
  const { documents, tokens } = figures[`verdict.${policy}.train-ai.disallow`]?.weighted ?? {};
  const parts = [
    ...(documents ? [`${percent(documents.all.share)} of its documents`] : []),
    ...(tokens ? [`${percent(tokens.all.share)} of its tokens`] : []),
  ];
  return parts.length === 0
    ? html``
    : html`<p>In the corpus that the list was made of, the domains that refuse hold ${parts.join(' and ')}.</p>`;
}

const answers = [
  ['disallow', 'withhold', 'refused'],
  ['allow', 'keep', 'permitted'],
  ['unknown-silent', 'light', 'nothing was said that it hears'],
  ['unknown-unreadable', 'unknown', 'not known: unreadable'],
  ['unknown-unreachable', 'unknown-2', 'not known: no answer'],
  ['unknown-not-attempted', 'unknown-3', 'not known: not asked'],
  ['not-judged', 'mute', 'not judged'],
] as const;

/** Four ways of not knowing stand beside silence, and none of them looks like it. */
export function answersSection(summary: AuditSummary): Markup {
  const { policy, audit } = summary;
  const policies = [...audit.policies.map(({ id }) => id)].sort((a, b) => Number(b === policy) - Number(a === policy));
  const figure = (id: string, answer: string): ReturnType<typeof sharesIn> =>
    sharesIn(summary, `verdict.${id}.train-ai.${answer}`);
  return html`<section id="answers"><h2>What is known of AI training</h2>
<p>Each domain has one answer under each policy. Not to know is not to be permitted: what did not answer, could not be read or was not asked is never counted as silence. A web page in the place of robots.txt or of another file says nothing, and counts as that.</p>
${barChart({
  tones: answers.map(([, tone]) => tone),
  legend: answers.map(([, tone, words]) => [tone, words] as const),
  full: 1,
  bars: policies.map(id => ({
    label: id,
    variants: denominatorKeys.map(key => ({
      choice: ofClass(key),
      parts: answers.map(([answer]) => figure(id, answer)[key].share ?? 0),
      text: percent(figure(id, 'disallow')[key].share),
      note: 'refused',
    })),
  })),
})}
${behind({
  name: 'answers',
  caption: 'What each policy finds on AI training',
  head: ['Policy and answer', ...shareHead],
  rows: policies.flatMap(id => answers.map(([answer, , words]) => [`${id}: ${words}`, ...shareCells(figure(id, answer))])),
})}
</section>`;
}

const steps = [
  ['reach.reachable', 'answered at all'],
  ['robots.readable', 'have a robots.txt that could be read'],
  ['robots.names-an-agent', 'name an AI agent in it'],
  ['optout.closes-a-training-agent', 'close / to a training agent, by name'],
] as const;

export function funnelSection(summary: AuditSummary): Markup {
  const total = summary.denominators.all.of;
  const rows = [
    ['every domain of the list', total] as const,
    ...steps.map(([key, words]) => [words, sharesIn(summary, key).all.n] as const),
  ];
  return html`<section id="funnel"><h2>From the list to an opt-out in robots.txt</h2>
${barChart({
  tones: ['strong'],
  full: 1,
  bars: rows.map(([label, n]) => ({
    label,
    variants: [
      { choice: '', parts: [total === 0 ? 0 : n / total], text: grouped(n), note: total === 0 ? '' : percent(n / total) },
    ],
  })),
})}
${behind({ name: 'funnel', caption: 'From the list to an opt-out', head: ['Domains that', 'n'], rows: rows.map(([label, n]) => [label, { text: grouped(n), value: n }]) })}
</section>`;
}
