import { closest, distance } from 'fastest-levenshtein';

/** `did you mean …`, or a list of what is known. */
export function suggest(word: string, known: readonly string[]): string {
  const near = closest(word.slice(0, 64).toLowerCase(), known);
  return near && distance(word.slice(0, 64).toLowerCase(), near) <= Math.max(2, near.length / 3)
    ? `did you mean \`${near}\`?`
    : `known are ${known.join(', ')}`;
}
