/**
 * Which names were met, by 53 bits of each: a million take 16 MB where their strings take 100. Among a million, one name that was never met is taken for one
 * that was in one of 18,000 runs; what is said of names met again is told and never counted.
 */
export class NameMarks {
  #slots = new Float64Array(1 << 12);
  #count = 0;

  /** @returns whether it was met before */
  meet(name: string): boolean {
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    const mark = markOf(name);
    const at = placeOf(mark, this.#slots);
    if (this.#slots[at] === mark) return true;
    this.#slots[at] = mark;
    this.#count++;
    return false;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const mark of before) if (mark !== 0) this.#slots[placeOf(mark, this.#slots)] = mark;
  }
}

/** Where a mark lies, or may be put. @param slots a power of two, of which one is free */
function placeOf(mark: number, slots: Float64Array): number {
  let at = mark % slots.length;
  while (slots[at] !== 0 && slots[at] !== mark) at = (at + 1) % slots.length;
  return at;
}

/** Never 0. */
function markOf(name: string): number {
  let [high, low] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    low ^= low >>> 13;
  }
  high = Math.imul(high ^ (high >>> 16), 0x7feb352d);
  return (high >>> 11) * 2 ** 32 + (low >>> 0) + 1;
}
