/**
 * Indexing directives as a robots meta element, `X-Robots-Tag` and `Robots-Tag` carry them: Google's robots meta tag reference,
 * draft-illyes-repext-03, Bing (`nocache`, 22 September 2023), DeviantArt (`noai`, `noimageai`, November 2022), NoML (`noml`).
 *
 * Reads: directives between commas, in any case; a directive with a value writes it behind a colon. No directive ever permits anything: `all` and
 * `index` are the default. Precedence: all count, the most restrictive wins.
 *
 * Known departures, all to the protection of the page: directives between blanks or other marks, in quotes, and in another spelling (`no-ai`) are
 * lenient. Without a clock an `unavailable_after` may have passed: it then counts as implied.
 */
import { type About, type Form, type Instant, remembering } from '../vocab/index.ts';

export interface Directive {
  /** As in the specification, lower case; a word that no specification knows is given as written, in lower case. */
  readonly name: string;
  /** What stands behind the colon; empty where nothing does. */
  readonly argument: string;
  readonly isKnown: boolean;
  /** Not written as the grammar wants it. */
  readonly isLenient: boolean;
}

/** What a directive may do depends on. */
export interface DirectiveUse {
  readonly about: About;
  /** `noimageai` and `noimageindex` speak of images only: true where the resource itself is one. */
  readonly isImage: boolean;
  readonly at: Instant | null;
}

type Effects = Partial<Record<About, Extract<Form, 'conformant' | 'implied'>>>;

const noTraining: Effects = { 'train-ai': 'conformant', tdm: 'implied', 'ai-use': 'implied' };
const noIndex: Effects = { search: 'conformant', 'train-ai': 'implied' };
const noAnswer: Effects = { 'ai-use': 'conformant' };
const nothing: Effects = {};

/** What each directive refuses, and how. A neighbouring use is `implied`. */
const effects: ReadonlyMap<string, Effects> = new Map([
  ['noai', noTraining],
  ['noml', noTraining],
  ['disallowaitraining', noTraining],
  ['noindex', noIndex],
  ['none', noIndex],
  ['unavailable_after', noIndex],
  ['nosnippet', noAnswer],
  ['max-snippet', noAnswer],
  ['noarchive', { archive: 'conformant', 'ai-use': 'conformant', 'train-ai': 'implied' }],
  ['nocache', { archive: 'implied', 'ai-use': 'conformant', 'train-ai': 'implied' }],
  ['noimageai', noTraining],
  ['noimageindex', noIndex],
  ...'all index follow nofollow notranslate indexifembedded max-image-preview max-video-preview nositelinkssearchbox noodp noydir nopagereadaloud'
    .split(' ')
    .map(name => [name, nothing] as const),
]);

const imageOnly = new Set(['noimageai', 'noimageindex']);

/** Whether this directive says anything depends on whether the resource is an image. */
export const speaksOfImages = ({ name }: Directive): boolean => imageOnly.has(name);

/** Names whose value stands behind a colon: in `X-Robots-Tag` no agent is called so. */
export const valuedDirectives: ReadonlySet<string> = new Set([
  'max-snippet',
  'max-image-preview',
  'max-video-preview',
  'unavailable_after',
]);

const byLetters: ReadonlyMap<string, string> = new Map([...effects.keys()].map(name => [lettersOf(name), name]));
const weekdays = new Set('mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday'.split(' '));

/** Characters of directives that are read of one carrier: beyond, what is not read may refuse. Pages that mean something need a few hundred. */
export const maxDirectiveCharacters = 32_768;

/** Different words per value that no specification knows; what is known is read however much stands before it. */
const maxUnknown = 64;

/** The few values that a site repeats on every page. */
const directivesOnce = remembering(64, directivesIn);
const maxRecentCharacters = 256;

/** @param value a whole `content` attribute, or a field value without the agent it is addressed to. Linear in its length; never throws. */
export function readDirectives(value: string): readonly Directive[] {
  return value.length > maxRecentCharacters ? directivesIn(value) : directivesOnce(value);
}

function directivesIn(value: string): readonly Directive[] {
  const parts = value.toLowerCase().replace(/\s+/g, ' ').split(',');
  const found = new Map<string, Directive>();
  let unknown = 0;
  for (let index = 0; index < parts.length; index++) {
    let part = (parts[index] ?? '').trim();
    const day = argumentOf(part, 'unavailable_after');
    if (day !== null && weekdays.has(day) && index + 1 < parts.length) part += `, ${(parts[++index] ?? '').trim()}`;
    for (const directive of readPart(part)) {
      const key = `${directive.name}:${directive.argument}`;
      // The conformant of two equal directives counts.
      if (found.has(key) && !found.get(key)?.isLenient) continue;
      if (!directive.isKnown && !found.has(key) && ++unknown > maxUnknown) continue;
      found.set(key, directive);
    }
  }
  return [...found.values()];
}

