import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { AuditRecord } from '../../src/assess/index.ts';
import { writeAuditOutputs } from '../../src/cli/audit/outputs.ts';
import type { AuditSummary } from '../../src/report/index.ts';
import { type Duck, duckOver } from './duck.ts';
import { auditRecords, header } from './records.ts';

export interface WrittenAudit {
  readonly records: readonly AuditRecord[];
  readonly summary: AuditSummary;
  readonly duck: Duck;
}

/** An audit with all its outputs in a folder, and DuckDB over it, as long as the tests of a file last. @returns what to call in a test */
export function writtenAudit(count: number): () => WrittenAudit {
  const folder = mkdtempSync(join(tmpdir(), 'heed-audit-'));
  let written: WrittenAudit | undefined;
  beforeAll(async () => {
    const records = [...auditRecords(count)];
    writeFileSync(join(folder, 'audit.jsonl'), records.map(record => `${JSON.stringify(record)}\n`).join(''));
    written = { records, summary: await writeAuditOutputs(folder, records, { header }), duck: await duckOver(folder) };
  });
  afterAll(() => {
    written?.duck.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    if (!written) throw new Error('asked before it was written');
    return written;
  };
}
