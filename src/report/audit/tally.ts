import type { AuditRecord } from '../../assess/index.ts';
import { type Denominator, denominators } from './denominators.ts';
import type { Family, See } from './family.ts';
import { type Dimension, dimensions, maxParts } from './strata.ts';

type Counts = Readonly<Record<Denominator, number>>;

/** Sums over domains of one condition, under each denominator. */
export interface Sums {
  readonly domains: Counts;
  readonly documents: Counts;
  readonly tokens: Counts;
}

/** One part of a division with its own figures. */
export interface Part {
  readonly of: Counts;
  readonly figures: ReadonlyMap<string, Counts>;
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

/**
 * A line is one of four kinds: reachable or not, with a readable robots.txt or not. One count for each kind is enough for all denominators, and a line
 * costs one addition for each figure it counts for.
 */
type Kinds = [number, number, number, number];
const kinds = [0, 1, 2, 3] as const;
type Kind = (typeof kinds)[number];

class Cell {
  readonly domains: Kinds = [0, 0, 0, 0];
  readonly documents: Kinds = [0, 0, 0, 0];
  readonly tokens: Kinds = [0, 0, 0, 0];
  /** Its place among the figures that every part of a division has, -1 where it is none of them. */
  readonly stratum: number;

  constructor(stratum = -1) {
    this.stratum = stratum;
  }
}

const countsOf = (counts: Readonly<Kinds>): Counts => ({
  all: counts[0] + counts[1] + counts[2] + counts[3],
  reachable: counts[1] + counts[3],
  robots: counts[2] + counts[3],
});

const sumsOf = ({ domains, documents, tokens }: Cell): Sums => ({
  domains: countsOf(domains),
  documents: countsOf(documents),
  tokens: countsOf(tokens),
});

function grow(cell: Cell, kind: Kind, times: number, documents: number, tokens: number): void {
  cell.domains[kind] += times;
  if (documents !== 0) cell.documents[kind] += times * documents;
  if (tokens !== 0) cell.tokens[kind] += times * tokens;
}

interface OpenPart {
  readonly of: Kinds;
  readonly figures: readonly Kinds[];
}

/** Counts lines one after the other; memory does not grow with them. */
export class Tally {
  readonly #stratumKeys: readonly string[];
  readonly #totals = new Cell();
  readonly #cells: readonly (readonly [Family, Map<string, Cell>])[];
  readonly #parts = new Map<Dimension, Map<string, OpenPart>>(dimensions.map(dimension => [dimension, new Map()]));
  readonly #undivided = new Map<Dimension, number>();
  #documents = false;
  #tokens = false;
  #first: string | undefined;
  #last: string | undefined;

  /** @param stratumKeys figures that are also counted in every part of a division */
  constructor(families: readonly Family[], stratumKeys: readonly string[]) {
    this.#stratumKeys = stratumKeys;
    this.#cells = families.map(family => [family, new Map(family.known.map(key => [key, this.#cell(key)]))]);
  }

  add(record: AuditRecord): void {
    const { documents = 0, tokens = 0 } = record;
    const kind = ((denominators.reachable.holds(record) ? 1 : 0) | (denominators.robots.holds(record) ? 2 : 0)) as Kind;
    this.#note(record);
    grow(this.#totals, kind, 1, documents, tokens);
    const stratified: number[] = [];
    for (const [family, cells] of this.#cells) {
      const see: See = (key, times = 1) => {
        let cell = cells.get(key);
        if (cell === undefined) {
          cell = this.#cell(key);
          cells.set(key, cell);
        }
        grow(cell, kind, times, documents, tokens);
        if (cell.stratum >= 0) stratified.push(cell.stratum);
      };
      family.each(record, see);
    }
    for (const dimension of dimensions) {
      for (const value of dimension.of(record)) this.#divide(dimension, value, kind, stratified);
    }
  }

  counted(): Counted {
    return {
      totals: sumsOf(this.#totals),
      figures: new Map(this.#cells.map(([family, cells]) => [family, unbundled(family, cells)])),
      parts: new Map([...this.#parts].map(([dimension, parts]) => [dimension, this.#closed(parts)])),
      undivided: this.#undivided,
      isWeighted: { documents: this.#documents, tokens: this.#tokens },
      ...(this.#first === undefined ? {} : { first: this.#first }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
    };
  }

  #cell(key: string): Cell {
    return new Cell(this.#stratumKeys.indexOf(key));
  }

  #note({ at, documents, tokens }: AuditRecord): void {
    this.#documents ||= documents !== undefined;
    this.#tokens ||= tokens !== undefined;
    if (at === undefined) return;
    if (this.#first === undefined || at < this.#first) this.#first = at;
    if (this.#last === undefined || at > this.#last) this.#last = at;
  }

  #divide(dimension: Dimension, value: string, kind: Kind, stratified: readonly number[]): void {
    const parts = this.#parts.get(dimension)!;
    let part = parts.get(value);
    if (!part) {
      if (parts.size >= maxParts) {
        this.#undivided.set(dimension, (this.#undivided.get(dimension) ?? 0) + 1);
        return;
      }
      part = { of: [0, 0, 0, 0], figures: this.#stratumKeys.map((): Kinds => [0, 0, 0, 0]) };
      parts.set(value, part);
    }
    part.of[kind]++;
    for (const index of stratified) part.figures[index]![kind]++;
  }

  #closed(parts: ReadonlyMap<string, OpenPart>): ReadonlyMap<string, Part> {
    return new Map(
      [...parts].map(([value, { of, figures }]) => [
        value,
        { of: countsOf(of), figures: new Map(this.#stratumKeys.map((key, index) => [key, countsOf(figures[index]!)])) },
      ]),
    );
  }
}

/** What bundles saw belongs to each of their keys. */
function unbundled({ bundles = new Map() }: Family, cells: ReadonlyMap<string, Cell>): ReadonlyMap<string, Sums> {
  const all = new Map<string, Cell>();
  const add = (key: string, from: Cell): void => {
    const cell = all.get(key) ?? new Cell();
    all.set(key, cell);
    for (const kind of kinds) {
      cell.domains[kind] += from.domains[kind];
      cell.documents[kind] += from.documents[kind];
      cell.tokens[kind] += from.tokens[kind];
    }
  };
  for (const [key, cell] of cells) if (!bundles.has(key)) add(key, cell);
  for (const [name, keys] of bundles) {
    const bundle = cells.get(name);
    if (bundle) for (const key of keys) add(key, bundle);
  }
  return new Map([...all].map(([key, cell]) => [key, sumsOf(cell)]));
}
