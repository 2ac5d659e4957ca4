/** A crawl as one page: what it saw, what it was allowed, what it kept, and how it behaved. */

import { mechanisms } from '../../signals/index.ts';
import { type Bar, barChart, scaleOf, type Tone } from '../charts/bars.ts';
import { chartStyle } from '../charts/chart-style.ts';
import { grouped, percent } from '../charts/numbers.ts';
import { saveTables } from '../charts/save-tables.ts';
import { behind, dataTable } from '../charts/table.ts';
import { html, type Markup } from '../markup.ts';
import { reportPage } from '../report-page.ts';
import { type CrawlDocument, reasonFamilies } from './crawl-document.ts';

export const crawlPage = (document: CrawlDocument): Promise<string> =>
  reportPage({
    title: `Crawl ${document.run.run}: ${document.funnel.kept} of ${document.funnel.seen} URLs kept`,
    body: html`<main>
${head(document)}
${funnel(document)}
${reasons(document)}
${byMechanism(document)}
${hosts(document)}
${languages(document)}
${politeness(document)}
${limits(document)}
</main>`,
    style: chartStyle,
    scripts: [saveTables],
  });

const of = (n: number, total: number): string => (total === 0 ? '–' : percent(n / total));
const count = (n: number): { readonly text: string; readonly value: number } => ({ text: grouped(n), value: n });

function head({ run, funnel: { seen, kept }, bytes }: CrawlDocument): Markup {
  const overrides = Object.entries(run.overrides);
  return html`<header>
<p class="kicker">${run.kind === 'crawl' ? 'Crawl' : `Run of kind ${run.kind}`} · ${whenOf(run.started, run.created)}</p>
<h1 class="answer">${grouped(kept)} of ${grouped(seen)} URLs were kept</h1>
<p>under policy <code>${run.policy.id}</code>. Every URL that was seen has a row with its reason; the reasons below sum to ${grouped(seen)}. ${grouped(bytes)} octets of content were read.</p>
${overrides.length === 0 ? '' : html`<p class="note">No ordinary run: ${overrides.map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(' · ')}</p>`}
</header>`;
}

/** To the minute; the day is written once. */
function whenOf(started: string, ended: string): string {
  const [from, to] = [started, ended].map(instant => instant.slice(0, 16).replace('T', ' ')) as [string, string];
  if (from === to) return `${from} UTC`;
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} to ${to.slice(11)} UTC` : `${from} to ${to} UTC`;
}

function funnel({ funnel: { seen, allowed, answered, kept } }: CrawlDocument): Markup {
  const steps = [
    ['seen', seen],
    ['might be fetched', allowed],
    ['answered with a page', answered],
    ['kept', kept],
  ] as const;
  return html`<section id="funnel"><h2>From seen to kept</h2>
${barChart({ tones: ['strong'], full: 1, bars: steps.map(([label, n]) => ({ label, variants: [{ choice: '', parts: [seen === 0 ? 0 : n / seen], text: grouped(n), note: of(n, seen) }] })) })}
${behind({ name: 'funnel', caption: 'From seen to kept', head: ['Step', 'URLs'], rows: steps.map(([label, n]) => [label, count(n)]) })}
</section>`;
}

const tones: Readonly<Record<string, Tone>> = {
  ...{ kept: 'keep', unchanged: 'keep', withheld: 'withhold', barrier: 'withhold', withdrawn: 'withhold', deferred: 'defer' },
};

const reasonGroups: readonly (readonly [title: string, tone: Tone, families: readonly string[]])[] = [
  ['Withheld, barred or withdrawn', 'withhold', ['withheld', 'barrier', 'withdrawn']],
  ['Deferred to the end, failed or gone', 'defer', ['deferred', 'failed', 'gone']],
  ['Not asked, by our own rule', 'strong', ['refused', 'trap']],
];

/** Families of reasons sum to what was seen; then the single reasons of those that a reader asks about. */
function reasons({ by_reason, funnel: { seen } }: CrawlDocument): Markup {
  const all = Object.entries(by_reason);
  const families = Object.entries(reasonFamilies).flatMap(([id, title]) => {
    const own = all.filter(([reason]) => familyOf(reason) === id);
    return own.length === 0 ? [] : [{ id, title, n: own.reduce((sum, [, value]) => sum + value, 0) }];
  });
  const bar = (label: string, n: number): Bar => ({
    label,
    variants: [{ choice: '', parts: [seen === 0 ? 0 : n / seen], text: grouped(n), note: of(n, seen) }],
  });
  const groups = reasonGroups.map(([title, tone, ids]) => ({
    ...{ title, tone },
    bars: all.filter(([reason]) => ids.includes(familyOf(reason))).map(([reason, n]) => bar(reason, n)),
  }));
  const full = scaleOf(groups.flatMap(({ bars }) => bars));
  return html`<section id="reasons"><h2>Why</h2>
${families.map(({ id, title, n }, index) =>
  barChart({ tones: [tones[id] ?? 'strong'], full: 1, bars: [bar(title, n)], hasAxis: index === families.length - 1 }),
)}
<div class="columns">
${groups.map(({ title, tone, bars }) => (bars.length === 0 ? '' : html`<div><h3>${title}</h3>${barChart({ tones: [tone], full, bars })}</div>`))}
</div>
${behind({ name: 'reasons', caption: 'URLs by reason', head: ['Reason', 'URLs', 'share of seen'], rows: all.map(([reason, n]) => [reason, count(n), of(n, seen)]) })}
</section>`;
}

const familyOf = (reason: string): string => reason.split('.', 1)[0] ?? reason;

function byMechanism({ by_mechanism, funnel: { seen } }: CrawlDocument): Markup {
  const all = Object.entries(by_mechanism);
  const titleOf = (id: string): string => mechanisms.find(mechanism => mechanism.id === id)?.title ?? '';
  return html`<section id="mechanisms"><h2>Which mechanism withheld it</h2>
