import { type AnomalyRecord, type EvidenceRecord, toldReadings, type VerdictRecord } from '../assess/index.ts';
import { describe, stateWords, whyUnknown } from '../policy/index.ts';
import {
  type DeclarationsRecord,
  type ExchangeRecord,
  findHistory,
  findProvenance,
  type ProvenanceRecord,
  type RenderRecord,
  readManifests,
} from '../store/index.ts';
import type { Evidence, Reading } from '../vocab/index.ts';
import { carriersOf, declarationsOf, exchangeReader, rejudge, verdictRecords } from './rejudge.ts';
import { askerOf } from './run-facts.ts';

export interface Explanation {
  readonly record: ProvenanceRecord;
  /** Where the row lies: file relative to the dataset, line from 1. */
  readonly row: { readonly file: string; readonly line: number };
  /** What its origin declared, and where those bytes are. */
  readonly declarations?: DeclarationsRecord;
  /** Judging the stored bytes again: the same verdicts, other ones, or not possible (and why). */
  readonly rejudged: 'same' | 'different' | { readonly not: string };
  /** What earlier runs recorded of it, oldest first; absent where only one judged it. */
  readonly history?: readonly Past[];
}

/** How a run ended for this URL. */
export type Past = Pick<ProvenanceRecord, 'run' | 'at' | 'reason' | 'status' | 'detail' | 'document_id'>;

/** Why a URL is in or out, from stored evidence, offline; undefined where the dataset has no row for it. */
export async function explainUrl(out: string, url: string): Promise<Explanation | undefined> {
  const found = await findProvenance(out, url);
  if (!found) return undefined;
  const { record, file, line } = found;
  const declarations = await declarationsOf(out, record);
  const rejudged = await judgeAgain(out, record, declarations);
  const history = (await findHistory(out, url)).filter(({ id }) => id !== record.id).map(pastOf);
  return {
    ...{ record, row: { file, line }, rejudged },
    ...(declarations ? { declarations } : {}),
    ...(history.length > 0 ? { history } : {}),
  };
}

const pastOf = ({ run, at, reason, status, detail, document_id }: ProvenanceRecord): Past => ({
  ...{ run, at, reason },
  ...(status === undefined ? {} : { status }),
  ...(detail === undefined ? {} : { detail }),
  ...(document_id === undefined ? {} : { document_id }),
});

async function judgeAgain(
  out: string,
  record: ProvenanceRecord,
  declarations: DeclarationsRecord | undefined,
): Promise<Explanation['rejudged']> {
  if (Object.keys(record.verdicts).length === 0) return { not: 'the URL was refused before anything was asked' };
  const run = (await readManifests(out)).find(({ manifest }) => manifest.run === record.run);
  if (!run) return { not: `run ${record.run} is not finished` };
  if (!declarations) return { not: 'its declarations are not in the dataset' };
  const carriers = await carriersOf(out, record, declarations, exchangeReader(out));
  const again = verdictRecords(rejudge(record, carriers, { ...askerOf(run.manifest), productToken: record.agent }));
  return JSON.stringify(again) === JSON.stringify(record.verdicts) ? 'same' : 'different';
}

const asEvidence = (record: EvidenceRecord): Evidence => ({
  ...record,
  source: { url: record.source.url, retrievedAt: record.source.retrievedAt ?? null, digest: record.source.digest ?? null },
});

const lines = (title: string, list: readonly EvidenceRecord[] | undefined): string[] =>
  (list ?? []).map((evidence, index) => `${(index === 0 ? title : '').padEnd(9)} ${describe(asEvidence(evidence))}`);

/** `Chromium/153.0.8010.0, because of empty-mount: rendered in 812 ms, 3 requests, 1 refused by their origin`. */
function renderLine({ browser, why, outcome, ms, requests, cached, refused = [], refused_count }: RenderRecord): string {
  const refusals = refused_count ?? refused.length;
  const first = refused[0] ? `, ${refusals} refused by their origin (${refused[0].reason}: ${refused[0].url})` : '';
  return `${browser}, because of ${why}: ${outcome} in ${ms} ms, ${requests + cached} sub-resources${first}`;
}

