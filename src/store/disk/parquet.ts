/** Parquet by hyparquet-writer: small, without native code, Snappy inside. Rows are written in groups as they come, so memory does not grow with them. */
import type { OutputFile } from './output-folder.ts';

export interface ParquetColumn {
  readonly name: string;
  readonly type: 'STRING' | 'INT64' | 'BOOLEAN';
}

export type ParquetCell = string | number | boolean | undefined;

export interface ParquetFile {
  /** @param row as long as there are columns */
  add(row: readonly ParquetCell[]): void;
  /** Writes the rest and the footer. */
  end(): void;
}

const groupRows = 5_000;

const elements = {
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  INT64: { type: 'INT64' },
  BOOLEAN: { type: 'BOOLEAN' },
} as const;

/** The writer is loaded where a table is written: every command loads this room, one or two of them write tables. */
export async function loadParquet(): Promise<(file: OutputFile, columns: readonly ParquetColumn[]) => ParquetFile> {
  const writing = await import('hyparquet-writer');
  return (file, columns) => parquetFile(writing, file, columns);
}

function parquetFile(
  { ByteWriter, ParquetWriter }: typeof import('hyparquet-writer'),
  file: OutputFile,
  columns: readonly ParquetColumn[],
): ParquetFile {
  const buffer = new ByteWriter();
  const writer = new ParquetWriter({
    writer: buffer,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }) => ({ name, ...elements[type], repetition_type: 'OPTIONAL' as const })),
    ],
    createdBy: 'heed',
  });
  const data: unknown[][] = columns.map(() => []);
  let rows = 0;
  const hand = (): void => {
    if (buffer.index === 0) return;
    file.write(new Uint8Array(buffer.buffer.slice(0, buffer.index)));
    buffer.index = 0;
  };
  const group = (): void => {
    if (rows === 0) return;
    void writer.write({ columnData: columns.map(({ name }, index) => ({ name, data: data[index]! })), rowGroupSize: groupRows });
    for (const column of data) column.length = 0;
    rows = 0;
    hand();
  };
  return {
    add(row) {
      columns.forEach(({ type }, index) => {
        const cell = row[index];
        data[index]!.push(typeof cell === 'number' && type === 'INT64' ? BigInt(Math.round(cell)) : cell);
      });
      if (++rows === groupRows) group();
    },
    end() {
      group();
      void writer.finish();
      hand();
    },
  };
}
