/**
 * Paths that the declarations of an origin name, so that somebody who has read them for one URL can ask what they say of others: one path for each
 * pattern, by signal. Rules of robots.txt are not among them: `robots/survey.ts` tells how far they close an origin.
 */
import type { Carriers, Exchange, SignalId, Statement } from '../vocab/index.ts';
import { robotsFile } from './robots/file.ts';
import { robotsLicensePointers } from './robots/license.ts';
import { canonicalPattern } from './robots/paths.ts';
import { splitPath } from './robots/usage-records.ts';
import { patternsOf } from './wellknown/ai-txt/patterns.ts';
import { notCovering } from './wellknown/rsl/associate.ts';
import { licenseBudget, obtain } from './wellknown/rsl/obtain.ts';
import { patternIn } from './wellknown/rsl/scope.ts';
import { tdmFile } from './wellknown/tdmrep/rules.ts';

/** Paths of one signal; a file that names more speaks of more places than anybody would list. */
const maxPaths = 32;

/** Only signals that name any; in the order of their files. */
export function otherPaths(carriers: Carriers): ReadonlyMap<SignalId, readonly string[]> {
  const { robots, tdmrep, aiTxt } = carriers;
  const found: readonly (readonly [SignalId, Iterable<string>])[] = [
    ['robots.content-usage', inRecords(robots, key => key === 'content-usage')],
    ['robots.content-signal', inRecords(robots, key => key === 'content-signal')],
    ['robots.disallow-ai-training', inRecords(robots, key => key === 'disallowaitraining')],
    ['wellknown.tdmrep', inTdmrep(tdmrep)],
    ['wellknown.ai-txt', inAiTxt(aiTxt)],
    ['wellknown.rsl', inLicenses(carriers)],
  ];
  return new Map(found.map(([id, paths]) => [id, few(paths)] as const).filter(([, paths]) => paths.length > 0));
}

/**
 * Is it said of other paths only? A licence of robots.txt that does not cover a page leaves that page without one: `strict` heeds it, and nobody has refused
 * anything of the page.
 */
export const isOfOtherPaths = ({ evidence: { signal, locator }, also = [] }: Statement): boolean =>
  signal === 'wellknown.rsl' &&
  locator.kind === 'absence' &&
  locator.looked === notCovering &&
  also.every(led => led.signal === 'robots.license');

function few(paths: Iterable<string>): readonly string[] {
  const all = new Set<string>();
  for (const path of paths) {
    if (path !== '/') all.add(path);
    if (all.size === maxPaths) break;
  }
  return [...all];
}

/** The shortest path that a pattern matches; `#` ends a path in a URL. */
const inPattern = (pattern: string | null): readonly string[] =>
  pattern === null || pattern === '' || pattern.includes('#')
    ? []
    : [pattern.replace(/\$$/, '').replaceAll('*', '').replace(/^\/?/, '/')];

function* inRecords({ retrieval }: Exchange, isIt: (key: string) => boolean): Generator<string> {
  if (retrieval.outcome !== 'successful') return;
  const { isHtml, isNotText, keys, lines } = robotsFile(retrieval).text;
  if (isHtml || isNotText || !keys.some(isIt)) return;
  for (const { key, value } of lines)
    if (isIt(key)) yield* inPattern(key === 'disallowaitraining' ? canonicalPattern(value) : splitPath(value).pattern);
}

function* inTdmrep({ retrieval }: Exchange): Generator<string> {
  const file = retrieval.outcome === 'successful' ? tdmFile(retrieval.body) : undefined;
  if (file === undefined || 'fault' in file) return;
  for (const { pattern, effect } of file.rules) if (effect === 'reserves') yield* inPattern(pattern);
}

function* inAiTxt({ retrieval }: Exchange): Generator<string> {
  if (retrieval.outcome !== 'successful') return;
  for (const line of robotsFile(retrieval).text.lines) {
    if (line.key !== 'disallow') continue;
    for (const one of patternsOf(line)) {
      if (one.speaksOf === 'path') yield* inPattern(one.pattern);
      if (one.speaksOf === 'kind') yield `/file.${one.extension}`;
    }
  }
}

/** Licences that robots.txt points to, whomever its groups address. */
function* inLicenses({ url, robots, licenses }: Carriers): Generator<string> {
  if (licenses.size === 0) return;
  const budget = licenseBudget();
  for (const pointed of new Set(robotsLicensePointers(robots, null).flatMap(pointer => pointer.url ?? []))) {
    const exchange = licenses.get(pointed);
    const obtained = exchange && obtain(exchange, budget);
    if (obtained?.kind !== 'document') continue;
    for (const content of obtained.document.contents) yield* inPattern(patternIn(content, url));
  }
}
