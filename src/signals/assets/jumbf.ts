/**
 * Training and data mining assertions in a C2PA manifest store (ISO 19566-5 JUMBF boxes; C2PA 1.x; CAWG 1.1).
 *
 * Found by the assertion's own label, wherever the store lies in the file, not by walking the store: lying box sizes and unknown containers then
 * hide nothing. Every manifest's assertion counts, not the active one's alone: what an ingredient's owner refuses stays refused.
 */
import { onceEach } from '../../vocab/index.ts';
import { type Cbor, readCbor } from './cbor.ts';

export interface MiningAssertion {
  readonly label: string;
  /** Octet range of the description and content boxes. */
  readonly start: number;
  readonly end: number;
  /** Use by key, e.g. `cawg.ai_training` → `notAllowed`; null where the assertion cannot be read. */
  readonly uses: ReadonlyMap<string, string> | null;
}

export interface MiningAssertions {
  readonly assertions: readonly MiningAssertion[];
  /** Octet ranges by which there are more labels, or mentions of them, than are looked at; empty where all are. */
  readonly cutBy: readonly Span[];
}

type Span = readonly [start: number, end: number];

export const maxAssertions = 64;
/** A store mentions each label a few times. */
export const maxMentions = 1_024;
const maxAssertionBytes = 65_536;
/** Between a label and its content box: optional id, hash and private fields of the description box. */
const maxGap = 128;
const suffix = 'training-mining';

/** Memoised by the identity of the body. */
export const miningAssertions: (body: Uint8Array) => MiningAssertions = onceEach(findAssertions);

function findAssertions(body: Uint8Array): MiningAssertions {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const assertions: MiningAssertion[] = [];
  const mentions: Span[] = [];
  // The next is looked for behind the label, not behind the box: a box that lies about its size must not hide it.
  for (let at = octets.indexOf(suffix, 0, 'latin1'); at >= 0; at = octets.indexOf(suffix, at + suffix.length, 'latin1')) {
    mentions.push([at, at + suffix.length]);
    if (mentions.length > maxMentions) return { assertions, cutBy: mentions };
    const label = labelAt(octets, at);
    if (!label) continue;
    if (assertions.length >= maxAssertions) return { assertions, cutBy: [[label.start, label.end]] };
    assertions.push(readAssertion(body, octets, label));
  }
  return { assertions, cutBy: [] };
}

interface Label {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A label of a description box: `c2pa.` or `cawg.` in front, a version and an instance number behind (C2PA 1.3 §6.2), ended by NUL. Other mentions are
 * references to it.
 */
function labelAt(octets: Buffer, at: number): Label | null {
  const prefix = octets.toString('latin1', Math.max(0, at - 5), at);
  if (prefix !== 'c2pa.' && prefix !== 'cawg.') return null;
  const rest = at + suffix.length;
  const qualifiers = /^((?:\.v\d{1,9})?(?:__\d{1,9})?)\0/.exec(octets.toString('latin1', rest, rest + 32));
  if (!qualifiers) return null;
  return { name: `${prefix}${suffix}${qualifiers[1]}`, start: at - prefix.length, end: rest + qualifiers[0].length };
}

function readAssertion(body: Uint8Array, octets: Buffer, { name: label, start, end: labelEnd }: Label): MiningAssertion {
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

/**
 * `entries` by key; files before the correction of 1.0 lack the `entries` map and have the keys at the top. Of a key that is written twice the more
 * restrictive use counts.
 */
function usesOf(assertion: Cbor | null): ReadonlyMap<string, string> | null {
  if (assertion?.kind !== 'map') return null;
  const nested = assertion.entries.flatMap(([key, value]) => (key === 'entries' && value.kind === 'map' ? value.entries : []));
  const uses = new Map<string, string>();
  for (const [key, value] of [...nested, ...assertion.entries]) {
    if (!/^(c2pa|cawg)\./.test(key)) continue;
    const use = value.kind === 'map' ? value.entries.find(([name]) => name === 'use')?.[1] : value;
    const said = use?.kind === 'text' ? use.value : '';
    const before = uses.get(key);
    if (before === undefined || weightOf(said) > weightOf(before)) uses.set(key, said);
  }
  return uses.size > 0 ? uses : null;
}

/** `constrained` needs a contract that nobody here has. */
export const isRefusal = (use: string): boolean => use === 'notAllowed' || use === 'constrained';

const weightOf = (use: string): number => (isRefusal(use) ? 2 : use === 'allowed' ? 0 : 1);
