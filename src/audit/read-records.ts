import { type AuditRecord, auditRecordVersion } from '../assess/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';
import { linesOfFile } from './text-lines.ts';

/**
 * The lines of an `audit.jsonl`, plain or gzip, as they were written.
 * @throws CodedError ERR_AUDIT_FILE (exit 9) where the file cannot be read, ERR_AUDIT_RECORD (exit 9) for the first line that is no record of this version
 * @param mustContain lines without this text are passed over unparsed: a quick way to one domain
 */
export async function* readAuditRecords(file: string, mustContain = ''): AsyncGenerator<AuditRecord, void, undefined> {
  for await (const lines of linesIn(file)) {
    for (const { text, number } of lines) {
      if (text?.trim() === '' || text?.includes(mustContain) === false) continue;
      yield recordOf(text, `\`${file}\` line ${number}`);
    }
  }
}

async function* linesIn(file: string): ReturnType<typeof linesOfFile> {
  try {
    yield* linesOfFile(file);
  } catch (cause) {
    throw new CodedError('ERR_AUDIT_FILE', exitCodes.storage, `cannot read \`${file}\`: ${(cause as Error).message}`, {
      next: 'restore it from a copy, or make it again with heed audit --from-evidence',
      cause,
    });
  }
}

function recordOf(text: string | null, at: string): AuditRecord {
  const wrong = (what: string): CodedError =>
    new CodedError('ERR_AUDIT_RECORD', exitCodes.storage, `${at} ${what}`, {
      next: 'make the file again with heed audit --from-evidence',
    });
  if (text === null) throw wrong('is too long');
  let value: Partial<AuditRecord> | null;
  try {
    value = JSON.parse(text) as Partial<AuditRecord> | null;
  } catch {
    throw wrong('is not JSON');
  }
  if (typeof value !== 'object' || value === null || value.v !== auditRecordVersion)
    throw wrong(`is no record of version ${auditRecordVersion}`);
  const isWhole =
    typeof value.domain === 'string' &&
    typeof value.reach === 'string' &&
    typeof value.robots?.class === 'string' &&
    typeof value.verdicts === 'object' &&
    [
      value.robots.named,
      value.signals,
      value.partly,
      value.anomalies,
      value.contradictions,
      value.barriers,
      value.evidence,
    ].every(Array.isArray);
  if (!isWhole) throw wrong('lacks what every record has');
  return value as AuditRecord;
}
