/**
 * What an audit knows of one domain: a line of `audit.jsonl`. Every figure of an audit is a count over these lines and nothing else, so a figure can be
 * recomputed by anybody with the file. What is not known is absent, never null, and never looks like "no opt-out": a question that could not be
 * asked has `reach`, a robots class or an extent of its own.
 */
import type { Extent } from '../../signals/index.ts';
import type {
  AgentClass,
  Because,
  Category,
  Digest,
  Disposition,
  Form,
  Instant,
  MechanismId,
  OriginKey,
  Preference,
  SignalId,
  UnreachableCause,
} from '../../vocab/index.ts';
import type { AnomalyRecord, EvidenceRecord } from '../answer.ts';
import type { ContradictionKind } from '../contradictions.ts';

/** Rises when a field changes its meaning or goes. */
export const auditRecordVersion = 1;

export type { Extent } from '../../signals/index.ts';

/**
 * What robots.txt was answered with. `rules`, `no-rules`: a readable file with or without an Allow or Disallow rule that has a path; `html`: a page in its
 * place; `absent`: 404, 410; `refused`: another 4xx, or a challenge; `rate-limited`: 429; `server-error`: 5xx or a status nobody knows; `unreadable`: octets
 * that are no text; `network`: no answer that could be used (`cause` says why, redirects that lead nowhere included); `not-asked`: nobody looked.
 */
export type RobotsClass =
  | 'rules'
  | 'no-rules'
  | 'html'
  | 'absent'
  | 'refused'
  | 'rate-limited'
  | 'server-error'
  | 'unreadable'
  | 'network'
  | 'not-asked';

/** One request for the front page, in the order in which they were made: https first, then http, then www, then where they lead. */
export interface AuditAttempt {
  readonly url: string;
  readonly outcome: 'successful' | 'unavailable' | 'unreachable' | 'not-attempted';
  readonly status?: number;
  readonly cause?: UnreachableCause;
  /** Where a redirect leads. */
  readonly location?: string;
}

/**
 * An agent of the list that robots.txt names. One that is not named here is bound by `star`. Names and extents are those of the plain reading, which is
 * that of Google's parser (decision D37), so that counts can be held against published ones.
 */
export interface AuditAgent {
  /** As the list writes it. */
  readonly agent: string;
  readonly class: AgentClass;
  readonly extent: Extent;
  /** Whether `/` itself is closed to it: what most published counts call blocked. */
  readonly root: boolean;
  /** The deciding line, as an index into `evidence`; absent where nothing is closed. */
  readonly evidence?: number;
}

/** How far an origin is closed to somebody. */
export type AuditReach = Omit<AuditAgent, 'agent' | 'class'>;

/**
 * What one signal yielded of the front page, where it was not silent. `unread`: nobody asked for what would carry it (a page that was not asked, or a file
 * that robots.txt closes, which most verdicts take for silence);
 * `unreachable`: it was asked for, and there was no answer, or it was refused.
 */
export interface AuditSignal {
  readonly signal: SignalId;
  readonly mechanism: MechanismId;
  readonly state: 'read' | 'unreadable' | 'unreachable' | 'unread';
  /** Each preference once for each category, with the first place where it is said. */
  readonly says: readonly {
    readonly about: 'acquisition' | Category;
    readonly preference: Preference;
    readonly form: Form;
    /** The third party addressed, as the list writes it, `*` for everyone's group; absent where the statement is addressed to everyone or to us. */
    readonly agent?: string;
    readonly grants: boolean;
    readonly evidence: number;
  }[];
}

/**
 * A signal that refuses something, of other paths than the front page only: `Disallow: /private/`, a `tdmrep.json` for `/images/`. It is no refusal of the
 * front page, and no silence either. Paths are tried as the file names them, so many of each file.
 */
export interface AuditPart {
  readonly signal: SignalId;
  readonly mechanism: MechanismId;
  /** What it refuses there and not of the front page. */
  readonly refuses: readonly ('acquisition' | Category)[];
  /** Indexes into `evidence`. */
  readonly evidence: readonly number[];
}

export interface AuditVerdict {
  readonly preference: Preference | 'unknown';
  readonly because?: Because;
  readonly disposition: Disposition;
  /** Indexes into `evidence`: what determined it. */
  readonly evidence: readonly number[];
}