${
  all.length === 0
    ? html`<p class="quiet">No URL was withheld because of a statement.</p>`
    : html`${barChart({ tones: ['withhold'], bars: all.map(([id, n]) => ({ label: id, note: titleOf(id), variants: [{ choice: '', parts: [n / seen], text: grouped(n), note: of(n, seen) }] })) })}
${behind({ name: 'mechanisms', caption: 'URLs withheld by mechanism', head: ['Mechanism', 'URLs'], rows: all.map(([id, n]) => [id, count(n)]) })}`
}
</section>`;
}

const shownHosts = 20;

function hosts({ hosts: { top, count: total, is_cut } }: CrawlDocument): Markup {
  const most = Math.max(1, ...top.map(({ seen }) => seen));
  return html`<section id="hosts"><h2>Which hosts</h2>
<p>${is_cut ? `More than ${grouped(total)} hosts; rare ones are not counted exactly.` : `${grouped(total)} ${total === 1 ? 'host' : 'hosts'}.`}</p>
${barChart({
  tones: ['keep', 'withhold', 'light'],
  legend: [
    ['keep', 'kept'],
    ['withhold', 'withheld or barred'],
    ['light', 'something else'],
  ],
  full: 1,
  unit: { full: most },
  bars: top.slice(0, shownHosts).map(({ host, seen, kept, withheld }) => ({
    label: host,
    variants: [
      {
        choice: '',
        parts: [kept / most, withheld / most, (seen - kept - withheld) / most],
        text: grouped(seen),
        note: `${grouped(kept)} kept`,
      },
    ],
  })),
})}
${behind({ name: 'hosts', caption: `URLs by host, the first ${top.length}`, head: ['Host', 'seen', 'kept', 'withheld'], rows: top.map(({ host, seen, kept, withheld }) => [host, count(seen), count(kept), count(withheld)]) })}
</section>`;
}

function languages({ languages: all }: CrawlDocument): Markup {
  const list = Object.entries(all);
  const total = list.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return html``;
  return html`<section id="languages"><h2>Languages of the documents</h2>
${barChart({ tones: ['strong'], bars: list.slice(0, shownHosts).map(([language, n]) => ({ label: language, variants: [{ choice: '', parts: [n / total], text: grouped(n), note: of(n, total) }] })) })}
${behind({ name: 'languages', caption: 'Documents by language (ISO 639-3)', head: ['Language', 'Documents'], rows: list.map(([language, n]) => [language, count(n)]) })}
</section>`;
}

const ms = (value: number | undefined): string => (value === undefined ? '–' : `${grouped(value)} ms`);

function politeness({ run: { politeness: ledger } }: CrawlDocument): Markup {
  if (!ledger) return html``;
  const { origins, requests, pages, bytes, min_gap_ms, delay_ms, longest_delay_ms, backoffs, longest_backoff_ms, busiest } =
    ledger;
  return html`<section id="politeness"><h2>How the sites were treated</h2>
<dl>
<dt>Origins asked</dt><dd>${grouped(origins)}</dd>
<dt>Requests</dt><dd>${grouped(requests)}, of which ${grouped(pages)} for pages</dd>
<dt>Octets received</dt><dd>${grouped(bytes)}</dd>
<dt>Shortest gap to one origin</dt><dd>${ms(min_gap_ms)}; the shortest pause in force was ${ms(delay_ms)}, the longest ${ms(longest_delay_ms)}</dd>
<dt>Left alone</dt><dd>${grouped(backoffs)} times after a 429, a 503 or a Retry-After${longest_backoff_ms === undefined ? '' : `, at most ${ms(longest_backoff_ms)}`}</dd>
</dl>
<details><summary>The ${busiest.length} origins that were asked most</summary>${dataTable({
    name: 'politeness',
    caption: 'Origins that were asked most',
    head: ['Origin', 'requests', 'pages', 'shortest gap (ms)', 'pause (ms)', 'back-offs'],
    rows: busiest.map(({ origin, requests: own, pages: its, min_gap_ms: gap, delay_ms: pause, backoffs: times }) => [
      ...[origin, count(own), count(its)],
      ...[gap === undefined ? '–' : count(gap), count(pause), count(times)],
    ]),
  })}</details>
</section>`;
}

const limits = ({ run }: CrawlDocument): Markup => html`<section id="limits"><h2>What this does not prove</h2>
<ul class="limits">
<li><b>Not the law.</b> Kept means that policy ${run.policy.id} found no refusal that it hears in what it reads. Whether a use is lawful is not decided by it.</li>
<li><b>Not the present.</b> Verdicts speak of what was declared when each page was fetched.</li>
<li><b>Not what was never said.</b> A refusal that is written in terms of use, or that no mechanism carries, is not seen.</li>
</ul>
<dl><dt>Run</dt><dd><code>${run.run}</code>, ${run.software.name} ${run.software.version}</dd><dt>Policy</dt><dd>${run.policy.id} <code>${run.policy.digest}</code></dd><dt>Agents</dt><dd>list of ${run.agents.version}</dd>
<dt>Check it</dt><dd><code>heed verify DIR</code>, and for one URL <code>heed explain URL --out DIR</code></dd></dl>
</section>`;
