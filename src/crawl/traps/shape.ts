/**
 * What a single URL tells by itself, in the vocabulary of Heritrix's decide rules: too many path segments, a pathological path (segments that
 * come again and again, as relative links make them), growth of length, too many parameters.
 */
import { segmentsOf, type TrapFinding } from './finding.ts';

/** Octets of a URL once its percent-encoding is undone; a title in Arabic takes 400. */
const maxOctets = 1_024;
/** A search form of a library catalogue has twenty. */
const maxParameters = 32;
/** The same name and value this often is growth, not choice. */
const maxEqualParameters = 3;
/** Segments in a row that come this often: `/a/b/a/b/a/b`. */
const maxRounds = 3;
/** Numbers repeat more readily: `/tiles/1/1/1`, `/2011/11/11`. */
const maxNumberRounds = 5;
/** One and the same word anywhere in a path. */
const maxEqualSegments = 5;

export function shapeTrap({ href, pathname, search }: URL, maxSegments: number): TrapFinding | null {
  const octets = href.length - 2 * (href.match(/%[0-9a-f]{2}/gi)?.length ?? 0);
  if (octets > maxOctets) return { trap: 'length', detail: `the URL has ${octets} octets, more than ${maxOctets}` };
  const segments = segmentsOf(pathname);
  if (segments.length > maxSegments)
    return { trap: 'segments', detail: `the path has ${segments.length} segments, more than ${maxSegments}` };
  const again = repeated(segments);
  if (again !== null) return { trap: 'segments', detail: `\`${again.slice(0, 100)}\` comes again and again in the path` };
  return parameterTrap(search);
}

function repeated(segments: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const segment of segments) {
    const count = (counts.get(segment) ?? 0) + 1;
    counts.set(segment, count);
    if (count >= maxEqualSegments && isWord(segment)) return segment;
  }
  for (let period = 1; period * maxRounds <= segments.length; period++) {
    for (let run = 0, i = period; i < segments.length; i++) {
      run = segments[i] === segments[i - period] ? run + 1 : 0;
      const round = segments.slice(i - period + 1, i + 1);
      const rounds = round.some(isWord) ? maxRounds : maxNumberRounds;
      if (run >= period * (rounds - 1)) return round.join('/');
    }
  }
  return null;
}

const isWord = (segment: string): boolean => /[^\d.,_-]/.test(segment);

function parameterTrap(search: string): TrapFinding | null {
  if (search === '') return null;
  const parameters = search.slice(1).split('&');
  if (parameters.length > maxParameters)
    return { trap: 'parameters', detail: `the query has ${parameters.length} parameters, more than ${maxParameters}` };
  const counts = new Map<string, number>();
  for (const parameter of parameters) {
    const count = (counts.get(parameter) ?? 0) + 1;
    counts.set(parameter, count);
    if (count >= maxEqualParameters && parameter !== '')
      return { trap: 'parameters', detail: `\`${parameter.slice(0, 100)}\` comes again and again in the query` };
  }
  return null;
}
