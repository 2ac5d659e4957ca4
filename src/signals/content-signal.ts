/**
 * The value of `Content-Signal`: Cloudflare Content Signals (September 2025; `use` since July 2026), draft-romm-aipref-contentsignals-00.
 * https://contentsignals.org/
 *
 * Reads: `key=value` pairs, comma-separated: `ai-train`, `ai-input` and `search`, each `yes` or `no`, in any case and spacing; an absent key says
 * nothing. The value is not a structured field, so it cannot be malformed as a whole.
 * Precedence: not specified for contradictions; the most restrictive pair counts.
 * Errors: a key without a value, and any other value, is `wrong-value`.
 *
 * Known departures: pairs separated by blanks or semicolons, and `ai-train: no` with a colon in place of the sign, are taken apart (`lenient`,
 * refusals only). AIPREF's word order (`train-ai=no`) is `wrong-value`. `use=immediate` and `use=reference` are recorded; beside them a `yes` for training or input grants nothing.
 */
import type { Category, Form } from '../vocab/index.ts';
import { flaw, refuse, type UsagePreference, type UsageValue } from './usage-value.ts';

const keys: ReadonlyMap<string, Category> = new Map([
  ['ai-train', 'train-ai'],
  ['ai-input', 'ai-use'],
  ['search', 'search'],
]);

/** The same words in the order of the AIPREF drafts. */
const mirroredKeys: ReadonlyMap<string, Category> = new Map([
  ['train-ai', 'train-ai'],
  ['ai-use', 'ai-use'],
]);

/** Uses that stop short of a copy to train on. */
const narrowUses = new Set(['immediate', 'reference']);

interface Pair {
  readonly key: string;
  /** Null for a key without `=` or `:`. */
  readonly value: string | null;
  readonly form: Extract<Form, 'conformant' | 'lenient'>;
}

/** @param value the part after the path of a robots.txt record, or a field value; one character per octet */
export function readContentSignal(value: string): UsageValue {
  const pairs = [...new Set(value.split(','))].flatMap(readPairs);
  const isNarrow = pairs.some(({ key, value: use }) => key === 'use' && use !== null && narrowUses.has(use));
  const read = pairs.map(pair => readPair(pair, isNarrow));
  return {
    state: 'parsed',
    preferences: read.flatMap(({ preferences }) => preferences),
    flaws: read.flatMap(({ flaws }) => flaws),
  };
}

function readPairs(part: string): readonly Pair[] {
  const text = part.trim().toLowerCase();
  if (text === '') return [];
  const isOnePair = /^[^\s=;:]+(\s*=\s*[^\s=;]*)?$/.test(text);
  const pieces = isOnePair
    ? [text]
    : text
        .replace(/\s+/g, ' ')
        .replace(/ ?([=:]) ?/g, '$1')
        .split(/[ ;]/);
  return [...new Set(pieces)]
    .filter(piece => piece !== '')
    .map(piece => {
      const sign = piece.search(/[=:]/);
      return {
        key: (sign < 0 ? piece : piece.slice(0, sign)).trim(),
        value: sign < 0 ? null : piece.slice(sign + 1).trim(),
        form: isOnePair ? 'conformant' : 'lenient',
      };
    });
}

function readPair({ key, value, form }: Pair, isNarrow: boolean): Omit<UsageValue, 'state'> {
  const category = keys.get(key);
  const detail = value === null ? key : `${key}=${value}`;
  if (category) {
    const loose = form === 'lenient' ? [flaw('content-signal.separator', 'restricts', detail)] : [];
    if (value === 'no') return { preferences: [refuse(category, form)], flaws: loose };
    if (value === 'yes') {
      // A lenient allow would not restrict: it is not stated.
      const grants = category === 'search' || !isNarrow;
      const allow: UsagePreference = { category, preference: 'allow', form: 'conformant', grants };
      return { preferences: form === 'conformant' ? [allow] : [], flaws: loose };
    }
    return { preferences: [refuse(category, 'wrong-value')], flaws: [flaw('content-signal.wrong-value', 'ignored', detail)] };
  }
  const mirrored = mirroredKeys.get(key);
  if (mirrored) {
    const isAllowing = value === 'yes' || value === 'y';
    const flaws = [flaw('content-signal.wrong-value', 'ignored', detail)];
    return { preferences: isAllowing ? [] : [refuse(mirrored, 'wrong-value')], flaws };
  }
  if (key === 'use') return { preferences: [], flaws: [flaw('content-signal.use', 'none', detail)] };
  const isRefusal = value === 'no' || value === 'n';
  return { preferences: [], flaws: [flaw('content-signal.unknown-key', isRefusal ? 'ignored' : 'none', detail)] };
}
