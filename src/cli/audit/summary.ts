import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditHeader } from '../../report/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';

export interface SummaryOnDisk {
  readonly audit: AuditHeader;
  /** As it was parsed. */
  readonly time?: unknown;
}

/** What an audit was made with stands in its summary; a figure is nothing without it. @throws CodedError ERR_AUDIT_SUMMARY (exit 9) */
export function auditSummaryIn(dir: string): SummaryOnDisk {
  const file = join(dir, 'summary.json');
  try {
    const { audit, time } = JSON.parse(readFileSync(file, 'utf8')) as Partial<SummaryOnDisk>;
    if (audit && Array.isArray(audit.policies) && Array.isArray(audit.agents.list) && typeof audit.run === 'string')
      return { audit, time };
  } catch (cause) {
    throw unheaded(file, cause);
  }
  throw unheaded(file);
}

const unheaded = (file: string, cause?: unknown): CodedError =>
  new CodedError('ERR_AUDIT_SUMMARY', exitCodes.storage, `\`${file}\` does not say with what the audit was made`, {
    next: 'restore it from a copy, or make it again with heed audit --from-evidence',
    ...(cause === undefined ? {} : { cause }),
  });

/** How the list was made and what else a reader must know, as the audit of this run said it when it was made; nothing where it is not at hand. */
export function toldBefore(dir: string, run: string): Pick<AuditHeader, 'list' | 'notes'> {
  try {
    const { audit } = auditSummaryIn(dir);
    if (audit.run !== run) return {};
    return {
      ...(audit.list === undefined ? {} : { list: audit.list }),
      ...(audit.notes === undefined ? {} : { notes: audit.notes }),
    };
  } catch {
    // It is told, not counted: figures are made of the evidence alone.
    return {};
  }
}
