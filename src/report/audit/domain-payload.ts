/** What the page of an audit holds of its domains, as its script unpacks it: columns for the table, a card for the drawer, every string once. */
import type { AuditRecord } from '../../assess/index.ts';

/** Index into `strings`. */
type Word = number;
/** Index into the card's evidence, -1 for none. */
type Cited = number;

/** `[signal, source, place, quote]`; the source is an index into the card's sources. */
export type CardEvidence = readonly [signal: Word, source: number, place: Word, quote: Word];
/** `[address, ms since the page's base or -1, digest]` */
export type CardSource = readonly [url: Word, at: number, digest: Word];

export type Card = readonly [
  facts: readonly (readonly [label: Word, value: Word])[],
  /** For `*`: extent, root, evidence. */
  star: readonly [extent: number, root: number, evidence: Cited],
  named: readonly (readonly [agent: number, extent: number, root: number, evidence: Cited])[],
  /** Statements: signal, what it says in words, abouts (bits), evidence. */
  says: readonly (readonly [signal: Word, what: Word, abouts: number, evidence: Cited])[],
  /** Verdicts: preference in words, disposition, abouts (bits), policies (bits), evidence. */
  verdicts: readonly (readonly [found: Word, disposition: Word, abouts: number, policies: number, evidence: readonly Cited[]])[],
  /** Contradictions, departures, barriers: code, detail in words, evidence. */
  flaws: readonly (readonly [code: Word, detail: Word, evidence: readonly Cited[]])[],
  evidence: readonly CardEvidence[],
  sources: readonly CardSource[],
  /** Evidence that is not shown. */
  left: number,
];

/** Bits of `flags`. `unknown`: something could not be looked at or read, so that nothing found is not nothing there. */
export const flagBits = { statement: 1, contradiction: 2, malformed: 4, barrier: 8, moved: 16, unknown: 32 } as const;
/** Classes of robots.txt that tell whom it closes out. */
export const tellingRobots: readonly string[] = ['rules', 'no-rules', 'absent'];
export const extentNames: readonly string[] = ['not', 'partly', 'whole', 'unknown'];
export const reachNames: readonly AuditRecord['reach'][] = ['reachable', 'unreachable', 'not-checked'];

/** All but the cards. */
export interface DomainTable {
  readonly base: number;
  readonly policies: readonly string[];
  readonly abouts: readonly string[];
  readonly agents: readonly (readonly [token: string, kind: string])[];
  readonly mechanisms: readonly string[];
  readonly leading: number;
  readonly strings: readonly string[];
  readonly domain: readonly string[];
  /** What people call the domain of a row, where its name is not written as they write it. */
  readonly unicode: readonly (readonly [row: number, name: string])[];
  /** 0 where there is none. */
  readonly rank: readonly number[];
  readonly reach: readonly number[];
  readonly robots: readonly Word[];
  readonly flags: readonly number[];
  /** Mechanisms that were found and read, as bits. */
  readonly read: readonly number[];
  /** Agents to which `/` is closed by name. */
  readonly closed: readonly number[];
  /** Index into `verdictSets`. */
  readonly verdicts: readonly number[];
  /** For each policy and about, in their order: the disposition's index, or -1 where nothing was judged. */
  readonly verdictSets: readonly (readonly number[])[];
}

/** What the page's script unpacks. */
export interface DomainPayload extends DomainTable {
  readonly cards: readonly Card[];
}

export interface PackedDomains {
  readonly table: DomainTable;
  /** A `DomainPayload`. */
  readonly json: string;
}

export const dispositionNames = ['keep', 'withhold', 'defer'] as const;
