import type { AuditRecord } from '../../assess/index.ts';
import { type AuditOutputOptions, type AuditSummary, auditOutputs } from '../../report/index.ts';
import { loadParquet, outputFolder } from '../../store/index.ts';

/**
 * Writes the outputs of an audit into a folder: all of them, or none.
 * @param folder is made where it is missing
 * @throws StoreError where something cannot be written
 */
export async function writeAuditOutputs(
  folder: string,
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  options: AuditOutputOptions,
): Promise<AuditSummary> {
  const parquetFile = await loadParquet();
  const files = outputFolder(folder);
  try {
    const summary = await auditOutputs(records, options, {
      text: name => {
        const file = files.create(name);
        return part => file.write(part);
      },
      table: (name, columns) => parquetFile(files.create(name), columns),
    });
    files.commit();
    return summary;
  } catch (error) {
    files.discard();
    throw error;
  }
}
