import type { Selector } from '../../upkeep/index.ts';
import { CodedError, exitCodes, type Instant } from '../../vocab/index.ts';
import { type Line, linesOfFile } from './lines.ts';

/** From flags and from `--from`. @throws CodedError ERR_SELECTOR, ERR_SELECTORS_UNREADABLE */
export async function selectorsOf(
  options: Readonly<Record<string, unknown>>,
  kinds: readonly Selector['kind'][],
): Promise<Selector[]> {
  const { selectorOf, selectorOfLine } = await import('../../upkeep/index.ts');
  const selectors = kinds.flatMap(kind => ((options[kind] ?? []) as readonly string[]).map(value => selectorOf(kind, value)));
  if (typeof options.from === 'string') selectors.push(...(await fromFile(options.from, selectorOfLine)));
  return selectors;
}

const maxLineBytes = 8_192;

async function fromFile(file: string, read: (line: string) => Selector): Promise<Selector[]> {
  const selectors: Selector[] = [];
  for await (const { text, number } of linesOfSelectors(file, maxLineBytes)) {
    if (text === null)
      throw new CodedError('ERR_SELECTOR', exitCodes.usage, `${file}:${number}: the line is longer than ${maxLineBytes} bytes`);
    const line = text.trim();
    if (line !== '' && !line.startsWith('#')) selectors.push(read(line));
  }
  return selectors;
}

/** @param file `-` for standard input @throws CodedError ERR_SELECTORS_UNREADABLE */
export const linesOfSelectors = (file: string, maxBytes: number): AsyncIterable<Line> =>
  linesOfFile({ file, maxBytes, code: 'ERR_SELECTORS_UNREADABLE', what: `\`${file}\`` });

/** @throws CodedError ERR_USAGE */
export function receivedAt(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!(ms <= Date.now()))
    throw new CodedError('ERR_USAGE', exitCodes.usage, `\`--received ${text.slice(0, 50)}\` is no time that has been`, {
      next: 'write it as 2026-11-26T10:00:00Z',
    });
  return new Date(ms).toISOString() as Instant;
}

export const nothingNamed = (next: string): CodedError =>
  new CodedError('ERR_USAGE', exitCodes.usage, 'what is to be withdrawn?', { next });
