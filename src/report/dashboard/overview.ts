/** The dashboard's first page: what runs, who is waited for, what is due, what sites have said lately, and how soon it was heeded. */
import { html, type Markup } from '../markup.ts';
import type { DashboardFacts, DatasetFacts, JobFacts, ProgressFacts, RemovalFacts } from './facts.ts';
import { frame } from './frame.ts';
import { history } from './history.ts';
import { asked, count, distance, size, span, time } from './words.ts';

/** By the id of the element that each is the content of: the script replaces those that have changed. */
export function overviewSections(facts: DashboardFacts): ReadonlyMap<string, Markup> {
  const { running, dataset_facts: dataset } = facts;
  const progress = running?.progress;
  return new Map<string, Markup>([
    ['now', now(facts)],
    ['waiting', waiting(progress, dataset)],
    ['history', history(dataset?.runs ?? [])],
    ['schedule', schedule(facts)],
    ['refusals', refusals(dataset)],
    ['withdrawals', withdrawals(dataset, facts.at)],
  ]);
}

const titles: Readonly<Record<string, string>> = {
  waiting: 'The queue, and who is waited for',
  history: 'Kept and not kept, by run',
  schedule: 'Schedule',
  refusals: 'Newest refusals and barriers',
  withdrawals: 'Withdrawals',
};

export function overviewPage(facts: DashboardFacts): string {
  const sections = overviewSections(facts);
  const card = (
    id: string,
  ): Markup => html`<section class="card ${id}" aria-labelledby="title-${id}"><h2 id="title-${id}">${titles[id] ?? id}</h2><div id="${id}">${sections.get(id) ?? ''}</div></section>
`;
  return frame(
    { title: `heed · ${facts.dataset}`, dataset: facts.dataset, here: 'overview', isLive: true },
    html`<section id="now">${sections.get('now') ?? ''}</section>
<div class="cards">
${card('schedule')}<div class="column">
${card('waiting')}${card('refusals')}</div>
<div class="column">
${card('history')}${card('withdrawals')}</div>
</div>
<p class="quiet foot">heed ${facts.version} · read-only · <a href="/metrics">numbers for Prometheus</a> · <span id="live-state">reloads every half minute</span></p>`,
  );
}

function now({ at, checks, running, jobs, dataset_facts: dataset }: DashboardFacts): Markup {
  const bad = checks.filter(({ isOk }) => !isOk);
  const next = jobs.toSorted((a, b) => (a.due < b.due ? -1 : 1))[0];
  const headline = running
    ? html`${capital(running.job)} is running <span class="quiet">since ${time(running.started)}</span>`
    : next
      ? html`Idle <span class="quiet">next is ${next.job}, ${distance(next.due, at)}</span>`
      : html`Idle <span class="quiet">nothing is scheduled</span>`;
  return html`<h1>${headline}</h1>
<p class="ready ${bad.length === 0 ? 'keep' : 'withhold'}">${bad.length === 0 ? 'Ready: nothing is wrong.' : html`Not ready: ${bad.map(({ detail }) => detail).join('; ')}.`}</p>
${running?.progress ? progressFigures(running.progress) : ''}
${dataset ? html`<dl class="figures">${figure('documents in the dataset', count(dataset.documents))}${running?.progress ? '' : figure('URLs to be asked', count(dataset.pending))}${figure('withdrawn so far', count(dataset.withdrawn))}</dl>` : html`<p>${checks.some(({ check, isOk }) => check === 'state' && !isOk) ? 'The dataset cannot be read; `heed doctor --out` says why.' : 'There is no dataset here yet; the first crawl makes it.'}</p>`}`;
}

const figure = (label: string, value: string | Markup): Markup => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;

