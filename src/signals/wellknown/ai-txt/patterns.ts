/**
 * What a rule of ai.txt speaks of. As Spawning's generator writes it: one kind of file (`*.html`) or one path.
 *
 * What is no such pattern is read where it refuses: lists (`*.jpg, *.html`), alternatives (`*.{html,jpg}`), stars for a kind (`*.htm*`), and `*.*`,
 * which means every kind. An Allow is never read so. A refusal that even then names neither a kind nor a path is `unknown`.
 */
import { onceEach } from '../../../vocab/index.ts';
import type { RobotsLine } from '../../robots/lines.ts';
import { canonicalPattern } from '../../robots/paths.ts';

export type Pattern =
  | { readonly speaksOf: 'kind'; readonly extension: string; readonly isLenient: boolean; readonly specificity: number }
  /** `glob` has stars, and is held against extensions. */
  | { readonly speaksOf: 'kinds'; readonly glob: string; readonly specificity: number }
  | { readonly speaksOf: 'every-kind'; readonly specificity: number }
  | { readonly speaksOf: 'path'; readonly pattern: string; readonly isLenient: boolean }
  | { readonly speaksOf: 'unknown' };

/** Alternatives are written out in patterns of so many octets at most, of which so many stand around the brackets. */
const maxAlternatives = 512;
const maxAroundAlternatives = 32;

/** Memoised by the record: ten thousand URLs of a site ask the same rules. */
export const patternsOf: (line: RobotsLine) => readonly Pattern[] = onceEach(({ value, key }) =>
  readValue(value, key === 'disallow'),
);

function readValue(value: string, isRefusal: boolean): readonly Pattern[] {
  const extension = extensionIn(value);
  if (extension !== null) return [{ speaksOf: 'kind', extension, isLenient: false, specificity: value.length }];
  const pattern = canonicalPattern(value);
  const asPath: readonly Pattern[] = pattern === null ? [] : [{ speaksOf: 'path', pattern, isLenient: false }];
  return isRefusal && value !== '' ? [...asPath, ...meantBy(value)] : asPath;
}

/** `*.jpg`, `.jpg`, `/*.jpg` and `*.jpg$` name a kind of file. */
const extensionIn = (value: string): string | null => /^\/?\*?\.([a-z0-9]{1,10})\$?$/i.exec(value)?.[1]?.toLowerCase() ?? null;

function meantBy(value: string): readonly Pattern[] {
  const parts = partsOf(value).flatMap(alternativesIn);
  const isList = parts.length > 1;
  const namesKind = parts.some(part => kindIn(part, false) !== null);
  // A blank or a comma inside one path parts nothing: each element of a list begins as a pattern does.
  if (!namesKind && parts.some(part => !/^[/*]/.test(part))) return /^[/*]/.test(value) ? [] : [{ speaksOf: 'unknown' }];
  return parts.flatMap((part): readonly Pattern[] => {
    const kind = kindIn(part, isList && namesKind);
    if (kind) return [kind];
    const pattern = isUnclearKind(part) || hasAlternatives(part) ? null : canonicalPattern(part);
    if (pattern === null) return [{ speaksOf: 'unknown' }];
    return isList ? [{ speaksOf: 'path', pattern, isLenient: true }] : [];
  });
}

/** @param mayBeBare in a list of kinds a word without its star is one, too */
function kindIn(part: string, mayBeBare: boolean): Pattern | null {
  const specificity = part.length;
  if (/^\/?\*?\.\*\$?$/.test(part)) return { speaksOf: 'every-kind', specificity };
  const extension = extensionIn(part) ?? (mayBeBare && /^[a-z0-9]{1,10}$/i.test(part) ? part.toLowerCase() : null);
  if (extension !== null) return { speaksOf: 'kind', extension, isLenient: true, specificity };
  const glob = /^\/?\*?\.([a-z0-9*]{1,12})\$?$/i.exec(part)?.[1];
  return glob === undefined ? null : { speaksOf: 'kinds', glob: glob.toLowerCase(), specificity };
}

/** It begins as a kind does and goes on in a notation of its own: `*.htm[l]`, `*.jp?g`, `.html!`. */
const isUnclearKind = (part: string): boolean =>
  /^\/?\*?\.[^/]*$/.test(part) && (/[^a-z0-9*$._~%=&?+-]/i.test(part) || part.lastIndexOf('?') > part.lastIndexOf('='));

const hasAlternatives = (part: string): boolean => part.includes('{') && part.includes('}');

/** Splits at blanks, commas, semicolons and bars outside brackets. */
function partsOf(value: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= value.length; at++) {
    const character = value[at] ?? ',';
    if (character === '{' || character === '(') depth++;
    else if ((character === '}' || character === ')') && depth > 0) depth--;
    else if (at === value.length || (depth === 0 && ' \t,;|'.includes(character))) {
      if (at > start) parts.push(value.slice(start, at));
      start = at + 1;
    }
  }
  return parts;
}

/** `*.{html,jpg}` and `*.(html|jpg)` written out; one pair of brackets in a pattern, more stay as they are. */
function alternativesIn(part: string): readonly string[] {
  if (part.length > maxAlternatives) return [part];
  const open = part.search(/[{(]/);
  const close = open < 0 ? -1 : part.indexOf(part[open] === '{' ? '}' : ')', open);
  if (close < 0 || part.length - (close - open) > maxAroundAlternatives) return [part];
  const inside = part.slice(open + 1, close).split(/[\s,;|]/);
  return inside.filter(one => one !== '').map(one => part.slice(0, open) + one + part.slice(close + 1));
}
