/**
 * A recheck beside a crawl that waits to go on withdraws what that has kept so far, too, and its manifest comes first: what its rows rest on must be
 * there already. So the proofs of such a page are put once more into the recheck's own evidence.
 */
import { type Dataset, readStoredProof, type StandingDocument, type StoredPlace, type WarcRef } from '../../store/index.ts';
import type { Digest } from '../../vocab/index.ts';

interface OwnContext {
  readonly dataset: Pick<Dataset, 'evidence' | 'out'>;
  readonly mayCite: (place: WarcRef) => boolean;
}

/** @returns both with their proofs where a row may name them */
export async function ownProofs<T extends { readonly proof: StoredPlace | null }>(
  document: StandingDocument,
  judged: T,
  context: OwnContext,
): Promise<{ readonly document: StandingDocument; readonly judged: T }> {
  const { proof } = judged;
  const { render } = document;
  const own = proof && (await ownPlace({ ...proof.warc, digest: proof.digest }, context));
  const tree = render?.proof && (await ownPlace(render.proof, context));
  return {
    document: render && tree ? { ...document, render: { ...render, proof: { ...tree.warc, digest: tree.digest } } } : document,
    judged: { ...judged, proof: own },
  };
}

async function ownPlace(ref: WarcRef & { readonly digest: Digest }, { dataset, mayCite }: OwnContext): Promise<StoredPlace> {
  const { digest, ...warc } = ref;
  if (mayCite(warc)) return { warc, digest };
  return dataset.evidence.put({ kind: 'proof', ...(await readStoredProof(dataset.out, ref)) });
}
