import type { AgentClass } from './agents.ts';
import type { Digest, NonEmpty } from './brand.ts';
import type { Evidence, SignalId } from './evidence.ts';
import type { Preference, Question } from './question.ts';
import type { Anomaly, Form, Reading } from './reading.ts';

/** Ways of not knowing, worst first. */
export type Because = 'unreadable' | 'unreachable' | 'not-attempted' | 'silent';
export const becauses: readonly Because[] = ['unreadable', 'unreachable', 'not-attempted', 'silent'];

/** What we do, strictest first. */
export type Disposition = 'withhold' | 'defer' | 'keep';
export const dispositions: readonly Disposition[] = ['withhold', 'defer', 'keep'];

/** What they said. */
export type Finding =
  | { readonly preference: Preference; readonly determining: NonEmpty<Evidence>; readonly overridden: readonly Evidence[] }
  | {
      readonly preference: 'unknown';
      readonly because: Because;
      readonly looked: NonEmpty<Evidence>;
      readonly overridden: readonly Evidence[];
    };

/** Our declarative choices about unknowns and forms. Presets are data in `config/policies/`. */
export interface Policy {
  readonly id: string;
  readonly description: string;
  /** Signals this policy reads; `all` includes signals added later. */
  readonly signals: 'all' | readonly SignalId[];
  /** Forms it hears; a statement in any other form is recorded and decides nothing. */
  readonly hears: readonly Form[];
  /** Statements that name a third party: none, by class, or by pinned token (`*` allowed). */
  readonly namedAgents: 'ignore' | { readonly classes: readonly AgentClass[] } | { readonly tokens: readonly string[] };
  readonly onUnknown: {
    readonly acquisition: Readonly<Record<Because, Disposition>>;
    readonly usage: Readonly<Record<Because, Disposition>>;
  };
  /** An allow beside a reading that is unreadable, unreachable or not attempted: does it stand? */
  readonly allowBesideUnknown: 'allow' | 'unknown';
  /** When true, silence keeps only if every probe answered and no anomaly had an effect. */
  readonly silenceMustBeClean: boolean;
  /** When true, elements marked `data-nosnippet` leave the text of a kept page. */
  readonly omitsNosnippet: boolean;
  /** Computed from the policy's own bytes when it is loaded. */
  readonly digest: Digest;
}

export interface Verdict {
  readonly question: Question;
  readonly finding: Finding;
  readonly disposition: Disposition;
  readonly anomalies: readonly Anomaly[];
  /** Read and valid, but in a form or to an addressee this policy does not hear. */
  readonly unheard: readonly Evidence[];
  /** What each signal that was read yielded, silence included. */
  readonly readings: ReadonlyMap<SignalId, Reading>;
  readonly policy: { readonly id: string; readonly digest: Digest };
}

/** The only verdict that opens a shard: a withheld document does not compile. */
export type Kept = Verdict & { readonly disposition: 'keep' };
export const isKept = (verdict: Verdict): verdict is Kept => verdict.disposition === 'keep';