/**
 * Words without which no directive refuses anything: each spelling of a name, at the beginning of a word or behind a mark. A look before the
 * directives of a page's many metas are read; `readDirectives` decides.
 */
const refusingWord = new RegExp(
  `(?:^|[^a-z0-9_+-])[-_]*(?:${[...effects]
    .filter(([, refused]) => refused !== nothing)
    .map(
      ([name]) =>
        [...lettersOf(name)].join('[-_]*') + (name === 'max-snippet' ? '[-_]*\\s*[:=]\\s*[+-]?0' : '[-_]*(?![a-z0-9_+-])'),
    )
    .join('|')})`,
);

/** False where no directive of the value can refuse any use. Linear in its length. */
export const mayRefuse = (value: string): boolean => refusingWord.test(value.toLowerCase());

/** The form in which a directive refuses a use; null where it does not. */
export function refusalBy({ name, argument, isKnown, isLenient }: Directive, { about, isImage, at }: DirectiveUse): Form | null {
  const form = isKnown ? effects.get(name)?.[about] : undefined;
  if (!form || (imageOnly.has(name) && !isImage)) return null;
  if (name === 'max-snippet' && !/^[+-]?0+$/.test(argument)) return null;
  if (name === 'unavailable_after') {
    const from = instantOf(argument);
    if (from === null) return 'wrong-value';
    if (at === null) return 'implied';
    if (Date.parse(at) < from) return null;
  }
  return form === 'conformant' && isLenient ? 'lenient' : form;
}

/** A date that no reader understands: where a date was meant, nobody knows whether it has passed. */
export const hasUnreadableDate = ({ name, argument }: Directive): boolean =>
  name === 'unavailable_after' && instantOf(argument) === null;

/** An unknown word that reads like a refusal: something was said that is not acted on. */
export const soundsLikeRefusal = ({ name, isKnown }: Directive): boolean => !isKnown && /^(no|dis|dont|deny|block)/.test(name);

function lettersOf(name: string): string {
  return name.replace(/[-_]/g, '');
}

const argumentOf = (part: string, name: string): string | null => {
  const colon = part.indexOf(':');
  return colon >= 0 && part.slice(0, colon).trim() === name ? part.slice(colon + 1).trim() : null;
};

function readPart(part: string): readonly Directive[] {
  if (part === '') return [];
  if (effects.has(part)) return [{ name: part, argument: '', isKnown: true, isLenient: false }];
  const colon = part.indexOf(':');
  const name = part.slice(0, Math.max(colon, 0)).trim();
  const argument = part.slice(colon + 1).trim();
  const isDate = name === 'unavailable_after' && instantOf(argument) !== null;
  if (isDate || (valuedDirectives.has(name) && /^[a-z0-9+-]+$/.test(argument))) {
    return [{ name, argument, isKnown: true, isLenient: false }];
  }
  const words = part
    .replaceAll(' :', ':')
    .replaceAll(': ', ':')
    .split(/[^a-z0-9_:=+-]+/)
    .filter(word => word !== '');
  const isSole = words.length === 1 && words[0] === part;
  return words.map(word => readWord(word, isSole));
}

function readWord(word: string, isSole: boolean): Directive {
  const mark = word.search(/[:=]/);
  const written = mark < 0 ? word : word.slice(0, mark);
  const name = byLetters.get(lettersOf(written));
  const argument = (mark < 0 ? '' : word.slice(mark + 1)).slice(0, 40);
  // `my bot:noai`: what stands before the colon is nothing we know, what stands behind it is.
  const behind = name === undefined && mark >= 0 ? byLetters.get(lettersOf(word.slice(mark + 1))) : undefined;
  if (behind !== undefined) return { name: behind, argument: '', isKnown: true, isLenient: true };
  if (name === undefined) return { name: written.slice(0, 40), argument, isKnown: false, isLenient: !isSole };
  return { name, argument, isKnown: true, isLenient: true };
}

const zone = /(:\d\d(\.\d+)? ?[+-]\d\d:?\d\d|\dz|[ )](z|ut|utc|gmt|[ecmp][sd]t))$/;
const startsLikeDate = /^(?:\d|mon|tue|wed|thu|fri|sat|sun)/;

/** Milliseconds; RFC 822, RFC 850 and ISO 8601; UTC where no zone is written, whatever the machine's own zone; null where it is no date. */
function instantOf(date: string): number | null {
  if (date.length > 64 || !startsLikeDate.test(date)) return null;
  const readings = zone.test(date) ? [date] : [`${date}z`, `${date} utc`];
  return readings.map(reading => Date.parse(reading)).find(instant => !Number.isNaN(instant)) ?? null;
}
