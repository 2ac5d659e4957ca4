import { exchangeOfProof, type PageProof } from '../../assess/index.ts';
import type { Digest, Exchange, Instant } from '../../vocab/index.ts';
import { StoreError } from '../disk/errors.ts';
import type { ExchangeRecord, WarcRef } from '../records/index.ts';
import type { EvidenceFiles } from './evidence-file.ts';
import { readEvidence } from './evidence-read.ts';

/** Reads evidence once per place; a dataset's declarations are cited by thousands of rows. @throws StoreError also where another answer than the recorded one lies there */
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
  const read = async (warc: WarcRef): Promise<Exchange> => {
    const stored = await readEvidence(out, warc, files);
    if (stored.kind === 'exchange') return stored.exchange;
    throw new StoreError('ERR_EVIDENCE_UNREADABLE', `\`${warc.file}\` at byte ${warc.offset} is no exchange`);
  };
  return async (record, url) => {
    if (record === undefined) return notAsked(url, 'omitted');
    const { warc, why } = record;
    if (warc === undefined) return notAsked(record.url, why ?? 'omitted');
    const key = `${warc.file} ${warc.offset}`;
    const exchange = known.get(key) ?? (await read(warc));
    if (record.digest !== undefined && record.digest !== exchange.digest) throw notRecorded('answer', warc);
    if (!known.has(key) && known.size >= maxRemembered) known.clear();
    known.set(key, exchange);
    return exchange;
  };
}

/** The exchange that a page's stored proof stands for. @throws StoreError also where another proof than the recorded one lies there */
export async function readProof(
  out: string,
  ref: WarcRef & { readonly digest: Digest },
  files?: EvidenceFiles,
): Promise<Exchange> {
  return exchangeOfProof((await readStoredProof(out, ref, files)).proof as unknown as PageProof);
}

/** The proof as it is stored. @throws StoreError as `readProof` */
export async function readStoredProof(
  out: string,
  ref: WarcRef & { readonly digest: Digest },
  files?: EvidenceFiles,
): Promise<StoredProof> {
  const stored = await readEvidence(out, ref, files);
  if (stored.kind !== 'proof')
    throw new StoreError('ERR_EVIDENCE_UNREADABLE', `\`${ref.file}\` at byte ${ref.offset} is no proof`);
  if (stored.digest !== ref.digest) throw notRecorded('proof', ref);
  const { url, at, proof } = stored;
  return { url, at, proof: proof as StoredProof['proof'] };
}

export interface StoredProof {
  readonly url: string;
  readonly at: Instant;
  readonly proof: Readonly<Record<string, unknown>>;
}

/** It is whole, and of another answer than the record says. */
const notRecorded = (what: string, { file, offset }: WarcRef): StoreError =>
  new StoreError(
    'ERR_EVIDENCE_DIGEST',
    `the ${what} in \`${file}\` at byte ${offset} is not the recorded one; restore the file from a copy`,
  );