/** The explanation as plain lines: verdict first, then why, then where the bytes are. */
export function explanationLines({ record, row, declarations, rejudged, history = [] }: Explanation): readonly string[] {
  const out: string[] = [`${headline(record)}  ${record.url}`];
  if (record.detail !== undefined) out.push(`${'because'.padEnd(9)} ${record.detail}`);
  for (const [about, verdict] of Object.entries(record.verdicts))
    out.push(...verdictLines(about, verdict as VerdictRecord, record.anomalies ?? []));
  for (const anomaly of record.anomalies ?? []) {
    out.push(
      `${'anomaly'.padEnd(9)} ${anomaly.code} (${anomaly.effect})${anomaly.detail ? ` ${anomaly.detail}` : ''}: ${describe(asEvidence(anomaly.evidence))}`,
    );
  }
  if (record.location !== undefined) out.push(`${'redirect'.padEnd(9)} to ${record.location}, which has a record of its own`);
  if (record.render) out.push(`${'browser'.padEnd(9)} ${renderLine(record.render)}`);
  out.push(...discoveryLines(record));
  if (record.hops.length > 0) out.push(`${'hops'.padEnd(9)} ${record.hops.join(' → ')}`);
  if (record.via !== undefined) out.push(`${'via'.padEnd(9)} ${record.via} (depth ${record.depth})`);
  const { robots, tdmrep, ai_txt, trust_txt, licenses = [] } = declarations?.exchanges ?? {};
  const files = [robots, tdmrep, ai_txt, trust_txt, ...licenses, ...(record.licenses ?? [])];
  if (record.reason !== 'redirected') out.push(...files.flatMap(fileLine));
  const places = new Map(
    record.evidence.flatMap(({ warc, digest }) => (warc ? [[`${warc.file} at byte ${warc.offset}`, digest] as const] : [])),
  );
  if (record.page_proof) places.set(`${record.page_proof.file} at byte ${record.page_proof.offset}`, record.page_proof.digest);
  for (const [place, digest] of places) out.push(`${'bytes'.padEnd(9)} ${place}${digest ? `, ${digest}` : ''}`);
  out.push(
    `${'row'.padEnd(9)} ${row.file} line ${row.line}; asked as ${record.agent}, run ${record.run}, policy ${record.policy}`,
  );
  out.push(`${'again'.padEnd(9)} ${againLine(rejudged)}`);
  for (const { run, at, reason, status } of history.toReversed())
    out.push(`${'before'.padEnd(9)} ${at}  ${reason}${status === undefined ? '' : ` (${status})`}, run ${run}`);
  return out;
}

/** What the page says about other URLs; none of it decided anything about the page itself. */
function discoveryLines({ discovery = {} }: ProvenanceRecord): string[] {
  const { found, beyond = 0, cut, nofollow, canonical, refresh } = discovery;
  const line = (text: string): string => `${'links'.padEnd(9)} ${text}`;
  return [
    ...(found === undefined ? [] : [line(`${found} URLs found in it, ${beyond} of them beyond a limit and not offered`)]),
    ...(cut === undefined ? [] : [line(`there may be more: ${cut}`)]),
    ...(nofollow === undefined ? [] : [line(`its ${nofollow} asks that none is followed`)]),
    ...(canonical === undefined ? [] : [line(`names ${canonical} as its canonical address`)]),
    ...(refresh === undefined ? [] : [line(`sends a browser on to ${refresh}`)]),
  ];
}

const againLine = (rejudged: Explanation['rejudged']): string =>
  typeof rejudged === 'object'
    ? `not judged again: ${rejudged.not}`
    : `judged again from the stored bytes: ${rejudged === 'same' ? 'the same verdicts' : 'DIFFERENT verdicts'}`;

const headline = ({ disposition, reason }: ProvenanceRecord): string =>
  `${disposition === 'keep' ? 'KEPT' : disposition === 'defer' ? 'DEFERRED' : 'OUT'} (${reason})`;

function verdictLines(about: string, verdict: VerdictRecord, anomalies: readonly AnomalyRecord[]): string[] {
  const because = verdict.because ? `, ${whyUnknown[verdict.because]}` : '';
  return [
    `${about.padEnd(12)} ${verdict.preference}${because} → ${verdict.disposition}`,
    ...lines('  decided', verdict.determining),
    ...lines('  looked', verdict.looked),
    ...lines('  lost', verdict.overridden),
    ...lines('  unheard', verdict.unheard),
    ...Object.entries(toldReadings(verdict, anomalies)).flatMap(readingLine),
  ];
}

/** Signals that made no statement, one line a state. */
const readingLine = ([state, ids]: [string, readonly string[]]): string[] =>
  state === 'read' ? [] : [`${''.padEnd(9)} ${stateWords[state as Reading['state']]}: ${ids.join(', ')}`];

/** Where a declaration was looked for, what came back, and where those bytes are. */
const fileLine = (file: ExchangeRecord | undefined): string[] =>
  file === undefined
    ? []
    : [
        `${'looked'.padEnd(9)} ${file.url}: ${file.outcome}${file.status ? ` ${file.status}` : ''}${(file.cause ?? file.why) ? ` (${file.cause ?? file.why})` : ''}${
          file.warc ? `, ${file.warc.file} at byte ${file.warc.offset}` : ''
        }`,
      ];
