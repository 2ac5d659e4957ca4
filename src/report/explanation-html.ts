/**
 * Why one URL is in or out, as one page that a publisher or a court can open years later: the verdict, the deciding line marked in the bytes it
 * stands in, what else was found and lost, where we looked. The page's own work is not in it.
 */
import { type AnomalyRecord, type EvidenceRecord, toldReadings, type VerdictRecord } from '../assess/index.ts';
import { stateWords, whyUnknown } from '../policy/index.ts';
import { type About, type Disposition, dispositions, type Exchange, type Reading } from '../vocab/index.ts';
import { adviceOn } from './advice.ts';
import { excerpt, placeOf, said, source } from './evidence-rows.ts';
import { html, type Markup, page, prose } from './markup.ts';
import { oncePerPlace } from './once-per-place.ts';
import { aboutWords, dispositionWords } from './words.ts';

export interface ExplainedUrl {
  readonly record: {
    readonly url: string;
    readonly at: string;
    readonly run: string;
    readonly agent: string;
    readonly disposition: Disposition;
    readonly reason: string;
    readonly location?: string;
    readonly verdicts: Readonly<Partial<Record<About, VerdictRecord>>>;
    readonly anomalies?: readonly AnomalyRecord[];
    readonly policy: string;
  };
  /** Where the row lies: file relative to the dataset, line from 1. */
  readonly row: { readonly file: string; readonly line: number };
  readonly rejudged: 'same' | 'different' | { readonly not: string };
  /** What was asked, from the evidence store; of the page only its proof. */
  readonly sources: readonly Exchange[];
  /** What earlier runs recorded of it, oldest first. */
  readonly history?: readonly { readonly run: string; readonly at: string; readonly reason: string }[];
}

export function explanationHtml(explained: ExplainedUrl): string {
  const { record } = explained;
  return page(`${dispositionWords[record.disposition].title}: ${record.url}`, explanationBody(explained));
}

/** The same without the page around it. */
export function explanationBody(explained: ExplainedUrl): Markup {
  const { record, sources } = explained;
  const verdicts = Object.entries(record.verdicts) as [About, VerdictRecord][];
  const { title, tone } = dispositionWords[record.disposition];
  return html`<h1><code>${record.url}</code></h1>
<p class="verdict ${tone}">${title}</p>
<p>${lead(record.reason, verdicts)}</p>
<p class="quiet">Reason <code>${record.reason}</code> · judged ${record.at} · asked as <code>${record.agent}</code></p>
${record.location === undefined ? '' : html`<p>It redirects to <code>${record.location}</code>, which has a record of its own.</p>`}
${decisive(verdicts, sources)}
${questions(verdicts, record.anomalies ?? [])}
${looked(sources)}
${anomalies(record.anomalies ?? [])}
${history(explained.history ?? [])}
${checking(explained)}`;
}

/** One sentence: what settled it. */
function lead(reason: string, verdicts: readonly (readonly [About, VerdictRecord])[]): Markup {
  const settling = worst(verdicts);
  if (!settling && reason.startsWith('withdrawn.')) return html`It was kept, and its document was withdrawn.`;
  if (!settling) return html`Nothing was asked of the site for this URL.`;
  const [about, { preference, because, determining, disposition }] = settling;
  const words = aboutWords[about];
  const own = ownReason(reason);
  if (own !== undefined) return html`${own}`;
  const [first] = determining ?? [];
  if (preference === 'unknown' || !first) {
    // Not to be told why is not to be told that nothing was said.
    if (because === undefined) return html`For ${words}: ${preference}; the row does not say why.`;
    const isDistrusted = because === 'silent' && disposition === 'withhold';
    return html`For ${words}: ${whyUnknown[because]}${isDistrusted ? ', which it takes for no permission here' : ''}.`;
  }
  // What only this policy takes for a refusal rules out as much as a stated one; where nothing is written, nothing is expressly allowed.
  return first.quote === ''
    ? html`${capital(words)} is ${preference === 'allow' ? 'open' : 'ruled out'}: ${placeOf(first)}.`
    : html`${capital(words)} is ${preference === 'allow' ? 'allowed' : 'ruled out'} by <code>${first.quote}</code>, ${placeOf(first)}.`;
}

