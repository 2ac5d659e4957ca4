/**
 * Cards of domains, small enough for ten thousand of them on one page: gathered as records come, and numbered when the page is made.
 */
import type { AuditRecord } from '../../assess/index.ts';
import { unicodeName } from '../unicode-name.ts';
import { starOf } from './agents-family.ts';
import { CitedList, factsOf, flagsOf, flawsOf, originOf, type RawDomain, readBits, saysOf } from './card-facts.ts';
import {
  type Card,
  type DomainTable,
  dispositionNames,
  extentNames,
  flagBits,
  type PackedDomains,
  reachNames,
} from './domain-payload.ts';
import { declaringMechanisms } from './mechanism-families.ts';
import type { AuditHeader } from './summary.ts';
import { abouts } from './verdicts-family.ts';

interface Raw {
  readonly position: number;
  readonly json: string;
}

type Columns = Omit<DomainTable, 'base' | 'policies' | 'abouts' | 'agents' | 'mechanisms' | 'leading' | 'strings'>;

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
  /** The earliest time of any evidence. */
  #base = Number.MAX_SAFE_INTEGER;

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
    const isSaying = (flags & ~flagBits.unknown) > 0;
    if (isSaying ? this.#saying.length >= this.#limit : this.#saying.length + this.#others.length >= this.#limit) return;
    const card = this.#raw(record, flags);
    for (const [, at] of card.sources) if (at >= 0 && at < this.#base) this.#base = at;
    const raw = { position: record.position, json: JSON.stringify(card) };
    if (!isSaying) this.#others.push(raw);
    else {
      this.#saying.push(raw);
      if (this.#saying.length + this.#others.length > this.#limit) this.#others.pop();
    }
  }

  /** @param rows at most; those that say something come before the others, and stand in the order of the list */
  packed(rows: number): PackedDomains {
    const chosen = [...this.#saying, ...this.#others].slice(0, rows).sort((a, b) => a.position - b.position);
    const words = new Words();
    const sets = new Map<string, number>();
    const column: { -readonly [K in keyof Columns]: (Columns[K] extends readonly (infer T)[] ? T : never)[] } = {
      ...{
        domain: [],
        unicode: [],
        rank: [],
        reach: [],
        robots: [],
        flags: [],
        read: [],
        closed: [],
        verdicts: [],
        verdictSets: [],
      },
    };
    // One card after the other is unpacked, numbered and written again: ten thousand of them as objects would be a hundred megabytes.
    const cards = chosen.map(({ json }) => {
      const raw = JSON.parse(json) as RawDomain;
      const unicode = unicodeName(raw.domain);
      if (unicode !== undefined) column.unicode.push([column.domain.length, unicode]);
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
      return JSON.stringify(cardOf(raw, words, this.#base));
    });
    const agents = this.#header.agents.list.map(({ token, class: name }) => [token, name] as const);
    const table: DomainTable = {
      ...{ base: this.#base, policies: this.#policies, abouts, agents },
      ...{ mechanisms: declaringMechanisms.map(({ id }) => id), leading: this.#leading, strings: words.list, ...column },
    };
    return { table, json: `${JSON.stringify(table).slice(0, -1)},"cards":[${cards.join(',')}]}` };
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
