import type { AuditRecord } from '../../src/assess/index.ts';
import { type AuditOutputOptions, type AuditSummary, auditOutputs } from '../../src/report/index.ts';
import { header } from './records.ts';

export interface Made {
  readonly summary: AuditSummary;
  /** Text files by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** The outputs of an audit, in memory. */
export async function outputsOf(records: Iterable<AuditRecord>, options: Partial<AuditOutputOptions> = {}): Promise<Made> {
  const parts = new Map<string, string[]>();
  const summary = await auditOutputs(
    records,
    { header, ...options },
    {
      text: name => {
        const own: string[] = [];
        parts.set(name, own);
        return part => void own.push(part);
      },
      table: () => ({ add: () => {}, end: () => {} }),
    },
  );
  return { summary, files: Object.fromEntries([...parts].map(([name, own]) => [name, own.join('')])) };
}