const progressFigures = (progress: ProgressFacts): Markup => html`<dl class="figures">
${figure('pages fetched', count(progress.fetched))}
${progress.rate === undefined ? '' : figure('pages a second', progress.rate.toFixed(1))}
${figure('kept', html`<span class="keep">${count(progress.kept)}</span>`)}
${figure('not kept', html`<span class="withhold">${count(progress.withheld)}</span>`)}
${figure('deferred', html`<span class="defer">${count(progress.deferred)}</span>`)}
${figure('received', size(progress.wireBytes))}
${figure('memory', size(progress.memoryBytes))}
${progress.freeBytes === undefined ? '' : figure('disk free', size(progress.freeBytes))}
</dl>
${progress.isDegraded ? html`<p class="defer">The network is away: everything waits for it.</p>` : ''}`;

/** What `progress.waiting` calls them, for who has not read its list. */
const whyWords: Readonly<Record<string, string>> = {
  delay: 'our own pause between requests',
  'adaptive-delay': 'a longer pause: the site was slow',
  'crawl-delay': 'the Crawl-delay of its robots.txt',
  'retry-after': 'the Retry-After it sent',
  backoff: 'it was overloaded (429, 503)',
  retry: 'a URL that is tried again later',
  quiet: 'quiet hours',
  'domain-concurrency': 'another host of its domain',
  'address-concurrency': 'another host at its address',
  'max-pages-per-domain': 'the limit of its domain',
};

function waiting(progress: ProgressFacts | undefined, dataset: DatasetFacts | undefined): Markup {
  if (!progress)
    return html`<p>${dataset && dataset.pending > 0 ? html`${count(dataset.pending)} URLs are to be asked when a crawl runs.` : 'Nothing is to be asked.'}</p>`;
  return html`<p>${count(progress.pending)} URLs to be asked, ${count(progress.inFlight)} under way.</p>
${
  progress.waits.length === 0
    ? html`<p class="quiet">No origin is waited for.</p>`
    : html`<table><thead><tr><th class="n">Origins</th><th>wait for</th></tr></thead><tbody>
${progress.waits.map(({ why, origins }) => html`<tr><td class="n">${count(origins)}</td><td>${whyWords[why] ?? why}</td></tr>`)}</tbody></table>`
}
${
  progress.next.length === 0
    ? ''
    : html`<h3>Next of them</h3><table class="stack"><thead><tr><th>Origin</th><th>waits for</th><th class="n">asked in</th></tr></thead><tbody>
${progress.next.map(
  ({
    origin,
    why,
    inMs,
  }) => html`<tr><td class="page" data-label="Origin"><code>${origin}</code></td><td data-label="waits for">${whyWords[why] ?? why}</td><td class="n" data-label="asked in">${span(inMs)}</td></tr>
`,
)}</tbody></table>`
}`;
}

const outcomeTones: Readonly<Record<string, string>> = {
  done: 'keep',
  interrupted: 'defer',
  failed: 'withhold',
  refused: 'withhold',
};

function schedule({ at, jobs }: DashboardFacts): Markup {
  if (jobs.length === 0)
    return html`<p class="quiet">Nothing is scheduled: <code>schedule</code> in the configuration says what runs when.</p>`;
  return html`<table class="stack"><thead><tr><th>Job</th><th>When</th><th>Next</th><th>Last</th></tr></thead><tbody>
${jobs.map(
  job => html`<tr><td class="tight" data-label="Job"><b>${job.job}</b></td><td data-label="When"><code>${job.expression}</code> <span class="quiet">${job.zone}</span></td><td data-label="Next">${nextOf(job, at)}</td><td data-label="Last">${lastOf(job, at)}</td></tr>
`,
)}</tbody></table>`;
}

function nextOf({ isRunning, waiting, due }: JobFacts, at: string): Markup {
  if (isRunning) return html`running`;
  if (waiting?.notBefore && waiting.notBefore > at) return html`tried again ${distance(waiting.notBefore, at)}`;
  if (waiting) return html`waits for its turn <span class="quiet">(${waiting.why})</span>`;
  return html`${distance(due, at)} <span class="quiet">${time(due)}</span>`;
}

