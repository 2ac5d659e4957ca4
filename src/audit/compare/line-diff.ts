/** Lines that went, came and stayed between two texts, as a person would mark them. */
export interface DiffLine {
  readonly kind: 'removed' | 'added';
  /** In its own text, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Cells of the table in which what stayed is looked for; larger middles are told whole. */
const maxCells = 4_000_000;

/** What begins and ends alike is passed over; of the rest the longest common subsequence stays. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const a = before.split(/\r\n|\r|\n/);
  const b = after.split(/\r\n|\r|\n/);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  const removed = (line: number): DiffLine => ({ kind: 'removed', line: line + 1, text: a[line] ?? '' });
  const added = (line: number): DiffLine => ({ kind: 'added', line: line + 1, text: b[line] ?? '' });
  const [rows, columns] = [endA - start, endB - start];
  const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);
  if (rows * columns > maxCells) return [...range(start, endA).map(removed), ...range(start, endB).map(added)];
  // Length of the longest common subsequence of what is behind each pair of lines.
  const width = columns + 1;
  const common = new Uint32Array((rows + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--)
      common[i * width + j] = a[start + i] === b[start + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[start + i] === b[start + j]) [i, j] = [i + 1, j + 1];
    else if (j >= columns || (i < rows && at(i + 1, j) >= at(i, j + 1))) found.push(removed(start + i++));
    else found.push(added(start + j++));
  }
  return found;
}
