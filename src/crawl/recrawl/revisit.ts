/**
 * A page that is asked again although its document is there: the site is told which version we have, and a 304 is taken for the stored page with the
 * fields that came with it. Where anything is missing or does not fit, the whole page is asked for.
 */
import { exchangeOfProof, type PageProof } from '../../assess/index.ts';
import type { Task } from '../../frontier/index.ts';
import { type Answer, conditionsOf, confirms, type RetrieveRequest, updatedFields } from '../../http/index.ts';
import { type Dataset, findProvenance, readEvidence, type StandingDocument, type Standings } from '../../store/index.ts';
import type { Exchange, Validators } from '../../vocab/index.ts';

/** What a page was, as far as its proof tells. */
interface StoredPage {
  readonly proof: PageProof;
  readonly validators: Validators;
}

/** A page as it is to be judged. */
export interface Visit {
  readonly answer: Answer;
  /** Set where it was not sent again: the proof of the stored page with its new fields. */
  readonly confirmed?: PageProof;
}

export interface Revisits {
  /** Asks for a page, and for no more of it than what is new. @param ask sends one request, after its origin's pause */
  visit(task: Task, ask: (fields: RetrieveRequest['fields']) => Promise<Answer>): Promise<Visit>;
}

export function createRevisits(dataset: Pick<Dataset, 'out'>, standings: Standings): Revisits {
  return {
    async visit(task, ask) {
      const stored = task.validators === undefined ? undefined : await storedPage(dataset.out, task, task.validators, standings);
      if (stored === undefined) return { answer: await ask(undefined) };
      const answer = await ask(conditionsOf(stored.validators));
      if (!isNotModified(answer)) return { answer };
      return confirmed(answer, stored) ?? { answer: await ask(undefined) };
    },
  };
}

const isNotModified = ({ retrieval }: Answer): boolean => retrieval.outcome === 'unavailable' && retrieval.status === 304;

/** The stored page as a 304 confirms it; undefined where the 304 speaks of another one. */
function confirmed(answer: Answer, { proof, validators }: StoredPage): Visit | undefined {
  const { retrieval, retrievedAt } = answer;
  const before = proof.fields ?? [];
  if (retrieval.outcome !== 'unavailable' || !confirms(retrieval.fields, validators, before)) return undefined;
  const fields = updatedFields(before, retrieval.fields);
  const again: PageProof = {
    ...proof,
    fields,
    retrieved_at: retrievedAt,
    body_retrieved_at: proof.body_retrieved_at ?? proof.retrieved_at,
  };
  const exchange: Exchange = exchangeOfProof(again);
  const { location: _location, ...rest } = answer;
  return { answer: { ...rest, digest: exchange.digest, retrieval: exchange.retrieval }, confirmed: again };
}

/** Only a page whose live document was taken from its own octets: what a browser makes of it hangs on more than those. */
async function storedPage(
  out: string,
  { origin, url }: Task,
  validators: Validators,
  standings: Standings,
): Promise<StoredPage | undefined> {
  const document = standings.of(origin, url);
  if (document === undefined || document.render !== undefined) return undefined;
  const proof = await storedProof(out, document);
  const isWhole = proof?.outcome === 'successful' && proof.digest === `sha256:${document.payload_sha256}` && !proof.truncated;
  return isWhole ? { proof, validators } : undefined;
}

/** By its place, or where it was moved since, by the newest record of its URL; undefined where there is none that can be read. */
export async function storedProof(out: string, { proof, url }: StandingDocument): Promise<PageProof | undefined> {
  const read = async (ref: StandingDocument['proof'] | undefined): Promise<PageProof | undefined> => {
    if (ref === undefined) return undefined;
    const stored = await readEvidence(out, ref);
    return stored.kind === 'proof' && stored.digest === ref.digest ? (stored.proof as PageProof) : undefined;
  };
  try {
    return await read(proof);
  } catch {
    // Not to know the stored page leads to its being asked for, or judged as not known; never to its being taken for confirmed.
    return await findProvenance(out, url)
      .then(found => read(found?.record.page_proof))
      .catch(() => undefined);
  }
}
