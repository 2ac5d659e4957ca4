import { exchangeOfProof, type PageProof } from '../assess/index.ts';
import type { Digest, Exchange } from '../vocab/index.ts';
import { StoreError } from './errors.ts';
import type { EvidenceFiles } from './evidence-file.ts';
import { readEvidence } from './evidence-read.ts';
import type { ExchangeRecord, WarcRef } from './records/index.ts';

/** Reads evidence once per place; a dataset's declarations are cited by thousands of rows. */
export type ReadExchange = (record: ExchangeRecord | undefined, url: string) => Promise<Exchange>;

const notAsked = (url: string, why: 'omitted' | 'closed-by-robots' | 'refused-earlier' | 'redirected'): Exchange => ({
  url,
  retrievedAt: null,
  digest: null,
  retrieval: { outcome: 'not-attempted', why },
});

/** @param maxRemembered exchanges, bodies included; beyond, all are forgotten @param files kept open, where many are read */
export function exchangeReader(out: string, maxRemembered = 10_000, files?: EvidenceFiles): ReadExchange {
  const known = new Map<string, Exchange>();
  return async (record, url) => {
    if (record === undefined) return notAsked(url, 'omitted');
    const { warc, why } = record;
    if (warc === undefined) return notAsked(record.url, why ?? 'omitted');
    const key = `${warc.file} ${warc.offset}`;
    const cached = known.get(key);
    if (cached) return cached;
    const stored = await readEvidence(out, warc, files);
    if (stored.kind !== 'exchange')
      throw new StoreError('ERR_EVIDENCE_UNREADABLE', `\`${warc.file}\` at byte ${warc.offset} is no exchange`);
    if (known.size >= maxRemembered) known.clear();
    known.set(key, stored.exchange);
    return stored.exchange;
  };
}

/** The exchange that a page's stored proof stands for. @throws StoreError also where another proof than the recorded one lies there */
export async function readProof(
  out: string,
  ref: WarcRef & { readonly digest: Digest },
  files?: EvidenceFiles,
): Promise<Exchange> {
  const stored = await readEvidence(out, ref, files);
  if (stored.kind !== 'proof')
    throw new StoreError('ERR_EVIDENCE_UNREADABLE', `\`${ref.file}\` at byte ${ref.offset} is no proof`);
  if (stored.digest !== ref.digest)
    throw new StoreError(
      'ERR_EVIDENCE_DIGEST',
      `the proof in \`${ref.file}\` at byte ${ref.offset} is not the recorded one; restore the file from a copy`,
    );
  return exchangeOfProof(stored.proof as PageProof);
}
