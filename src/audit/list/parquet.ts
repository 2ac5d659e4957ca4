import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
// hyparquet: reads Parquet without native code or dependencies, by columns, maintained by the makers of a viewer for data sets.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import type { AuditEntry } from '../../store/index.ts';
import { type Row, type RowReader, usefulColumns } from './columns.ts';
import { lowerCased } from './rows.ts';

/** Rows decoded at a time. */
const rowsAtOnce = 20_000;

const compressors = {
  GZIP: (octets: Uint8Array) => new Uint8Array(gunzipSync(octets)),
  BROTLI: (octets: Uint8Array) => new Uint8Array(brotliDecompressSync(octets)),
  ZSTD: (octets: Uint8Array) => new Uint8Array(zstdDecompressSync(octets)),
};

/** Rows of a Parquet file, a row group at a time; only the columns that are of use are read. @throws hyparquet's error for a damaged file */
export async function* entriesOfParquet(path: string, rows: RowReader): AsyncGenerator<AuditEntry> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = [...usefulColumns(parquetSchema(metadata).children.map(({ element }) => element.name))];
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += rowsAtOnce) {
      const rowEnd = Math.min(rowStart + rowsAtOnce, groupEnd);
      for (const row of await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors })) {
        const entry = rows.entry(lowerCased(row as Row));
        if (entry) yield entry;
      }
    }
    groupStart = groupEnd;
  }
}
