/**
 * Siblings: URLs that differ in numbers or ids only. A forum has a hundred thousand of them, so their number alone says little: a bound that the
 * operator sets, and before it the one thing an endless list cannot hide, that it gives the same text again and again.
 */
import type { Reason } from '../../vocab/index.ts';
import type { TrapFinding } from './finding.ts';
import { Recent } from './recent.ts';

/** Pages in a row, of one shape, whose text was there already. */
const maxEqualInARow = 200;
const maxShapes = 50_000;

interface Shape {
  count: number;
  equalInARow: number;
}

export interface SiblingTraps {
  /** Asks about each new URL once. */
  offered(url: URL): TrapFinding | null;
  /** A URL whose turn has come. */
  popped(url: URL): TrapFinding | null;
  ended(url: URL, reason: Reason): void;
}

const identifier = /(?<![a-z0-9])(?=[a-z]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*(?![a-z0-9])/gi;

/** The URL with its numbers and hexadecimal ids blanked; null where it has none. */
export function siblingShape({ origin, pathname, search }: URL): string | null {
  const place = pathname + search;
  const shape = place.replace(identifier, '#').replace(/\d+/g, '#');
  return shape === place ? null : origin + shape;
}

export function siblingTraps(maxSiblings: number): SiblingTraps {
  const shapes = new Recent<Shape>(maxShapes);
  const repeats = (key: string): TrapFinding | null =>
    (shapes.get(key)?.equalInARow ?? 0) < maxEqualInARow
      ? null
      : { trap: 'siblings', detail: `${maxEqualInARow} pages of this shape in a row had a text that was there already` };
  const keyed =
    (answer: (key: string) => TrapFinding | null): ((url: URL) => TrapFinding | null) =>
    url => {
      const key = siblingShape(url);
      return key === null ? null : answer(key);
    };
  return {
    popped: keyed(repeats),
    offered: keyed(key => {
      const shape = shapes.of(key, () => ({ count: 0, equalInARow: 0 }));
      shape.count++;
      return shape.count > maxSiblings
        ? { trap: 'siblings', detail: `${maxSiblings} URLs of this shape were found already (--max-siblings)` }
        : repeats(key);
    }),
    ended(url, reason) {
      if (reason !== 'kept' && reason !== 'duplicate.exact' && reason !== 'duplicate.near') return;
      const key = siblingShape(url);
      const shape = key === null ? undefined : shapes.get(key);
      if (shape) shape.equalInARow = reason === 'kept' ? 0 : shape.equalInARow + 1;
    },
  };
}
