import { hash } from 'node:crypto';
import { toEvidenceRecord, toVerdictRecord } from '../assess/index.ts';
import type { ExtractedDocument } from '../content/index.ts';
import {
  type CitedEvidence,
  type DiscoveryRecord,
  type DocumentRow,
  type ProvenanceRecord,
  provenanceId,
  type Sha256,
  type StoredPlace,
  sha256Of,
} from '../store/index.ts';
import type { About, Evidence, Finding, Instant, Reason, Verdict } from '../vocab/index.ts';
import type { PageResult } from './page.ts';
import { renderRecord } from './render/render-record.ts';

export interface RecordContext {
  readonly run: string;
  readonly productToken: string;
  readonly policyDigest: ProvenanceRecord['policy'];
  /** Corpus name. */
  readonly source: string;
  readonly clockSkewMs: () => number | undefined;
}

/** Wall times are for records only; where they may be wrong, the record says by how much. */
export const skewOf = ({ clockSkewMs }: Pick<RecordContext, 'clockSkewMs'>): Pick<ProvenanceRecord, 'clock_skew_ms'> => {
  const skew = clockSkewMs();
  return skew === undefined ? {} : { clock_skew_ms: skew };
};

export { provenanceId };

const shortId = (text: string): string => hash('sha256', text).slice(0, 32);
/** The same bytes at the same URL have the same id in every run. */
export const documentId = (url: string, payloadSha256: Sha256): string => shortId(`${url}\n${payloadSha256}`);
export const textDigest = (text: string): Sha256 => hash('sha256', text) as Sha256;

const mediaTypeOf = (contentType: string | undefined): string | undefined =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() || undefined;

/** The row of one URL: kept or not, always with its reason, and with evidence for whatever was judged. */
export function provenanceRecord(
  result: PageResult,
  context: RecordContext,
  documentId?: string,
  textSha256?: Sha256,
  discovery?: DiscoveryRecord,
): ProvenanceRecord {
  const { task, at, reason, assessment, page, origin, proof, redirect } = result;
  const retrieval = page?.retrieval;
  const fields = retrieval && 'fields' in retrieval ? (retrieval.fields ?? []) : [];
  const status = retrieval && 'status' in retrieval ? retrieval.status : undefined;
  const mediaType = mediaTypeOf(fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1]);
  const hasBody = retrieval?.outcome === 'successful' && !retrieval.bodyNotRead;
  return {
    id: provenanceId(context.run, task.url),
    url: task.url,
    ...(page === null ? {} : { final_url: page.url }),
    hops: task.hops,
    ...(task.via === undefined ? {} : { via: task.via }),
    depth: task.depth,
    ...(task.lastmodMs === undefined ? {} : { lastmod: new Date(task.lastmodMs).toISOString() as Instant }),
    run: context.run,
    at,
    ...skewOf(context),
    agent: context.productToken,
    ...(status === undefined ? {} : { status }),
    ...(mediaType === undefined ? {} : { media_type: mediaType }),
    ...(hasBody ? { bytes: retrieval.body.length } : {}),
    ...(hasBody && page?.digest ? { payload_sha256: sha256Of(page.digest) } : {}),
    ...(textSha256 === undefined ? {} : { text_sha256: textSha256 }),
    ...(documentId === undefined ? {} : { document_id: documentId }),
    ...(redirect === null ? {} : { location: redirect }),
    disposition: dispositionOf(reason),
    reason,
    verdicts: Object.fromEntries(
      [...assessment].map(([about, verdict]) => [about, toVerdictRecord(verdict)]),
    ) as ProvenanceRecord['verdicts'],
    ...(result.anomalies.length > 0 ? { anomalies: result.anomalies } : {}),
    evidence: cited(assessment, placesOf(result), result),
    ...(proof === null ? {} : { page_proof: { ...proof.warc, digest: proof.digest } }),
    ...(result.rendered ? { render: renderRecord(result.rendered) } : {}),
    declarations: origin.record.digest,
    ...(result.licenses.length > 0 ? { licenses: result.licenses } : {}),
    ...(discovery === undefined ? {} : { discovery }),
    policy: context.policyDigest,
  };
}

