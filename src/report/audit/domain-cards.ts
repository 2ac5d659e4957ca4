/**
 * What the page holds of each domain, small enough for ten thousand of them: columns for the table, a card for the drawer, and every string once. The page
 * unpacks it with a few lines of script (`page-script.ts`, which shares these types).
 */
import type { AuditEvidence, AuditRecord } from '../../assess/index.ts';
import { describeLocator } from '../../policy/index.ts';
import { visible } from '../visible.ts';
import { starOf } from './agents-family.ts';
import { declaringMechanisms } from './mechanism-families.ts';
import type { AuditHeader } from './summary.ts';
import { abouts } from './verdicts-family.ts';

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

/** Bits of `flags`. */
export const flagBits = { statement: 1, contradiction: 2, malformed: 4, barrier: 8, moved: 16 } as const;
export const extentNames: readonly string[] = ['not', 'partly', 'whole', 'unknown'];
export const reachNames: readonly AuditRecord['reach'][] = ['reachable', 'unreachable', 'not-checked'];

export interface DomainPayload {
  readonly base: number;
  readonly policies: readonly string[];
  readonly abouts: readonly string[];
  readonly agents: readonly (readonly [token: string, kind: string])[];
  readonly mechanisms: readonly string[];
  readonly leading: number;
  readonly strings: readonly string[];
  readonly domain: readonly string[];
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
  readonly cards: readonly Card[];
}

export const dispositionNames = ['keep', 'withhold', 'defer'] as const;

/** Evidence of one domain beyond this is counted only. */
const maxEvidence = 120;
const maxQuote = 160;

interface Raw {
  readonly position: number;
  readonly json: string;
}

type RawRow = Omit<DomainPayload, 'base' | 'policies' | 'abouts' | 'agents' | 'mechanisms' | 'leading' | 'strings' | 'cards'>;

/** Takes records as they come and keeps the first of those that say something, and then of the others: never more than asked for. */
export class DomainCards {
  readonly #limit: number;
  readonly #policies: readonly string[];
  readonly #agentIndex: ReadonlyMap<string, number>;
  readonly #header: AuditHeader;
  readonly #leading: number;
  #saying: Raw[] = [];
  #others: Raw[] = [];
  #seen = 0;

  constructor(header: AuditHeader, leading: string, limit: number) {
    this.#header = header;
    this.#limit = limit;
    this.#policies = header.policies.map(({ id }) => id);
    this.#leading = Math.max(0, this.#policies.indexOf(leading));
    this.#agentIndex = new Map(header.agents.list.map(({ token }, index) => [token, index]));
  }

  /** Domains that were given. */
  get seen(): number {
    return this.#seen;
  }