/** What settled it where no verdict did: by the reason's family, or in full. */
const ownReasons: Readonly<Record<string, string>> = {
  'duplicate.exact': 'Its text is that of another document, word for word; no verdict left it out.',
  'duplicate.near': 'Its text is nearly that of another document; no verdict left it out.',
  empty: 'It holds no text; no verdict left it out.',
  superseded: 'A newer version of it took its place.',
  gone: 'There is no page at this address.',
  'withdrawn.gone': 'It was kept, and its document was withdrawn: the page is gone.',
  'withdrawn.unreachable': 'It was kept, and its document was withdrawn: the site could not be reached for too long.',
  'withdrawn.revoked': 'It was kept, and its document was withdrawn by whoever runs this crawl.',
  failed: 'The page could not be had or read as a page; that is neither a refusal nor a permission.',
};

const ownReason = (reason: string): string | undefined => ownReasons[reason] ?? ownReasons[reason.split('.', 1)[0] ?? ''];

/** The strictest verdict; where all keep, the one on the use and not the one on fetching. */
function worst(verdicts: readonly (readonly [About, VerdictRecord])[]): readonly [About, VerdictRecord] | undefined {
  const [first, ...rest] = dispositions.flatMap(disposition =>
    verdicts.filter(([, verdict]) => verdict.disposition === disposition),
  );
  return first?.[1].disposition === 'keep' ? (rest.at(-1) ?? first) : first;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const placeKey = ({ source: { url }, locator }: EvidenceRecord): string => JSON.stringify([url, locator]);
const maxExcerpts = 8;

/** Each deciding place once, the strictest verdict's first. */
function decisive(verdicts: readonly (readonly [About, VerdictRecord])[], sources: readonly Exchange[]): Markup {
  const places = new Map<
    string,
    { evidence: EvidenceRecord; tone: VerdictRecord['preference']; abouts: string[]; agents: string[] }
  >();
  const ordered = dispositions.flatMap(disposition => verdicts.filter(([, verdict]) => verdict.disposition === disposition));
  for (const [about, { preference, determining = [], looked: nowhere = [] }] of ordered) {
    for (const evidence of determining.length > 0 ? determining : nowhere) {
      const key = placeKey(evidence);
      const place = places.get(key) ?? { evidence, tone: preference, abouts: [], agents: [] };
      place.abouts.push(aboutWords[about]);
      if (evidence.agent !== undefined) place.agents.push(evidence.agent);
      places.set(key, place);
    }
  }
  if (places.size === 0) return html``;
  const shown = [...places.values()].slice(0, maxExcerpts);
  return html`<h2>What decided</h2>
${shown.map(
  ({
    evidence,
    tone,
    abouts,
    agents,
  }) => html`<h3>${capital([...new Set(abouts)].join(', '))}: ${toneWords[tone]}${named(agents)}</h3>
${excerpt(evidence, sources, tone)}
${source(evidence)}`,
)}
${places.size > shown.length ? html`<p class="quiet">${places.size - shown.length} more are in the table below.</p>` : ''}`;
}

const named = (agents: readonly string[]): string =>
  agents.length === 0 ? '' : `, in the name of ${[...new Set(agents)].join(', ')}`;

const toneWords = { allow: 'open by this', disallow: 'ruled out by this', unknown: 'looked here' } as const;

const roles = [
  ['determining', 'decided', 'it settled the question'],
  ['overridden', 'lost', 'read and valid; a statement of higher precedence decided'],
  ['unheard', 'not heard', 'read, in a form or to an addressee that this policy does not hear'],
  ['looked', 'looked', 'a place where something could have been said'],
] as const;

function questions(verdicts: readonly (readonly [About, VerdictRecord])[], found: readonly AnomalyRecord[]): Markup {
  if (verdicts.length === 0) return html``;
  return html`<h2>Every question, all its evidence</h2>
${verdicts.map(([about, verdict]) => {
  const { title, tone } = dispositionWords[verdict.disposition];
  const because = verdict.because ? html`, ${whyUnknown[verdict.because]}` : '';
  const incomplete = verdict.complete === false ? html` <span class="quiet">(from the site’s declarations alone)</span>` : '';
  return html`<h3>${capital(aboutWords[about])}: ${verdict.preference}${because} → <span class="${tone}">${title.toLowerCase()}</span>${incomplete}</h3>
${evidenceTable(verdict)}
${Object.entries(toldReadings(verdict, found)).map(([state, ids]) =>
  state === 'read' ? '' : html`<p class="quiet">${capital(stateWords[state as Reading['state']])}: ${ids.join(', ')}.</p>\n`,
)}`;
})}
<p class="quiet">${roles.map(([, role, why]) => `${role}: ${why}`).join(' · ')}</p>`;
}

function evidenceTable(verdict: VerdictRecord): Markup {
  const rows = roles.flatMap(([key, role, why]) =>
    (verdict[key] ?? []).map(
      evidence => html`<tr><td data-label="Role"><span title="${why}">${role}</span></td><td data-label="Said">${said(evidence)}</td><td data-label="Where">${placeOf(evidence)}</td><td data-label="Rule">${evidence.spec}</td></tr>
`,
    ),
  );
  if (rows.length === 0) return html``;
  return html`<table class="stack"><thead><tr><th>Role</th><th>Said</th><th>Where</th><th>Rule</th></tr></thead><tbody>
${rows}</tbody></table>`;
}

function looked(sources: readonly Exchange[]): Markup {
  if (sources.length === 0) return html``;
  return html`<h2>Where we looked</h2>
<table class="stack"><thead><tr><th>Address</th><th>Answer</th><th>When</th><th>Bytes</th></tr></thead><tbody>
${sources.map(
  ({
    url,
    retrievedAt,
    digest,
    retrieval,
  }) => html`<tr><td data-label="Address"><code>${url}</code></td><td data-label="Answer">${answerWords(retrieval)}</td><td class="tight" data-label="When">${retrievedAt ?? '–'}</td><td class="tight" data-label="Bytes">${digest === null ? '–' : html`<code>${digest.slice(0, 19)}…</code>`}</td></tr>
`,
)}</tbody></table>`;
}

function answerWords(retrieval: Exchange['retrieval']): string {
  switch (retrieval.outcome) {
    case 'successful':
      return `${retrieval.status}, ${retrieval.bodyNotRead ? 'body not read' : `${retrieval.body.length} bytes`}${retrieval.truncated ? ', cut short' : ''}`;
    case 'unavailable':
      return `${retrieval.status}, not available`;
    case 'unreachable':
      return `not reached (${retrieval.cause}${retrieval.status === undefined ? '' : ` ${retrieval.status}`})`;
    case 'not-attempted':
      return `not asked (${retrieval.why})`;
  }
}

function anomalies(list: readonly AnomalyRecord[]): Markup {
  if (list.length === 0) return html``;
  return html`<h2>What departs from its specification</h2>
${oncePerPlace(list, ({ evidence }) => evidence).map(({ code, effect, evidence, detail }) => {
  const advice = adviceOn(code);
  return html`<h3><code>${code}</code> <span class="quiet">${effectWords[effect]}</span></h3>
<p>${prose(advice?.meaning ?? '')} ${said(evidence)}${detail === undefined ? '' : html` <span class="quiet">${detail}</span>`}</p>
<p class="quiet">${placeOf(evidence)}</p>`;
})}`;
}

const effectWords = { none: 'changes nothing', ignored: 'not acted on', restricts: 'read to the site’s protection' } as const;

function history(past: NonNullable<ExplainedUrl['history']>): Markup {
  if (past.length === 0) return html``;
  return html`<h2>What earlier runs recorded</h2>
<table class="stack"><thead><tr><th>When</th><th>Reason</th><th>Run</th></tr></thead><tbody>
${past.toReversed().map(
  ({
    at,
    reason,
    run,
  }) => html`<tr><td class="tight" data-label="When">${at}</td><td data-label="Reason"><code>${reason}</code></td><td data-label="Run"><code>${run}</code></td></tr>
`,
)}</tbody></table>`;
}

function checking({ record, row, rejudged }: ExplainedUrl): Markup {
  const again =
    typeof rejudged === 'object'
      ? `not judged again: ${rejudged.not}`
      : rejudged === 'same'
        ? 'judged again from the stored bytes just now: the same verdicts'
        : 'judged again from the stored bytes just now: DIFFERENT verdicts';
  return html`<h2>How to check this</h2>
<dl>
<dt>Judged again</dt><dd>${again}</dd>
<dt>Record</dt><dd><code>${row.file}</code> line ${row.line}</dd>
<dt>Run</dt><dd><code>${record.run}</code></dd>
<dt>Policy</dt><dd><code>${record.policy}</code></dd>
</dl>`;
}
