import type { AuditRecord } from '../../assess/index.ts';
import { type Denominator, denominatorKeys, denominators } from './denominators.ts';
import type { Family } from './family.ts';
import { type Dimension, dimensions, maxParts } from './strata.ts';

/** Sums over domains of one condition, under each denominator. */
export interface Sums {
  readonly domains: Record<Denominator, number>;
  readonly documents: Record<Denominator, number>;
  readonly tokens: Record<Denominator, number>;
}

export const noSums = (): Sums => ({ domains: zeros(), documents: zeros(), tokens: zeros() });
const zeros = (): Record<Denominator, number> => ({ all: 0, reachable: 0, robots: 0 });

/** One part of a division with its own figures. */
export interface Part {
  readonly of: Record<Denominator, number>;
  readonly figures: Map<string, Record<Denominator, number>>;
}

export interface Counted {
  readonly totals: Sums;
  /** By family, then key. */
  readonly figures: ReadonlyMap<Family, ReadonlyMap<string, Sums>>;
  readonly parts: ReadonlyMap<Dimension, ReadonlyMap<string, Part>>;
  /** Domains of parts beyond `maxParts`, by division. */
  readonly undivided: ReadonlyMap<Dimension, number>;
  readonly isWeighted: { readonly documents: boolean; readonly tokens: boolean };
  readonly first?: string;
  readonly last?: string;
}

/** Counts lines one after the other; memory does not grow with them. */
export class Tally {
  readonly #families: readonly Family[];
  readonly #stratumKeys: ReadonlySet<string>;
  readonly #totals = noSums();
  readonly #figures = new Map<Family, Map<string, Sums>>();
  readonly #parts = new Map<Dimension, Map<string, Part>>();
  readonly #undivided = new Map<Dimension, number>();
  #documents = false;
  #tokens = false;
  #first: string | undefined;
  #last: string | undefined;

  /** @param stratumKeys figures that are also counted in every part of a division */
  constructor(families: readonly Family[], stratumKeys: readonly string[]) {
    this.#families = families;
    this.#stratumKeys = new Set(stratumKeys);
    for (const family of families) this.#figures.set(family, new Map(family.known.map(key => [key, noSums()])));
    for (const dimension of dimensions) this.#parts.set(dimension, new Map());
  }

  add(record: AuditRecord): void {
    const under = denominatorKeys.filter(key => denominators[key].holds(record));
    this.#note(record);
    this.#grow(this.#totals, under, record);
    const stratified: string[] = [];
    for (const family of this.#families) {
      const sums = this.#figures.get(family)!;
      for (const key of family.of(record)) {
        let own = sums.get(key);
        if (!own) {
          own = noSums();
          sums.set(key, own);
        }
        this.#grow(own, under, record);
        if (this.#stratumKeys.has(key)) stratified.push(key);
      }
    }
    for (const dimension of dimensions) {
      for (const value of dimension.of(record)) this.#divide(dimension, value, under, stratified);
    }
  }

  counted(): Counted {
    return {
      totals: this.#totals,
      figures: this.#figures,
      parts: this.#parts,
      undivided: this.#undivided,
      isWeighted: { documents: this.#documents, tokens: this.#tokens },
      ...(this.#first === undefined ? {} : { first: this.#first }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
    };
  }

  #note({ at, documents, tokens }: AuditRecord): void {
    this.#documents ||= documents !== undefined;
    this.#tokens ||= tokens !== undefined;
    if (at === undefined) return;
    if (this.#first === undefined || at < this.#first) this.#first = at;
    if (this.#last === undefined || at > this.#last) this.#last = at;
  }

  #grow(sums: Sums, under: readonly Denominator[], { documents = 0, tokens = 0 }: AuditRecord): void {
    for (const key of under) {
      sums.domains[key]++;
      sums.documents[key] += documents;
      sums.tokens[key] += tokens;
    }
  }

  #divide(dimension: Dimension, value: string, under: readonly Denominator[], keys: readonly string[]): void {
    const parts = this.#parts.get(dimension)!;
    let part = parts.get(value);
    if (!part) {
      if (parts.size >= maxParts) {
        this.#undivided.set(dimension, (this.#undivided.get(dimension) ?? 0) + 1);
        return;
      }
      part = { of: zeros(), figures: new Map([...this.#stratumKeys].map(key => [key, zeros()])) };
      parts.set(value, part);
    }
    for (const denominator of under) {
      part.of[denominator]++;
      for (const key of keys) part.figures.get(key)![denominator]++;
    }
  }
}
