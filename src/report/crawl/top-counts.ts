/** Counts by name where names have no end: beyond the limit the rarest half is let go, so that what is most frequent stays, and the page says so. */
export class TopCounts<T> {
  readonly #entries = new Map<string, T>();
  readonly #limit: number;
  readonly #zero: () => T;
  readonly #weight: (counts: T) => number;
  #isCut = false;

  constructor(zero: () => T, weight: (counts: T) => number, limit = 100_000) {
    this.#zero = zero;
    this.#weight = weight;
    this.#limit = limit;
  }

  /** The counts of one name, to be added to. */
  of(name: string): T {
    const known = this.#entries.get(name);
    if (known) return known;
    if (this.#entries.size >= this.#limit) this.#let();
    const counts = this.#zero();
    this.#entries.set(name, counts);
    return counts;
  }

  /** Whether some were let go: then there are more than `size`, and counts of the rare ones may be too low. */
  get isCut(): boolean {
    return this.#isCut;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Most first; equal ones by name. */
  top(count: number): readonly (readonly [name: string, counts: T])[] {
    return this.#sorted().slice(0, count);
  }

  #sorted(): (readonly [string, T])[] {
    return [...this.#entries].sort(([a, one], [b, other]) => this.#weight(other) - this.#weight(one) || (a < b ? -1 : 1));
  }

  #let(): void {
    this.#isCut = true;
    for (const [name] of this.#sorted().slice(this.#limit >> 1)) this.#entries.delete(name);
  }
}
