import type { UnreachableCause } from '../../vocab/index.ts';
import type { Head } from '../answer.ts';
import { type Limits, ratioFreeBytes } from '../limits.ts';
import { decode } from './content-coding.ts';
import { decodePrefix } from './content-prefix.ts';
import type { Outcome, ReadingPlan } from './head.ts';

/**
 * The retrieval of a response whose content has been received.
 * @param wire the content as transferred
 * @param isWhole false where we stopped at a limit
 */
export function outcomeOf(
  head: Head,
  plan: ReadingPlan,
  wire: Buffer,
  isWhole: boolean,
  limits: Limits,
): Outcome | Promise<Outcome> {
  const { status, fields } = head;
  if (status >= 500 || status === 429) return unreachable(head, 'status', `status ${status}`);
  if (status >= 300) {
    const body = plan.want === 'prefix' ? refusalBody(plan, wire, isWhole) : null;
    return { retrieval: { outcome: 'unavailable', status, fields, ...(body === null ? {} : { body }) } };
  }
  const { codings, maxBytes } = plan;
  // A status that has no content (RFC 9110 §15.3.5) has nothing to decode.
  const isEmpty = wire.length === 0 && (status === 204 || status === 205);
  if (codings.length === 0 || isEmpty) return successful(head, wire.subarray(0, maxBytes), !isWhole || wire.length > maxBytes);
  if (isWhole) {
    // A bomb ends at the ratio or at the cap, whichever comes first.
    const decoded = decode(wire, codings, Math.min(maxBytes, Math.max(ratioFreeBytes, limits.maxRatio * wire.length)));
    if (decoded.ok) return successful(head, decoded.body, false);
    if (decoded.cause === 'encoding') return unreachable(head, 'encoding', 'the content coding is damaged');
  }
  return plan.beyond === 'cut'
    ? beginning(head, plan, wire)
    : unreachable(head, 'too-large', 'the decoded content is beyond its limits');
}

async function beginning(head: Head, { codings, maxBytes }: ReadingPlan, wire: Buffer): Promise<Outcome> {
  const decoded = await decodePrefix(wire, codings, maxBytes);
  return decoded.ok
    ? successful(head, decoded.body, true)
    : unreachable(head, 'too-large', 'no beginning can be decoded within limits');
}

/** Best effort: what a refusal says is of interest, that it refused is what counts. */
function refusalBody({ codings, maxBytes }: ReadingPlan, wire: Buffer, isWhole: boolean): Buffer | null {
  if (wire.length === 0 || (codings.length > 0 && !isWhole)) return null;
  const decoded = decode(wire, codings, ratioFreeBytes);
  return decoded.ok ? ownCopy(decoded.body.subarray(0, maxBytes)) : null;
}

function successful({ status, fields }: Head, body: Buffer, isCut: boolean): Outcome {
  const truncated = isCut || status === 206;
  return { retrieval: { outcome: 'successful', status, fields, body: ownCopy(body), truncated, hops: [] } };
}

const unreachable = ({ status, fields }: Head, cause: UnreachableCause, detail: string): Outcome => ({
  retrieval: { outcome: 'unreachable', cause, status, fields },
  detail,
});

/** A short view would keep a long buffer alive. */
const ownCopy = (body: Buffer): Buffer => (body.buffer.byteLength > 1.25 * body.length + 4096 ? Buffer.from(body) : body);
