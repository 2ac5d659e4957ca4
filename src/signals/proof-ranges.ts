import { assetRanges } from './assets/ranges.ts';
import { scanPage } from './markup/open.ts';

type Span = readonly [start: number, end: number];

/**
 * The octet ranges that the signals read of a body, in order and without overlap, and nothing of the work itself. On a body that is blank except for
 * these ranges (`sparseBody`) every signal reads, place by place, what it read on the whole. @param contentType field value as received
 */
export function proofRanges(body: Uint8Array, contentType?: string): readonly Span[] {
  const scan = scanPage(body, contentType);
  return merged([...assetRanges(body, contentType), ...('why' in scan ? scan.tellTale : scan.ranges)], body.length);
}

/** A body of spaces with excerpts put back where they stood. @param length octets of the body @param excerpts octets beyond it are dropped */
export function sparseBody(
  length: number,
  excerpts: readonly { readonly start: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const body = new Uint8Array(length).fill(0x20);
  for (const { start, bytes } of excerpts) {
    if (start < length) body.set(bytes.subarray(0, length - start), start);
  }
  return body;
}

function merged(spans: readonly Span[], length: number): readonly Span[] {
  const ranges: Span[] = [];
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    const to = Math.min(end, length);
    const last = ranges.at(-1);
    if (last && start <= last[1]) ranges[ranges.length - 1] = [last[0], Math.max(last[1], to)];
    else if (start < to) ranges.push([start, to]);
  }
  return ranges;
}
