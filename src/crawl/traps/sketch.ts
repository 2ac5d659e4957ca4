/**
 * What was said before in one place, as a bit set: enough to tell prose, which goes on saying new things, from text that is put together from a fixed
 * stock (a Markov chain over one book, a word list, a template).
 */
export interface TextSketch {
  /** Adds a page's beginning. @returns shares of what was there before, from 0 to 1; null for a page with too little text */
  add(text: string): Familiarity | null;
  /** Added so far. */
  readonly pages: number;
}

export interface Familiarity {
  /** Of the page's runs of three words. */
  readonly runs: number;
  /** Of the page's different words. */
  readonly words: number;
}

const bits = 2 ** 18;
const maxWords = 400;
const minWords = 30;
const maxCharacters = 8_192;

export function textSketch(): TextSketch {
  const set = new Uint32Array(bits / 32);
  let pages = 0;
  const isKnown = (hash: number): boolean => {
    const bit = (hash ^ (hash >>> 15)) & (bits - 1);
    const index = bit >>> 5;
    const mask = 1 << (bit & 31);
    const known = ((set[index] ?? 0) & mask) !== 0;
    set[index] = (set[index] ?? 0) | mask;
    return known;
  };
  return {
    get pages() {
      return pages;
    },
    add(text) {
      const words = (
        text
          .slice(0, maxCharacters)
          .toLowerCase()
          .match(/\p{L}+/gu) ?? []
      ).slice(0, maxWords);
      if (words.length < minWords) return null;
      pages++;
      const hashes = words.map(hashOf);
      const different = new Set(hashes);
      const runs = new Set<number>();
      for (let i = 2; i < hashes.length; i++) runs.add(mix(mix(hashes[i - 2] ?? 0, hashes[i - 1] ?? 0), hashes[i] ?? 0));
      return { words: shareOf(different, isKnown), runs: shareOf(runs, isKnown) };
    },
  };
}

function shareOf(hashes: ReadonlySet<number>, isKnown: (hash: number) => boolean): number {
  let known = 0;
  for (const hash of hashes) if (isKnown(hash)) known++;
  return known / hashes.size;
}

/** FNV-1a, 32 bits. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const mix = (left: number, right: number): number => (Math.imul(left, 0x9e3779b1) ^ (right + 0x7f4a7c15)) >>> 0;
