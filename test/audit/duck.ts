// DuckDB over an audit's folder, as a reader of it would use it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export type Row = Readonly<Record<string, unknown>>;

export interface Duck {
  /** Numbers instead of big integers. */
  ask(sql: string): Promise<readonly Row[]>;
  close(): void;
}

/** @param folder holds `audit.jsonl` and `audit.sql` */
export async function duckOver(folder: string): Promise<Duck> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection: DuckDBConnection = await instance.connect();
  await connection.run(`SET file_search_path = '${folder}'`);
  await connection.run(readFileSync(join(folder, 'audit.sql'), 'utf8'));
  return {
    ask: async sql => {
      const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
      return rows.map(row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, numeric(value)])));
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The library writes 64-bit integers as text. */
const numeric = (value: unknown): unknown => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value);
