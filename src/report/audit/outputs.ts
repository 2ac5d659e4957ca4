/** Everything an audit is handed over as, made in one pass over its records. */
import type { AuditRecord, Trend } from '../../assess/index.ts';
import { csvLine } from '../tables/csv.ts';
import { type Column, domainColumns } from '../tables/domain-table.ts';
import { summaryTables } from '../tables/summary-tables.ts';
import { DomainCards } from './domain-cards.ts';
import { auditPage } from './page/audit-page.ts';
import { AuditSarif } from './sarif.ts';
import { auditSql } from './sql.ts';
import { type AuditHeader, type AuditSummary, leadingPolicy, summaryOf, tallyOf } from './summary.ts';

export interface AuditOutputOptions {
  readonly header: AuditHeader;
  /** What became of the domains since earlier audits, of which this is the last. */
  readonly trend?: Trend;
  /** Also makes `audit.sarif`: what is to be mended, for a list of one's own sites. */
  readonly sarif?: boolean;
  /** Domains that `report.html` holds at most. Default 10,000; fewer where they would not fit into 2 MB. */
  readonly maxDomainsOnPage?: number;
  /** Longest `report.html` may be, in octets. Default 1,950,000. */
  readonly maxPageOctets?: number;
}

/** Where outputs go; whoever has a disk gives one. Files are told apart by name and written side by side. */
export interface OutputSink {
  text(name: string): (part: string) => void;
  table(
    name: string,
    columns: readonly Pick<Column, 'name' | 'type'>[],
  ): { add(row: readonly (string | number | boolean | undefined)[]): void; end(): void };
}

/**
 * Makes `summary.json`, `report.html`, `domains.csv`, `domains.parquet`, `figures.csv`, `agents.csv`, `mechanisms.csv`, `strata.csv` and `audit.sql`
 * (which makes `audit.jsonl` a table of DuckDB). The same records in the same order give the same bytes. Memory does not grow with the records.
 * @param records the lines of `audit.jsonl`, in order
 */
export async function auditOutputs(
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  { header, trend, sarif: wantsSarif = false, maxDomainsOnPage = 10_000, maxPageOctets = 1_950_000 }: AuditOutputOptions,
  sink: OutputSink,
): Promise<AuditSummary> {
  const tally = tallyOf(header);
  const cards = new DomainCards(header, leadingPolicy(header), maxDomainsOnPage);
  const columns = domainColumns(header.policies.map(({ id }) => id));
  const sarif = wantsSarif ? new AuditSarif(sink.text('audit.sarif')) : undefined;
  const csv = sink.text('domains.csv');
  const parquet = sink.table('domains.parquet', columns);
  csv(csvLine(columns.map(({ name }) => name)));
  for await (const record of records) {
    tally.add(record);
    cards.add(record);
    sarif?.add(record);
    const row = columns.map(column => column.of(record));
    csv(csvLine(row));
    parquet.add(row);
  }
  parquet.end();
  const summary = summaryOf(header, tally.counted(), trend);
  sarif?.end(header, summary.last);
  sink.text('summary.json')(`${JSON.stringify(summary, null, 1)}\n`);
  for (const [name, lines] of Object.entries(summaryTables)) {
    const write = sink.text(name);
    for (const line of lines(summary)) write(line);
  }
  sink.text('audit.sql')(auditSql());
  sink.text('report.html')(await auditPage(summary, cards, { maxOctets: maxPageOctets, ...(trend ? { trend } : {}) }));
  return summary;
}
