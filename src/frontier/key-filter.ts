/**
 * Numbers that were added, as a Bloom filter (Bloom 1970; two hashes stand for all, Kirsch and Mitzenmacher 2006): of a number that was added it says
 * so always; of one in about 400 that was not it says so too, where it holds as many as it was made for. More bits a number would err less and be
 * asked for longer: each lies where the processor's cache has nothing.
 */
const bitsPerKey = 16;
const tries = 4;

export class KeyFilter {
  /** 8 bits each; their number is a power of two. */
  readonly octets: Uint8Array;
  readonly #mask: number;

  constructor(octets: Uint8Array) {
    this.octets = octets;
    this.#mask = octets.length * 8 - 1;
  }

  static for(keys: number): KeyFilter {
    const bits = 2 ** Math.ceil(Math.log2(Math.max(1, keys) * bitsPerKey));
    return new KeyFilter(new Uint8Array(bits / 8));
  }

  /** @param h well mixed, below 2 ** 47 */
  add(originId: number, h: number): void {
    let at = firstOf(originId, h);
    const step = stepOf(originId, h);
    for (let n = 0; n < tries; n++, at += step) {
      const bit = at & this.#mask;
      this.octets[bit >>> 3]! |= 1 << (bit & 7);
    }
  }

  mayHold(originId: number, h: number): boolean {
    let at = firstOf(originId, h);
    const step = stepOf(originId, h);
    for (let n = 0; n < tries; n++, at += step) {
      const bit = at & this.#mask;
      if ((this.octets[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }
}

const firstOf = (originId: number, h: number): number => (h ^ Math.imul(originId, 0x9e3779b1)) >>> 0;
/** Odd, so that the places differ. */
const stepOf = (originId: number, h: number): number =>
  (Math.imul(Math.floor(h / 2 ** 32) ^ Math.imul(originId, 0x85ebca6b), 0xc2b2ae35) >>> 0) | 1;