/**
 * Cited evidence; `warc` where the bytes were kept. Each place once: whom a line addresses stands where it is referred to (`named`, `says`), so `agent` is
 * absent here.
 */
export interface AuditEvidence extends EvidenceRecord {
  readonly warc?: { readonly file: string; readonly record_id: string; readonly offset: number };
}

export interface AuditRecord {
  readonly v: typeof auditRecordVersion;
  /** Host in lower case, A-label form: the key under which two audits are compared. */
  readonly domain: string;
  /** The list's entry as it was given. */
  readonly asked: string;
  /** Position in the list, from 1. */
  readonly position: number;
  readonly rank?: number;
  /** Weights of the corpus the list was made from. */
  readonly documents?: number;
  readonly tokens?: number;
  /** When the last of its answers arrived; absent where nothing was asked. */
  readonly at?: Instant;
  /** The origin whose declarations are reported; absent where none answered. */
  readonly origin?: OriginKey;
  /**
   * `reachable`: the origin answered robots.txt or the page with any HTTP status; `unreachable`: it did not; `not-checked`: we did not ask, and `why` says so
   * (an address or port we do not go to, an entry that is no host, a denial of the operator's, an interrupted audit).
   */
  readonly reach: 'reachable' | 'unreachable' | 'not-checked';
  readonly why?: string;
  readonly attempts: readonly AuditAttempt[];
  /** Registrable domain where the front page was served, when it is another than the one asked. */
  readonly moved_to?: string;
  /** The last label; empty for an address. */
  readonly tld: string;
  /** ISO 3166-1 alpha-2 of a country-code TLD, also of those that are sold to everybody (`.io`, `.ai`, `.tv`). */
  readonly country?: string;
  /** ISO 639-3, as the root element of the front page declares it; its text is not looked at. */
  readonly language?: string;
  /** Server and CDN as the answers themselves name them (`server`, `via`, `x-served-by`, …); closed list of names. */
  readonly hosting: readonly string[];
  readonly robots: {
    readonly class: RobotsClass;
    readonly url?: string;
    readonly status?: number;
    readonly cause?: UnreachableCause;
    /** Decoded octets. */
    readonly bytes?: number;
    readonly digest?: Digest;
    /** Only the beginning was read: what is `not` closed in it may be closed behind it. */
    readonly cut?: true;
    /**
     * What binds every agent that is not named; present for the classes `rules` and `no-rules` only: elsewhere robots.txt told nobody anything we could read.
     * Absent too where a file was cut and nothing is closed in the part read.
     */
    readonly star?: AuditReach;
    readonly named: readonly AuditAgent[];
    /**
     * Where our own reading, which forgives a site's slips where they restrict (decision D4), closes more than the plain one: what then binds everyone, and
     * agents that it alone finds named or finds more closed. Absent where both readings agree. `named` and `star` do not include it; the verdicts do.
     */
    readonly lenient?: { readonly star?: AuditReach; readonly named: readonly AuditAgent[] };
  };
  readonly page?: {
    readonly url: string;
    readonly outcome: AuditAttempt['outcome'];
    readonly status?: number;
    readonly cause?: UnreachableCause;
    readonly media_type?: string;
    readonly bytes?: number;
    readonly digest?: Digest;
  };
  /** Statuses and challenges met at the page or a declaration: `401 402 403 407 429 451 challenge`. */
  readonly barriers: readonly { readonly kind: string; readonly url: string }[];
  readonly signals: readonly AuditSignal[];
  readonly partly: readonly AuditPart[];
  /** By policy, then category. Of a page that was not asked it is known only what its origin declares, and `complete` is false. */
  readonly verdicts: Readonly<Record<string, Readonly<Partial<Record<'acquisition' | Category, AuditVerdict>>>>>;
  readonly complete: boolean;
  readonly contradictions: readonly {
    readonly kind: ContradictionKind;
    readonly about: 'acquisition' | Category;
    readonly evidence: readonly number[];
  }[];
  readonly anomalies: readonly (Omit<AnomalyRecord, 'evidence'> & { readonly evidence: number })[];
  readonly evidence: readonly AuditEvidence[];
}