/** A row keeps only where a document lies in a shard; whatever ended otherwise is not there. */
const dispositionOf = (reason: Reason): ProvenanceRecord['disposition'] =>
  reason === 'kept' || reason === 'unchanged' ? 'keep' : reason.startsWith('deferred.') ? 'defer' : 'withhold';

function placesOf({ origin, page, proof, extraPlaces }: PageResult): ReadonlyMap<string, StoredPlace> {
  return new Map([...origin.places, ...extraPlaces, ...(page && proof ? [[page.url, proof] as const] : [])]);
}

/**
 * Each piece of determining or overridden evidence once, with the stored bytes it can be checked against; and where something other than silence was
 * not known, where we looked.
 */
function cited(
  assessment: ReadonlyMap<About, Verdict>,
  places: ReadonlyMap<string, StoredPlace>,
  { rendered }: PageResult,
): CitedEvidence[] {
  const seen = new Map<string, CitedEvidence>();
  for (const { finding } of assessment.values()) {
    for (const evidence of [...decisive(finding), ...finding.overridden]) {
      const { url, digest } = evidence.source;
      // The tree of a page has the page's URL and a digest of its own.
      const isOfTree = rendered?.dom?.digest !== undefined && digest === rendered.dom.digest;
      const place = isOfTree ? (rendered.proof ?? undefined) : places.get(url);
      const record = toEvidenceRecord(evidence);
      const key = JSON.stringify(record);
      if (!seen.has(key)) seen.set(key, { ...record, ...(place ? { digest: place.digest, warc: place.warc } : {}) });
    }
  }
  return [...seen.values()];
}

const decisive = (finding: Finding): readonly Evidence[] => {
  if (finding.preference !== 'unknown') return finding.determining;
  return finding.because === 'silent' ? [] : finding.looked;
};

/** The document row of a kept page. */
export function documentRow(
  result: PageResult,
  document: ExtractedDocument,
  id: string,
  textSha256: Sha256,
  context: RecordContext,
): DocumentRow {
  const { task, at, page, scan, rendered } = result;
  const fields = page?.retrieval.outcome === 'successful' ? page.retrieval.fields : [];
  const created = lastModified(fields.find(([name]) => name.toLowerCase() === 'last-modified')?.[1], at);
  const title = document.title ?? scan?.title;
  const license = scan?.licenses[0];
  const { language, masked } = document;
  if (!page?.digest) throw new Error('ERR_DOCUMENT_WITHOUT_BODY: a kept page has a body and so a digest');
  return {
    id,
    text: document.text,
    source: context.source,
    added: at,
    ...(created === undefined ? {} : { created }),
    url: task.url,
    date: at,
    dump: context.run,
    ...(language ? { language: language.language, language_script: language.script, language_score: round(language.score) } : {}),
    metadata: {
      provenance_id: provenanceId(context.run, task.url),
      payload_sha256: sha256Of(page.digest),
      text_sha256: textSha256,
      policy: context.policyDigest,
      ...(rendered?.dom?.digest ? { rendered: rendered.rendering.browser, dom_sha256: sha256Of(rendered.dom.digest) } : {}),
      ...(title ? { title } : {}),
      ...(license === undefined ? {} : { license }),
      ...(scan?.termsOfService === undefined ? {} : { terms_of_service: scan.termsOfService }),
      ...(Object.keys(masked).length > 0 ? { masked } : {}),
    },
  };
}

const round = (score: number): number => Math.round(Math.min(1, Math.max(0, score)) * 1e4) / 1e4;

/** Last-Modified (RFC 9110 §8.8.2); a date in the future of the response is no date. */
function lastModified(value: string | undefined, at: Instant): Instant | undefined {
  const ms = value === undefined ? Number.NaN : Date.parse(value);
  return ms >= 0 && ms <= Date.parse(at) ? (new Date(ms).toISOString() as Instant) : undefined;
}
