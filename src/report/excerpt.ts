/** The bytes around a piece of evidence, as lines of text of which one holds what was quoted. Of a page only what its proof holds is ever here. */
import type { EvidenceRecord } from '../assess/index.ts';
import type { Exchange, Locator } from '../vocab/index.ts';

export interface ExcerptLine {
  /** From 1, where lines are what the source is made of. */
  readonly number?: number;
  readonly before: string;
  /** The evidence itself; empty on the lines around it. */
  readonly hit: string;
  readonly after: string;
}

const contextLines = 3;
const contextOctets = 160;
const maxWindow = 4_096;
const maxLine = 300;

const utf8 = new TextDecoder();

/** For evidence that nothing was there: the status that was answered in its place, or nothing. */
export function excerptOf(evidence: EvidenceRecord, sources: readonly Exchange[]): readonly ExcerptLine[] {
  const { locator, quote, source } = evidence;
  const exchange = sources.find(({ url, digest }) => url === source.url && (digest ?? undefined) === source.digest);
  if (locator.kind === 'absence') return exchange ? statusInstead(exchange.retrieval) : [];
  const found = exchange ? around(exchange.retrieval, locator, quote) : [];
  return found.length > 0 ? found : [{ before: '', hit: quote, after: '' }];
}

function around(retrieval: Exchange['retrieval'], locator: Locator, quote: string): readonly ExcerptLine[] {
  if (locator.kind === 'field') return fieldLines(retrieval, locator.name, locator.index);
  const body = 'body' in retrieval ? retrieval.body : undefined;
  if (!body) return [];
  if (locator.kind === 'line') return fileLines(body, locator.bytes, locator.line);
  if (locator.kind === 'element') return elementLines(body, locator.bytes);
  const start = quote === '' ? -1 : Buffer.from(body.buffer, body.byteOffset, body.byteLength).indexOf(quote);
  return start < 0 ? [] : elementLines(body, [start, start + new TextEncoder().encode(quote).length]);
}

const statusInstead = (retrieval: Exchange['retrieval']): readonly ExcerptLine[] =>
  retrieval.outcome === 'successful' || !('status' in retrieval) || retrieval.status === undefined
    ? []
    : fieldLines(retrieval, ':status', 0);

/** The status line and the header section, cut to the neighbours of the field. */
function fieldLines(retrieval: Exchange['retrieval'], name: string, index: number): readonly ExcerptLine[] {
  if (retrieval.outcome === 'not-attempted') return [];
  const { status, fields = [] } = retrieval;
  const text = (value: string): ExcerptLine => ({ before: value.slice(0, maxLine), hit: '', after: '' });
  const hitOf = (before: string, value: string): ExcerptLine => ({ before, hit: value.slice(0, maxLine), after: '' });
  if (name === ':status') {
    return [
      hitOf('status ', String(status ?? '')),
      ...fields.slice(0, contextLines).map(([key, value]) => text(`${key}: ${value}`)),
    ];
  }
  const own = fields.flatMap(([key], at) => (key.toLowerCase() === name ? [at] : []));
  const hit = own[index];
  if (hit === undefined) return [];
  const first = Math.max(0, hit - contextLines);
  const lines = fields
    .slice(first, hit + contextLines + 1)
    .map(([key, value], at) => (first + at === hit ? hitOf(`${key}: `, value) : text(`${key}: ${value}`)));
  return [text(`status ${status ?? 'none'}`), ...lines];
}

function fileLines(body: Uint8Array, [start, end]: readonly [number, number], number: number): readonly ExcerptLine[] {
  const before = linesIn(body.subarray(Math.max(0, start - maxWindow), start));
  // What stands before the first octet of the line is the rest of the line itself, and empty.
  const above = before.slice(0, -1).slice(-contextLines);
  const below = linesIn(body.subarray(end, Math.min(body.length, end + maxWindow))).slice(1, contextLines + 1);
  const last = below.at(-1) === '' && end + maxWindow >= body.length ? below.slice(0, -1) : below;
  const text = (line: string, at: number): ExcerptLine => ({ number: at, before: line.slice(0, maxLine), hit: '', after: '' });
  return [
    ...above.map((line, index) => text(line, number - above.length + index)),
    { number, before: '', hit: utf8.decode(body.subarray(start, end)).slice(0, maxLine), after: '' },
    ...last.map((line, index) => text(line, number + 1 + index)),
  ];
}

const linesIn = (bytes: Uint8Array): readonly string[] => utf8.decode(bytes).split(/\r\n|\n|\r/);

/** The lines around an element, which may itself be longer than one. */
function elementLines(body: Uint8Array, [start, end]: readonly [number, number]): readonly ExcerptLine[] {
  const from = Math.max(0, start - contextOctets);
  const to = Math.min(body.length, end + contextOctets);
  const above = `${from > 0 ? '… ' : ''}${squeezed(body.subarray(from, start))}`.split('\n');
  const below = `${squeezed(body.subarray(end, to))}${to < body.length ? ' …' : ''}`.split('\n');
  const text = (line: string): ExcerptLine => ({ before: line, hit: '', after: '' });
  const isBlank = (line: string): boolean => line.trim() === '';
  return [
    ...above
      .slice(0, -1)
      .filter(line => !isBlank(line))
      .map(text),
    {
      before: above.at(-1) ?? '',
      hit: utf8.decode(body.subarray(start, Math.min(end, start + maxLine))),
      after: below[0] ?? '',
    },
    ...below
      .slice(1)
      .filter(line => !isBlank(line))
      .map(text),
  ];
}

/** In a proof whatever no signal read is blank; damage at the edge of the window is cut off. */
const squeezed = (bytes: Uint8Array): string =>
  utf8
    .decode(bytes)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\0 \t]{13,}/g, '  ')
    .replaceAll(/^\uFFFD+|\uFFFD+$/g, '');