function lastOf({ last, failures, skipped }: JobFacts, at: string): Markup {
  if (!last) return html`<span class="quiet">not yet</span>`;
  const code = last.signal ?? (last.code === null ? 'nobody saw how' : `exit code ${last.code}`);
  return html`<span class="${outcomeTones[last.outcome] ?? ''}">${last.outcome}</span> ${distance(last.ended, at)} <span class="quiet">(${code}, took ${span(Date.parse(last.ended) - Date.parse(last.started))}${failures > 1 ? `, ${failures} failures in a row` : ''}${skipped > 0 ? `, ${skipped} times skipped` : ''})</span>
${last.error === undefined ? '' : html`<br><code>${last.error}</code>`}`;
}

function refusals(dataset: DatasetFacts | undefined): Markup {
  if (dataset && !dataset.refusals)
    return html`<p class="withhold">They could not be read; <code>heed verify</code> says why.</p>`;
  if (!dataset?.refusals?.length) return html`<p class="quiet">None among the newest rows.</p>`;
  return html`<table class="stack"><thead><tr><th>When</th><th>Page</th><th>By</th></tr></thead><tbody>
${dataset.refusals.map(
  ({
    at,
    url,
    reason,
  }) => html`<tr><td class="tight" data-label="When">${time(at)}</td><td class="page" data-label="Page">${asked(url)}</td><td data-label="By"><code>${reason.replace(/^withheld\./, '')}</code></td></tr>
`,
)}</tbody></table>
<p class="quiet">The newest of each site: what the policy takes for a refusal, or a barrier. The page leads to what was said, where, and when it was read.</p>`;
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

function withdrawals(dataset: DatasetFacts | undefined, now: string): Markup {
  if (!dataset || dataset.withdrawn === 0) return html`<p class="quiet">Nothing has been withdrawn yet.</p>`;
  const { latenciesMs, withdrawnByReason, withdrawals: newest, uncompacted, removal } = dataset;
  return html`<dl class="figures small">
${figure('documents withdrawn', count(dataset.withdrawn))}
${figure('still in a shard, until compaction', count(uncompacted))}
${figure('from first sight to withdrawal, median', span(at(latenciesMs, 0.5)))}
${figure('longest', span(latenciesMs.at(-1) ?? 0))}
${removal.withinMs === undefined ? '' : figure('declared limit, until the text has left', span(removal.withinMs))}
${removal.removed === 0 ? '' : figure('slowest so far', span(removal.slowestMs))}
</dl>
${held(removal, now)}
<p>${Object.entries(withdrawnByReason).map(([reason, n]) => html`<code>${reason.replace(/^withdrawn\./, '')}</code> ${count(n)} `)}</p>
<table class="stack"><thead><tr><th>When</th><th>Page</th><th>Why</th><th>After</th></tr></thead><tbody>
${newest.map(
  ({
    url,
    reason,
    sighted,
    withdrawn,
    isCompacted,
  }) => html`<tr><td class="tight" data-label="When">${time(withdrawn)}</td><td class="page" data-label="Page">${asked(url)}</td><td data-label="Why"><code>${reason.replace(/^withdrawn\./, '')}</code></td><td data-label="After">${span(Date.parse(withdrawn) - Date.parse(sighted))}${isCompacted ? '' : html` <span class="quiet">still in its shard</span>`}</td></tr>
`,
)}</tbody></table>`;
}

/** Whether what was declared was held, and is. */
function held({ withinMs, removed, late, oldestPending }: RemovalFacts, now: string): Markup {
  if (withinMs === undefined) return html``;
  const waitsMs = oldestPending === undefined ? 0 : Date.parse(now) - Date.parse(oldestPending);
  const broken = [
    ...(waitsMs > withinMs ? [`text has been waiting for ${span(waitsMs)}: heed compact takes it out`] : []),
    ...(late > 0 ? [`${count(late)} of ${count(removed)} took longer`] : []),
  ];
  if (broken.length > 0) return html`<p class="note withhold">The limit was not held: ${broken.join('; ')}.</p>`;
  return html`<p class="keep">${removed === 0 ? 'Within the limit: nothing has waited longer.' : `The limit was held for all ${count(removed)} whose text has left.`}</p>`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
