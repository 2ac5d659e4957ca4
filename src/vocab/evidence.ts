import type { Digest, Instant } from './brand.ts';

/** `<carrier>.<name>`, e.g. `robots.rule`. The catalog in `signals/` is the list; a new signal needs no change here. */
export type SignalId = `${'robots' | 'field' | 'markup' | 'wellknown' | 'asset' | 'http' | 'operator'}.${string}`;
export type MechanismId = string;

/** Where in the source. Byte ranges count octets of the decoded body: start inclusive, end exclusive. */
export type Locator =
  /** `line` counts from 1. */
  | { readonly kind: 'line'; readonly line: number; readonly bytes: readonly [start: number, end: number] }
  /** `name` in lower case; `index` counts the lines of that name from 0. `:status` is the status line's code. */
  | { readonly kind: 'field'; readonly name: string; readonly index: number }
  | { readonly kind: 'element'; readonly selector: string; readonly bytes: readonly [start: number, end: number] }
  /** RFC 6901 JSON Pointer, or a slash path in XML. */
  | { readonly kind: 'pointer'; readonly pointer: string }
  /** "Nothing was there" is evidence too; `looked` names what was looked for. */
  | { readonly kind: 'absence'; readonly looked: string };

export interface Evidence {
  readonly signal: SignalId;
  readonly source: { readonly url: string; readonly retrievedAt: Instant | null; readonly digest: Digest | null };
  readonly locator: Locator;
  /** As found: a file's whole line, a field's whole value, an element's whole start tag; at most `maxQuoteBytes`; empty for an absence. */
  readonly quote: string;
  /** Where the rule is written, e.g. `RFC 9309 §2.2.2`. */
  readonly spec: string;
  /** The third-party agent a statement names, when it is not addressed to us or to everyone. */
  readonly agent?: string;
}

/** A quote keeps at most this many octets. */
export const maxQuoteBytes = 512;
