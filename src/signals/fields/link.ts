/**
 * Web Linking, the Link field value (RFC 8288 §3, parsed by its Appendix B.2: what cannot be parsed ends the list, nothing before it is lost).
 * Departure: a value in single quotes (`rel='license'`) is read without them, and marks its link.
 */
export interface WebLink {
  /** URI reference as written. */
  readonly target: string;
  /** In order, names in lower case; the first of a name counts (§3.3, §3.4.1). */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Some value stands in single quotes, which are no quotes in this grammar. */
  readonly isSingleQuoted: boolean;
}

export interface LinkFieldValue {
  readonly links: readonly WebLink[];
  /** Something was left that is no link. */
  readonly isDamaged: boolean;
}

/** Links read per field line. */
const maxLinks = 256;

export function readLinkValue(value: string): LinkFieldValue {
  const links: WebLink[] = [];
  let at = 0;
  for (;;) {
    at = skip(value, at, ' \t,');
    if (at >= value.length) return { links, isDamaged: false };
    const close = value[at] === '<' ? value.indexOf('>', at) : -1;
    if (close < 0 || links.length >= maxLinks) return { links, isDamaged: true };
    const { end, ...read } = readParameters(value, close + 1);
    links.push({ target: value.slice(at + 1, close).trim(), ...read });
    at = end;
  }
}

export const parameterOf = ({ parameters }: WebLink, name: string): string | undefined =>
  parameters.find(parameter => parameter[0] === name)?.[1];

/** True when the first `rel` names the relation, in any case (§3.3). */
export const hasRelation = (link: WebLink, relation: string): boolean =>
  (parameterOf(link, 'rel') ?? '')
    .toLowerCase()
    .split(/[ \t]+/)
    .includes(relation);

function skip(text: string, from: number, set: string): number {
  let at = from;
  while (at < text.length && set.includes(text.charAt(at))) at++;
  return at;
}

function until(text: string, from: number, set: string): number {
  let at = from;
  while (at < text.length && !set.includes(text.charAt(at))) at++;
  return at;
}

/** Appendix B.3. */
function readParameters(text: string, from: number): Omit<WebLink, 'target'> & { readonly end: number } {
  const parameters: (readonly [string, string])[] = [];
  let isSingleQuoted = false;
  let at = skip(text, from, ' \t');
  while (text[at] === ';') {
    at = skip(text, at + 1, ' \t');
    const nameEnd = until(text, at, ' \t=;,');
    const name = text.slice(at, nameEnd).toLowerCase();
    at = skip(text, nameEnd, ' \t');
    let value = '';
    if (text[at] === '=') {
      at = skip(text, at + 1, ' \t');
      const inSingleQuotes = readSingleQuoted(text, at);
      isSingleQuoted ||= inSingleQuotes !== null;
      ({ value, end: at } = inSingleQuotes ?? (text[at] === '"' ? readQuoted(text, at + 1) : readBare(text, at)));
    }
    if (name !== '') parameters.push([name, value]);
    at = skip(text, at, ' \t');
  }
  return { parameters, isSingleQuoted, end: at };
}

/** Null where no single quote closes before the next delimiter. */
function readSingleQuoted(text: string, from: number): { value: string; end: number } | null {
  if (text[from] !== "'") return null;
  const end = until(text, from + 1, "';,");
  return text[end] === "'" ? { value: text.slice(from + 1, end), end: end + 1 } : null;
}

function readBare(text: string, from: number): { value: string; end: number } {
  const end = until(text, from, ' \t;,');
  return { value: text.slice(from, end), end };
}

/** Appendix B.4; a quote that never closes runs to the end. */
function readQuoted(text: string, from: number): { value: string; end: number } {
  let value = '';
  let at = from;
  for (; at < text.length && text[at] !== '"'; at++) {
    if (text[at] === '\\') at++;
    value += text.charAt(at);
  }
  return { value, end: at + 1 };
}
