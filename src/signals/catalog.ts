/**
 * The mechanisms heed knows, each with its specification, its own precedence and its carriers in order of supersession.
 * A new signal is one file, one line here, and one vector file in `fixtures/vectors/`.
 */
import type { Mechanism, Signal, SignalId } from '../vocab/index.ts';
import { httpStatus } from './http/status.ts';
import { robotsNamedAgent } from './robots/named-agents.ts';
import { robotsRule } from './robots/rule.ts';

export const mechanisms: readonly Mechanism[] = [
  {
    id: 'robots',
    title: 'Robots Exclusion Protocol',
    spec: 'RFC 9309',
    status: 'standard',
    precedence: 'reader-decides',
    signals: [robotsRule],
  },
  {
    id: 'named-agents',
    title: "other operators' AI agents in robots.txt",
    spec: 'RFC 9309 §2.2.1, applied to a third party',
    status: 'convention',
    precedence: 'reader-decides',
    signals: [robotsNamedAgent],
  },
  {
    id: 'http-status',
    title: 'HTTP status of the page',
    spec: 'RFC 9110 §15',
    status: 'standard',
    precedence: 'reader-decides',
    signals: [httpStatus],
  },
];

export const signals: readonly Signal[] = mechanisms.flatMap(m => [...m.signals]);
export const signalIds: readonly SignalId[] = signals.map(s => s.id);
