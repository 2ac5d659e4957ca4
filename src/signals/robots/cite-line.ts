import type { Evidence, Exchange } from '../../vocab/index.ts';
import { quoteBytes, sourceOf } from '../cite.ts';
import type { RobotsLine } from './lines.ts';
import type { RobotsFile } from './robots-file.ts';

/** A line of robots.txt as evidence of any robots signal. */
export const citeLine = (
  signal: Evidence['signal'],
  exchange: Exchange,
  file: RobotsFile,
  line: RobotsLine,
  spec: string,
  agent?: string,
): Evidence => ({
  signal,
  source: sourceOf(exchange),
  locator: { kind: 'line', line: line.number, bytes: [line.start, line.end] },
  // One line may speak of a hundred agents.
  quote: file.once(line, () => quoteBytes(file.body, line.start, line.end)),
  spec,
  ...(agent === undefined ? {} : { agent }),
});
