/**
 * Training and data mining assertions in a C2PA manifest store (ISO 19566-5 JUMBF boxes; C2PA 1.x; CAWG 1.1).
 *
 * Found by the assertion's own label, wherever the store lies in the file, not by walking the store: lying box sizes and unknown containers then
 * hide nothing. Every manifest's assertion counts, not the active one's alone: what an ingredient's owner refuses stays refused.
 */
import { latin1View } from '../bytes.ts';
import { type Cbor, readCbor } from './cbor.ts';

export interface MiningAssertion {
  readonly label: string;
  /** Octet range of the description and content boxes. */
  readonly start: number;
  readonly end: number;
  /** Use by key, e.g. `cawg.ai_training` → `notAllowed`; null where the assertion cannot be read. */
  readonly uses: ReadonlyMap<string, string> | null;
}

export const maxAssertions = 16;
const maxAssertionBytes = 65_536;
/** Between a label and its content box: optional id, hash and private fields of the description box. */
const maxGap = 128;
const suffix = 'training-mining';

const known = new WeakMap<Uint8Array, readonly MiningAssertion[]>();

/** Memoised by the identity of the body. */
export function miningAssertions(body: Uint8Array): readonly MiningAssertion[] {
  const before = known.get(body);
  if (before) return before;
  const found = findAssertions(body);
  known.set(body, found);
  return found;
}

function findAssertions(body: Uint8Array): readonly MiningAssertion[] {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found: MiningAssertion[] = [];
  let at = octets.indexOf(suffix, 0, 'latin1');
  while (at >= 0 && found.length < maxAssertions) {
    const assertion = readAt(body, octets, at);
    if (assertion) found.push(assertion);
    at = octets.indexOf(suffix, assertion ? assertion.end : at + suffix.length, 'latin1');
  }
  return found;
}

/** A label of a description box: `c2pa.` or `cawg.` in front, an instance number behind, ended by NUL. Other mentions are references to it. */
function readAt(body: Uint8Array, octets: Buffer, at: number): MiningAssertion | null {
  const prefix = latin1View(body, Math.max(0, at - 5), at);
  const instance = /^(__\d{1,4})?\0/.exec(latin1View(body, at + suffix.length, at + suffix.length + 8));
  if ((prefix !== 'c2pa.' && prefix !== 'cawg.') || !instance) return null;
  const start = at - prefix.length;
  const label = `${prefix}${suffix}${instance[1] ?? ''}`;
  const labelEnd = at + suffix.length + instance[0].length;
  const box = contentBox(octets, labelEnd);
  if (!box) return { label, start, end: Math.min(labelEnd + maxGap, body.length), uses: null };
  const content = body.subarray(box.start, box.end);
  const uses = usesOf(box.type === 'cbor' ? readCbor(content) : readJson(content));
  return { label, start, end: box.end, uses };
}

/** The first `cbor` or `json` box behind a label. */
function contentBox(octets: Buffer, from: number): { type: 'cbor' | 'json'; start: number; end: number } | null {
  const window = octets.subarray(from, from + maxGap);
  const [type, at] = (['cbor', 'json'] as const)
    .map(name => [name, window.indexOf(name, 0, 'latin1')] as const)
    .filter(([, index]) => index >= 4)
    .sort((a, b) => a[1] - b[1])[0] ?? ['cbor', -1];
  if (at < 0) return null;
  const size = octets.readUInt32BE(from + at - 4);
  const end = from + at - 4 + size;
  return size < 8 || size > maxAssertionBytes || end > octets.length ? null : { type, start: from + at + 4, end };
}

function readJson(content: Uint8Array): Cbor | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return fromJson(JSON.parse(text), 0);
  } catch {
    return null;
  }
}

function fromJson(value: unknown, depth: number): Cbor {
  if (typeof value === 'string') return { kind: 'text', value };
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 4) return { kind: 'other' };
  return { kind: 'map', entries: Object.entries(value).map(([key, inner]) => [key, fromJson(inner, depth + 1)] as const) };
}

/** `entries` by key; files before the correction of 1.0 lack the `entries` map and have the keys at the top. */
function usesOf(assertion: Cbor | null): ReadonlyMap<string, string> | null {
  if (assertion?.kind !== 'map') return null;
  const nested = assertion.entries.find(([key]) => key === 'entries')?.[1];
  const entries = nested?.kind === 'map' ? nested.entries : assertion.entries;
  const uses = new Map<string, string>();
  for (const [key, value] of entries) {
    if (!/^(c2pa|cawg)\./.test(key)) continue;
    const use = value.kind === 'map' ? value.entries.find(([name]) => name === 'use')?.[1] : value;
    uses.set(key, use?.kind === 'text' ? use.value : '');
  }
  return uses.size > 0 ? uses : null;
}
