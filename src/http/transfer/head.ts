import type { Retrieval } from '../../vocab/index.ts';
import type { Head, RetrieveRequest } from '../answer.ts';
import { allFields, firstField } from '../fields/fields.ts';
import { type Limits, maxSideBytes } from '../limits.ts';
import { type Coding, codingsOf } from './content-coding.ts';

export interface Outcome {
  readonly retrieval: Retrieval;
  readonly detail?: string;
}

/** What to do with the content that follows a header section. */
export interface ReadingPlan {
  /** `body`: the page. `prefix`: the beginning of a refusal. `nothing`: read only so that the connection stays usable. */
  readonly want: 'body' | 'prefix' | 'nothing';
  readonly codings: readonly Coding[];
  /** Most octets of transferred content, and what happens beyond: keep what there is, or no answer at all. */
  readonly maxWireBytes: number;
  readonly beyond: 'cut' | 'too-large';
  /** Most octets of decoded content. */
  readonly maxBytes: number;
  /** What Content-Length says; 0 where it says nothing. */
  readonly expectedBytes: number;
}

export type Plan = { readonly act: 'end'; readonly outcome: Outcome } | { readonly act: 'read'; readonly reading: ReadingPlan };

const noBody: Uint8Array = new Uint8Array(0);

/** Decides from the header section alone. Calls the request's gate, once, for a successful answer within bounds. */
export function planOf(head: Head, request: RetrieveRequest, limits: Limits): Plan {
  const { status, fields } = head;
  const end = (cause: 'protocol' | 'status' | 'encoding' | 'too-large', detail: string): Plan => ({
    act: 'end',
    outcome: { retrieval: { outcome: 'unreachable', cause, status, fields }, detail },
  });
  if (fields.length > limits.maxFields) return end('protocol', `more than ${limits.maxFields} field lines`);
  if (fields.some(([name, value]) => name.length + value.length > limits.maxFieldBytes)) {
    return end('protocol', `a field of more than ${limits.maxFieldBytes} bytes`);
  }
  // The parser takes off the chunks and leaves whatever else was done to the content, without saying so (RFC 9112 §6.1).
  const transfer = allFields(fields, 'transfer-encoding').join(',').trim().toLowerCase();
  if (transfer !== '' && transfer !== 'chunked') return end('protocol', 'a transfer coding other than chunked');
  if (status >= 600) return end('status', `status ${status}`);
  // Without a condition there is nothing it could confirm (RFC 9110 §15.4.5).
  if (status === 304 && !isConditional(request)) return end('protocol', '304 to a request without a condition');
  const expectedBytes = Number(firstField(fields, 'content-length') ?? 0) || 0;
  const codings = codingsOf(fields, limits.maxEncodings);
  const side = {
    codings: codings ?? [],
    maxWireBytes: maxSideBytes,
    beyond: 'cut',
    maxBytes: maxSideBytes,
    expectedBytes,
  } as const;
  if (status >= 300) {
    const isRefusal = status >= 400 && status < 500 && status !== 429;
    return { act: 'read', reading: { ...side, want: isRefusal && codings !== null ? 'prefix' : 'nothing' } };
  }
  if (request.gate?.(head) === 'abort') {
    const aborted = { body: noBody, truncated: false, bodyNotRead: 'refused-earlier', hops: [] } as const;
    return { act: 'end', outcome: { retrieval: { outcome: 'successful', status, fields, ...aborted } } };
  }
  if (codings === null) return end('encoding', 'an unknown content coding, or too many');
  const maxBytes = request.maxBytes ?? limits.maxBytes;
  const maxWireBytes = codings.length === 0 ? Math.min(maxBytes, limits.maxWireBytes) : limits.maxWireBytes;
  if (!request.cut && expectedBytes > maxWireBytes) return end('too-large', `${expectedBytes} bytes announced`);
  const beyond = request.cut ? 'cut' : 'too-large';
  return { act: 'read', reading: { want: 'body', codings, maxWireBytes, beyond, maxBytes, expectedBytes } };
}

const isConditional = ({ fields }: RetrieveRequest): boolean =>
  fields?.['if-none-match'] !== undefined || fields?.['if-modified-since'] !== undefined;
