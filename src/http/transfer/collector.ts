const firstBytes = 32 * 1024;

/** Bytes in the order they came, in one growing buffer: a body of a million tiny chunks must not become a million objects. */
export class Collector {
  length = 0;
  #bytes: Buffer | null = null;

  /** @param expectedBytes what Content-Length says; believed up to 256 KiB, since nothing has arrived yet */
  add(chunk: Uint8Array, expectedBytes: number): void {
    const needed = this.length + chunk.length;
    if (this.#bytes === null || needed > this.#bytes.length) {
      const size = Math.max(
        needed,
        this.#bytes === null ? Math.min(expectedBytes || firstBytes, 256 * 1024) : 2 * this.#bytes.length,
      );
      const larger = Buffer.allocUnsafe(size);
      if (this.#bytes !== null) larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.length);
    this.length = needed;
  }

  /** Lets go of them: a connection that stays open, or is slow to close, keeps whatever its last transfer still holds. */
  drop(): void {
    this.#bytes = null;
    this.length = 0;
  }

  /** A view of all of them. */
  view(): Buffer {
    return this.#bytes === null ? Buffer.alloc(0) : this.#bytes.subarray(0, this.length);
  }
}
