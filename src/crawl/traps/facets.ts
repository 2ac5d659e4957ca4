/**
 * Facets: one list of things under every choice and order of filters. Two ways in which they show, in one path: ever new sets of parameters, and
 * every combination of a few values. An id that names a page takes ever new values, and so is no facet.
 */
import type { TrapFinding } from './finding.ts';
import { Recent } from './recent.ts';

/** Different sequences of parameter names; a wiki's `index.php` has some sixty. */
const maxNameLists = 200;
/** Combinations of parameters that each take few values. */
const maxCombinations = 5_000;
/** Values up to which a parameter is a choice. */
const maxChoices = 64;
/** With fewer parameters it is a category and its pages. */
const minParameters = 3;
const maxPaths = 2_000;

interface Path {
  readonly nameLists: Set<string>;
  readonly values: Map<string, Set<string>>;
  combinations: number;
}

/** @returns asks about each new URL once */
export function facetTraps(): (url: URL) => TrapFinding | null {
  const paths = new Recent<Path>(maxPaths);
  return ({ origin, pathname, search }) => {
    const parameters = search.slice(1).split('&');
    if (parameters.length < minParameters) return null;
    const path = paths.of(`${origin}${pathname}`, () => ({ nameLists: new Set(), values: new Map(), combinations: 0 }));
    const pairs = parameters.map(parameter => parameter.split('=', 2) as [string, string?]);
    const names = pairs.map(([name]) => name).join('&');
    if (!path.nameLists.has(names)) {
      if (path.nameLists.size >= maxNameLists)
        return { trap: 'parameters', detail: `${maxNameLists} different sets of parameters were found under this path already` };
      path.nameLists.add(names);
    }
    return isCombination(path, pairs)
      ? {
          trap: 'parameters',
          detail: `${maxCombinations} combinations of the same few values were found under this path already`,
        }
      : null;
  };
}

function isCombination(path: Path, pairs: readonly (readonly [string, string?])[]): boolean {
  let areChoices = true;
  for (const [name, value = ''] of pairs) {
    const values = path.values.get(name) ?? new Set();
    path.values.set(name, values);
    if (values.size <= maxChoices) values.add(value);
    if (values.size > maxChoices) areChoices = false;
  }
  path.combinations++;
  return areChoices && path.combinations > maxCombinations;
}
