/**
 * The proof of a page: what its verdict depends on, and nothing of the work. Status, fields, digest and length of the body, and the octet ranges
 * the markup and asset signals read. From it an exchange is rebuilt on which every signal reads exactly what it read on the page itself.
 */
import { proofRanges, sparseBody } from '../signals/index.ts';
import {
  contentTypeOf,
  type Digest,
  type Exchange,
  type FieldLine,
  type Instant,
  type NotAttemptedWhy,
  type UnreachableCause,
} from '../vocab/index.ts';

export interface PageProof {
  readonly url: string;
  readonly retrieved_at: Instant | null;
  /** Where the site confirmed a stored body (304): when that body was sent. The fields are then those that came with the confirmation, or before. */
  readonly body_retrieved_at?: Instant | null;
  /** Of the decoded body; null where there was none. */
  readonly digest: Digest | null;
  readonly outcome: 'successful' | 'unavailable' | 'unreachable' | 'not-attempted';
  readonly status?: number;
  readonly fields?: readonly FieldLine[];
  readonly cause?: UnreachableCause;
  readonly why?: NotAttemptedWhy;
  readonly truncated?: true;
  readonly body_not_read?: 'refused-earlier';
  /** Octets of the decoded body. */
  readonly body_bytes?: number;
  /** What the signals read: offset, and the octets found there, one character each. */
  readonly excerpts?: readonly (readonly [start: number, octets: string])[];
}

export function pageProof({ url, retrievedAt, digest, retrieval }: Exchange): PageProof {
  const head = { url, retrieved_at: retrievedAt, digest, outcome: retrieval.outcome };
  switch (retrieval.outcome) {
    case 'not-attempted':
      return { ...head, why: retrieval.why };
    case 'unreachable': {
      const { cause, status, fields } = retrieval;
      return { ...head, cause, ...(status === undefined ? {} : { status }), ...(fields === undefined ? {} : { fields }) };
    }
    case 'unavailable':
      return { ...head, status: retrieval.status, fields: retrieval.fields };
    case 'successful': {
      const { status, fields, body, truncated, bodyNotRead } = retrieval;
      const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      return {
        ...head,
        status,
        fields,
        ...(truncated ? { truncated } : {}),
        ...(bodyNotRead ? { body_not_read: bodyNotRead } : {}),
        body_bytes: body.length,
        excerpts: proofRanges(body, contentTypeOf(fields)).map(
          ([start, end]) => [start, octets.toString('latin1', start, end)] as const,
        ),
      };
    }
  }
}

/** The exchange a stored proof stands for; its body is blank except for the excerpts. */
export function exchangeOfProof(proof: PageProof): Exchange {
  const { url, retrieved_at: retrievedAt, digest, status = 0, fields = [] } = proof;
  const exchange = (retrieval: Exchange['retrieval']): Exchange => ({ url, retrievedAt, digest, retrieval });
  switch (proof.outcome) {
    case 'not-attempted':
      return exchange({ outcome: 'not-attempted', why: proof.why ?? 'omitted' });
    case 'unreachable':
      return exchange({
        outcome: 'unreachable',
        cause: proof.cause ?? 'protocol',
        ...(proof.status === undefined ? {} : { status: proof.status }),
        ...(proof.fields === undefined ? {} : { fields: proof.fields }),
      });
    case 'unavailable':
      return exchange({ outcome: 'unavailable', status, fields });
    case 'successful': {
      const excerpts = (proof.excerpts ?? []).map(([start, octets]) => ({
        start,
        bytes: new Uint8Array(Buffer.from(octets, 'latin1')),
      }));
      return exchange({
        outcome: 'successful',
        status,
        fields,
        body: sparseBody(proof.body_bytes ?? 0, excerpts),
        truncated: proof.truncated ?? false,
        ...(proof.body_not_read ? { bodyNotRead: proof.body_not_read } : {}),
        hops: [],
      });
    }
  }
}
