import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
// hyparquet: reads Parquet without native code or dependencies, by columns, maintained by the makers of a viewer for data sets.
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import type { AuditEntry } from '../../store/index.ts';
import { type Row, type RowReader, usefulColumns } from './columns.ts';

/**
 * Octets of the useful columns that are decoded at a time. A page that holds more rows is decoded again for each part of them, so that many small parts of a
 * large row group (a million rows are usual, in one page for some writers) would cost its square.
 */
const usualOctets = 32 * 2 ** 20;

const compressors = {
  GZIP: (octets: Uint8Array) => new Uint8Array(gunzipSync(octets)),
  BROTLI: (octets: Uint8Array) => new Uint8Array(brotliDecompressSync(octets)),
  ZSTD: (octets: Uint8Array) => new Uint8Array(zstdDecompressSync(octets)),
};

type File = Awaited<ReturnType<typeof asyncBufferFromFile>>;
type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>;

/** Rows of a Parquet file, a row group or a part of one at a time; only the columns that are of use are read. @throws hyparquet's error for a damaged file */
export async function* entriesOfParquet(
  path: string,
  rows: RowReader,
  octetsAtOnce: number = usualOctets,
): AsyncGenerator<AuditEntry> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = usefulColumns(parquetSchema(metadata).children.map(({ element }) => element.name));
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    const groupEnd = groupStart + count;
    const step = Math.max(1, Math.ceil(count / Math.ceil(octetsIn(group, columns) / octetsAtOnce)));
    for (let start = groupStart; start < groupEnd; start += step)
      for (const row of await rowsOf(file, metadata, columns, [start, Math.min(start + step, groupEnd)])) {
        const entry = rows.entry(row);
        if (entry) yield entry;
      }
    groupStart = groupEnd;
  }
}

const octetsIn = ({ columns }: Metadata['row_groups'][number], names: readonly string[]): number =>
  columns
    .map(({ meta_data }) => (names.includes(meta_data?.path_in_schema[0] ?? '') ? Number(meta_data?.total_uncompressed_size) : 0))
    .reduce((sum, octets) => sum + octets, 1);

interface Chunk {
  readonly columnData: ArrayLike<unknown>;
  readonly rowStart: number;
  readonly rowEnd: number;
}

async function rowsOf(
  file: File,
  metadata: Metadata,
  columns: readonly string[],
  [rowStart, rowEnd]: readonly [start: number, end: number],
): Promise<Iterable<Row>> {
  const chunks = new Map<string, Chunk[]>(columns.map(name => [name, []]));
  const onChunk = ({ columnName, ...chunk }: Chunk & { readonly columnName: string }): void =>
    void chunks.get(columnName)?.push(chunk);
  await parquetRead({ file, metadata, columns: [...columns], rowStart, rowEnd, compressors, onChunk });
  const values = [...chunks].map(([name, own]) => [name.toLowerCase(), valuesOf(own, rowStart, rowEnd)] as const);
  return (function* () {
    for (let row = rowStart; row < rowEnd; row++) yield Object.fromEntries(values.map(([name, own]) => [name, own.next().value]));
  })();
}

/** From one row on: a page may begin before it. */
function* valuesOf(chunks: readonly Chunk[], start: number, end: number): Generator<unknown, undefined> {
  for (const { columnData, rowStart, rowEnd } of chunks)
    for (let row = Math.max(rowStart, start); row < Math.min(rowEnd, end); row++) yield columnData[row - rowStart];
}
