import type { Span } from './tags.ts';

interface Marked<T> {
  readonly tag: T;
  readonly span: Span;
}

interface OpenMark {
  readonly index: number;
  /** Elements of the same name open inside. */
  inner: number;
}

/** Marked elements and where they end: at the end tag of their own name that matches, else with the page. Elements of other names do not matter. */
export class Marks<T> {
  readonly #all: Marked<T>[] = [];
  readonly #open = new Map<string, OpenMark[]>();
  readonly #pageEnd: number;

  constructor(pageEnd: number) {
    this.#pageEnd = pageEnd;
  }

  get count(): number {
    return this.#all.length;
  }

  all(): readonly Marked<T>[] {
    return this.#all;
  }

  isOpen(name: string): boolean {
    return this.#open.has(name);
  }

  mark(name: string, tag: T, span: Span, hasContent: boolean): void {
    const index = this.#all.push({ tag, span: [span[0], hasContent ? this.#pageEnd : span[1]] }) - 1;
    if (!hasContent) return;
    const open = this.#open.get(name);
    if (open) open.push({ index, inner: 0 });
    else this.#open.set(name, [{ index, inner: 0 }]);
  }

  /** An element without the mark begins. */
  enter(name: string): void {
    const innermost = this.#open.get(name)?.at(-1);
    if (innermost) innermost.inner++;
  }

  /** @returns true when the end tag ends a marked element */
  leave(name: string, at: number): boolean {
    const open = this.#open.get(name);
    const innermost = open?.at(-1);
    if (!open || !innermost) return false;
    if (innermost.inner > 0) {
      innermost.inner--;
      return false;
    }
    open.pop();
    if (open.length === 0) this.#open.delete(name);
    const ended = this.#all[innermost.index];
    if (ended) this.#all[innermost.index] = { tag: ended.tag, span: [ended.span[0], at] };
    return true;
  }
}
