import { type AuditSource, auditSource, type Comparison, commonOf, compareAudits } from '../../audit/index.ts';
import { loadAgents, presetNames } from '../../settings/index.ts';
import type { Terminal } from '../talk/terminal.ts';
import { comparisonLines } from './diff-lines.ts';

/** What changed between an earlier audit and the one just made. */
export type Since = Comparison;

/** Before anybody is asked: a name that is none should not show at the end. @throws CodedError ERR_NO_AUDIT */
export const earlierAudit = (path: string): AuditSource => auditSource(path);

export function since(earlier: AuditSource, out: string): Promise<Since> {
  const sources = [earlier, auditSource(out)];
  return compareAudits(sources, commonOf(sources, loadAgents(), presetNames));
}

export const sinceLines = (changes: Since, { style }: Terminal): string => `${comparisonLines(changes, style).join('\n')}\n`;