  add(record: AuditRecord): void {
    this.#seen++;
    const flags = flagsOf(record);
    const isSaying = flags > 0;
    if (isSaying ? this.#saying.length >= this.#limit : this.#saying.length + this.#others.length >= this.#limit) return;
    const raw = { position: record.position, json: JSON.stringify(this.#raw(record, flags)) };
    if (!isSaying) this.#others.push(raw);
    else {
      this.#saying.push(raw);
      if (this.#saying.length + this.#others.length > this.#limit) this.#others.pop();
    }
  }

  /** @param rows at most; those that say something come before the others, and stand in the order of the list */
  payload(rows: number): DomainPayload {
    const chosen = [...this.#saying, ...this.#others].slice(0, rows).sort((a, b) => a.position - b.position);
    const all = chosen.map(({ json }) => JSON.parse(json) as RawDomain);
    const words = new Words();
    const sets = new Map<string, number>();
    const base = all.reduce(
      (first, { sources }) => sources.reduce((least, [, at]) => (at < 0 ? least : Math.min(least, at)), first),
      Number.MAX_SAFE_INTEGER,
    );
    const column: { -readonly [K in keyof RawRow]: (RawRow[K] extends readonly (infer T)[] ? T : never)[] } = {
      ...{ domain: [], rank: [], reach: [], robots: [], flags: [], read: [], closed: [], verdicts: [], verdictSets: [] },
    };
    const cards = all.map(raw => {
      column.domain.push(raw.domain);
      column.rank.push(raw.rank);
      column.reach.push(raw.reach);
      column.robots.push(words.of(raw.robots));
      column.flags.push(raw.flags);
      column.read.push(raw.read);
      column.closed.push(raw.named.filter(([, , root]) => root === 1).length);
      const key = raw.set.join();
      const known = sets.get(key) ?? sets.size;
      if (known === sets.size) {
        sets.set(key, known);
        column.verdictSets.push(raw.set);
      }
      column.verdicts.push(known);
      return cardOf(raw, words, base);
    });
    const agents = this.#header.agents.list.map(({ token, class: name }) => [token, name] as const);
    return {
      ...{ base, policies: this.#policies, abouts, agents, mechanisms: declaringMechanisms.map(({ id }) => id) },
      ...{ leading: this.#leading, strings: words.list, ...column, cards },
    };
  }

  #raw(record: AuditRecord, flags: number): RawDomain {
    const cited = new CitedList(record.evidence, originOf(record));
    const star = starOf(record);
    const named = record.robots.named.flatMap(({ agent, extent, root, evidence }) => {
      const index = this.#agentIndex.get(agent);
      return index === undefined ? [] : [[index, extentNames.indexOf(extent), root ? 1 : 0, cited.of(evidence)] as const];
    });
    return {
      domain: record.domain,
      rank: record.rank ?? 0,
      reach: reachNames.indexOf(record.reach),
      robots: record.robots.class,
      flags,
      read: readBits(record),
      set: this.#policies.flatMap(policy =>
        abouts.map(about => {
          const verdict = record.verdicts[policy]?.[about];
          return verdict ? dispositionNames.indexOf(verdict.disposition) : -1;
        }),
      ),
      facts: factsOf(record),
      star: [extentNames.indexOf(star.extent), star.root ? 1 : 0, cited.of(record.robots.star?.evidence)],
      named,
      says: saysOf(record, cited),
      verdicts: this.#verdictsOf(record, cited),
      flaws: flawsOf(record, cited),
      ...cited.shown(),
    };
  }

  /** Equal verdicts of several policies and questions are one line. */
  #verdictsOf({ verdicts }: AuditRecord, cited: CitedList): RawDomain['verdicts'] {
    const groups = new Map<string, { found: string; disposition: string; about: number; policies: number; evidence: number[] }>();
    abouts.forEach((about, bit) => {
      this.#policies.forEach((policy, policyBit) => {
        const verdict = verdicts[policy]?.[about];
        if (!verdict) return;
        const { preference, because, disposition } = verdict;
        const found = preference === 'unknown' ? `unknown: ${because ?? 'not-attempted'}` : preference;
        const evidence = preference === 'allow' ? [] : verdict.evidence.slice(0, 3).map(index => cited.of(index));
        const key = `${bit} ${found} ${disposition} ${evidence}`;
        const group = groups.get(key) ?? { found, disposition, about: 1 << bit, policies: 0, evidence };
        group.policies |= 1 << policyBit;
        groups.set(key, group);
      });
    });
    const lines = new Map<string, readonly [string, string, number, number, readonly number[]]>();
    for (const { found, disposition, about, policies, evidence } of groups.values()) {
      const key = `${found} ${disposition} ${policies} ${evidence}`;
      lines.set(key, [found, disposition, about | (lines.get(key)?.[2] ?? 0), policies, evidence]);
    }
    return [...lines.values()];
  }
}

/** A card before its strings are replaced by numbers. */
interface RawDomain {
  readonly domain: string;
  readonly rank: number;
  readonly reach: number;
  readonly robots: string;
  readonly flags: number;
  readonly read: number;
  readonly set: readonly number[];
  readonly facts: readonly (readonly [string, string])[];
  readonly star: readonly [number, number, number];
  readonly named: readonly (readonly [number, number, number, number])[];
  readonly says: readonly (readonly [string, string, number, number])[];
  readonly verdicts: readonly (readonly [string, string, number, number, readonly number[]])[];
  readonly flaws: readonly (readonly [string, string, readonly number[]])[];
  readonly evidence: readonly (readonly [string, number, string, string])[];
  readonly sources: readonly (readonly [string, number, string])[];
  readonly left: number;
}

const cardOf = (raw: RawDomain, words: Words, base: number): Card => [
  raw.facts.map(([label, value]) => [words.of(label), words.of(value)]),
  raw.star,
  raw.named,
  raw.says.map(([signal, what, bits, evidence]) => [words.of(signal), words.of(what), bits, evidence]),
  raw.verdicts.map(([found, disposition, about, policies, evidence]) => [
    words.of(found),
    words.of(disposition),
    about,
    policies,
    evidence,
  ]),
  raw.flaws.map(([code, detail, evidence]) => [words.of(code), words.of(detail), evidence]),
  raw.evidence.map(([signal, source, place, quote]) => [words.of(signal), source, words.of(place), words.of(quote)]),
  raw.sources.map(([url, at, digest]) => [words.of(url), at < 0 ? -1 : at - base, words.of(digest)]),
  raw.left,
];

/** Every string once. */
class Words {
  readonly list: string[] = [];
  readonly #index = new Map<string, number>();

  of(text: string): number {
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    this.#index.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

/** The evidence a card refers to, numbered as it is shown, with its sources once each. */
class CitedList {
  readonly #given: readonly AuditEvidence[];
  readonly #origin: string;
  readonly #numbers = new Map<number, number>();
  readonly #sources = new Map<string, readonly [number, readonly [string, number, string]]>();
  readonly #evidence: (readonly [string, number, string, string])[] = [];
  #left = 0;

  constructor(given: readonly AuditEvidence[], origin: string) {
    this.#given = given;
    this.#origin = origin;
  }

  of(index: number | undefined): number {
    const evidence = index === undefined ? undefined : this.#given[index];
    if (index === undefined || !evidence) return -1;
    const known = this.#numbers.get(index);
    if (known !== undefined) return known;
    if (this.#evidence.length >= maxEvidence) {
      this.#left++;
      return -1;
    }
    const { signal, source, locator, quote } = evidence;
    const number =
      this.#evidence.push([signal, this.#source(source), describeLocator(locator).replace(/ \(bytes .*\)$/, ''), cut(quote)]) - 1;
    this.#numbers.set(index, number);
    return number;
  }

  shown(): Pick<RawDomain, 'evidence' | 'sources' | 'left'> {
    return { evidence: this.#evidence, sources: [...this.#sources.values()].map(([, source]) => source), left: this.#left };
  }

  #source({ url, retrievedAt, digest }: AuditEvidence['source']): number {
    const address = url.startsWith(`${this.#origin}/`) ? url.slice(this.#origin.length) : cut(url);
    const at = retrievedAt === undefined ? Number.NaN : Date.parse(retrievedAt);
    // The whole digest is in audit.jsonl; so much of it tells files apart, and ten thousand domains fit into a page.
    const short = (digest ?? '').slice(0, 'sha256:'.length + 32);
    const key = `${url} ${retrievedAt ?? ''} ${short}`;
    const known = this.#sources.get(key);
    if (known) return known[0];
    this.#sources.set(key, [this.#sources.size, [address, Number.isNaN(at) ? -1 : at, short]]);
    return this.#sources.size - 1;
  }
}

const cut = (text: string): string => {
  const shown = visible(text.slice(0, maxQuote + 1).toWellFormed());
  return shown.length > maxQuote ? `${shown.slice(0, maxQuote)}…` : shown;
};

function originOf({ origin, domain }: AuditRecord): string {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).origin : `https://${domain}`;
}

function flagsOf(record: AuditRecord): number {
  const { robots, signals, contradictions, anomalies, barriers, moved_to } = record;
  const isSaying =
    robots.star?.root === true ||
    robots.named.some(({ extent }) => extent !== 'not') ||
    signals.some(
      ({ signal, says }) =>
        signal !== 'robots.rule' && says.some(({ preference, grants }) => grants || preference === 'disallow'),
    );
  return (
    (isSaying ? flagBits.statement : 0) |
    (contradictions.length > 0 ? flagBits.contradiction : 0) |
    (anomalies.some(({ effect }) => effect !== 'none') ? flagBits.malformed : 0) |
    (barriers.length > 0 ? flagBits.barrier : 0) |
    (moved_to === undefined ? 0 : flagBits.moved)
  );
}

const readBits = ({ signals }: AuditRecord): number =>
  signals.reduce((bits, { mechanism, state }) => {
    const index = declaringMechanisms.findIndex(({ id }) => id === mechanism);
    return state === 'read' && index >= 0 ? bits | (1 << index) : bits;
  }, 0);

function factsOf(record: AuditRecord): RawDomain['facts'] {
  const { robots, page, hosting, attempts } = record;
  const status = (entry: { readonly status?: number; readonly cause?: string }): string =>
    entry.cause !== undefined && entry.cause !== 'status' ? entry.cause : String(entry.status ?? '');
  const facts: (readonly [string, string | undefined])[] = [
    ['Reach', record.why === undefined ? record.reach : `${record.reach}: ${record.why}`],
    ['Asked as', record.asked === record.domain ? undefined : record.asked],
    ['Moved to', record.moved_to],
    ['robots.txt', `${robots.class}${robots.status === undefined && robots.cause === undefined ? '' : `, ${status(robots)}`}`],
    ['Front page', page ? `${page.outcome}${status(page) === '' ? '' : `, ${status(page)}`}` : undefined],
    ['Attempts', attempts.length > 1 ? attempts.map(({ url, outcome }) => `${url} ${outcome}`).join(' → ') : undefined],
    ['Language', record.language],
    ['Country', record.country],
    ['Served by', hosting.length === 0 ? undefined : hosting.join(', ')],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, cut(value)] as const]));
}

/** Who is named in robots.txt stands among the agents already. */
function saysOf({ signals }: AuditRecord, cited: CitedList): RawDomain['says'] {
  const lines = new Map<string, readonly [string, string, number, number]>();
  for (const { signal, state, says } of signals) {
    if (state !== 'read') lines.set(signal, [signal, state === 'unread' ? 'could not be looked at' : 'could not be read', 0, -1]);
    if (signal === 'robots.named-agent') continue;
    for (const { about, preference, form, agent, grants, evidence } of says) {
      const verb = preference === 'disallow' ? 'refuses' : grants ? 'permits' : 'lifts a refusal of';
      const what = `${verb}${form === 'conformant' ? '' : ` (${form})`}${agent === undefined ? '' : `, to ${agent}`}`;
      const key = `${signal} ${what} ${evidence}`;
      lines.set(key, [signal, cut(what), (lines.get(key)?.[2] ?? 0) | (1 << abouts.indexOf(about)), cited.of(evidence)]);
    }
  }
  return [...lines.values()];
}

function flawsOf({ contradictions, anomalies, barriers }: AuditRecord, cited: CitedList): RawDomain['flaws'] {
  return [
    ...contradictions.map(({ kind, about, evidence }) => {
      return [`contradiction.${kind}`, `about ${about}`, evidence.slice(0, 4).map(index => cited.of(index))] as const;
    }),
    ...anomalies.map(({ code, effect, detail, evidence }) => {
      return [code, cut(`${effectWords[effect]}${detail === undefined ? '' : `: ${detail}`}`), [cited.of(evidence)]] as const;
    }),
    ...barriers.map(({ kind, url }) => [`barrier.${kind}`, cut(url), []] as const),
  ];
}

const effectWords = { none: 'changes nothing', ignored: 'not acted on', restricts: 'read to the site’s protection' } as const;
