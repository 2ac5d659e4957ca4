import type { AgentClass, AgentList } from './agents.ts';
import type { NonEmpty } from './brand.ts';
import type { Evidence, MechanismId, SignalId } from './evidence.ts';
import type { OperatorRecords } from './operator.ts';
import type { About, Preference, Question } from './question.ts';
import type { Carriers } from './retrieval.ts';

/**
 * How a statement was made. A policy names the forms it hears; a form it does not hear is recorded and decides nothing.
 * - `conformant`: as the specification writes it
 * - `lenient`: not grammar, but what its author meant is plain and restricts (typos, comma lists, missing colon)
 * - `access-refused`: a declaration file itself answered 401, 403 or another 4xx than 404 and 410
 * - `wrong-value`: well-formed, with a value the specification does not know (`train-ai=no`)
 * - `legacy`: a label of a superseded draft
 * - `implied`: a neighbouring use was refused (`noindex` for training)
 * - `inherited`: addressed to `*` although we have a group of our own
 */
export type Form = 'conformant' | 'lenient' | 'access-refused' | 'wrong-value' | 'legacy' | 'implied' | 'inherited';
export const forms: readonly Form[] = [
  'conformant',
  'lenient',
  'access-refused',
  'wrong-value',
  'legacy',
  'implied',
  'inherited',
];

/** Whom a statement addresses: us (by token or by `*`), or a third party that is named. */
export type Addressee = { readonly to: 'us' } | { readonly to: 'named'; readonly token: string; readonly class: AgentClass };

/** In which something is said. The others are what a cautious reading makes of an error, of a word on another matter, or of an answer that is no statement. */
export const plainForms: readonly Form[] = ['conformant', 'lenient', 'legacy', 'inherited'];

/** Of the others: an error and a word on another matter, which the most cautious policy takes for a refusal. */
export const impliedForms: readonly Form[] = ['wrong-value', 'implied'];

export interface Statement {
  readonly about: About;
  readonly preference: Preference;
  readonly form: Form;
  readonly addressee: Addressee;
  /** Matched pattern length in octets (RFC 9309 §2.2.2); 0 where a mechanism has no paths. */
  readonly specificity: number;
  /** For `allow` only: true when it permits a use; false when it merely lifts a refusal or cannot grant (`tdm-reservation: 0`, ai.txt). */
  readonly grants: boolean;
  readonly evidence: Evidence;
  /** Further evidence that belongs to this statement, e.g. the pointer that led to a licence. */
  readonly also?: readonly Evidence[];
}

/**
 * A departure from a specification. Effect: `none` changes nothing; `ignored` means something was said that is not acted on;
 * `restricts` means it was read to the site's protection. Strict policies do not call a source clean when an effect is not `none`.
 */
export interface Anomaly {
  readonly code: string;
  readonly effect: 'none' | 'ignored' | 'restricts';
  readonly signal: SignalId;
  readonly evidence: Evidence;
  readonly detail?: string;
}

/** What one signal yields from given bytes. Readers never throw, whatever the bytes. */
export type Reading =
  | {
      readonly state: 'read';
      readonly statements: NonEmpty<Statement>;
      readonly overridden?: readonly Evidence[];
      readonly anomalies: readonly Anomaly[];
    }
  | { readonly state: 'silent'; readonly looked: Evidence; readonly anomalies: readonly Anomaly[] }
  | { readonly state: 'unreadable'; readonly looked: Evidence; readonly anomalies: NonEmpty<Anomaly> }
  | {
      readonly state: 'unread';
      readonly looked: Evidence;
      readonly why: 'unreachable' | 'not-attempted';
      readonly anomalies?: readonly Anomaly[];
    }
  /** There is no asset to have a preference about: gone (404, 410), not yet served (429, 5xx, network), or served elsewhere (3xx). */
  | {
      readonly state: 'no-asset';
      readonly looked: Evidence;
      readonly because: 'silent' | 'unreachable' | 'not-attempted';
      readonly disposition: 'withhold' | 'defer';
      readonly anomalies: readonly Anomaly[];
    };

/** Dated facts a reader may consult. */
export interface Facts {
  readonly agents: AgentList;
  /** The operator's own grants and denials, verified by whoever loaded them. */
  readonly operator?: OperatorRecords;
}

/** One carrier of one mechanism: bytes in, Reading out; pure. */
export interface Signal {
  readonly id: SignalId;
  /** When its carrier is known: before the page is asked, when the header section arrives, or when the body is complete. */
  readonly stage: 'origin' | 'fields' | 'body';
  /** The questions it can bear on; it is not read for others. */
  readonly bearsOn: readonly About[];
  read(carriers: Carriers, question: Question, facts: Facts): Reading;
}

/** How statements of one mechanism settle among themselves; each is that mechanism's own rule. */
export type Precedence = 'reader-decides' | 'most-restrictive' | 'later-signal-supersedes';

export interface Mechanism {
  readonly id: MechanismId;
  readonly title: string;
  readonly spec: string;
  readonly status: 'standard' | 'draft' | 'convention' | 'vendor';
  readonly precedence: Precedence;
  /** In order of supersession. */
  readonly signals: NonEmpty<Signal>;
}
