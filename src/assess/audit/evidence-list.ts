import type { Evidence } from '../../vocab/index.ts';
import { type EvidenceRecord, toEvidenceRecord } from '../answer.ts';
import type { AuditEvidence } from './record.ts';

/** Where the bytes of a source are kept; undefined where they are not. */
export type PlaceOf = (sourceUrl: string) => AuditEvidence['warc'] | undefined;

/** Evidence of one record, each place once, referred to by its index. */
export class EvidenceList {
  readonly list: AuditEvidence[] = [];
  readonly #seen = new Map<Evidence | EvidenceRecord, number>();
  readonly #indexes = new Map<string, number>();
  readonly #placeOf: PlaceOf;

  constructor(placeOf: PlaceOf) {
    this.#placeOf = placeOf;
  }

  index(evidence: Evidence | EvidenceRecord): number {
    const seen = this.#seen.get(evidence);
    if (seen !== undefined) return seen;
    const key = keyOf(evidence);
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.list.length;
      const { agent: _, ...record } = 'retrievedAt' in evidence.source ? toEvidenceRecord(evidence as Evidence) : evidence;
      const warc = this.#placeOf(evidence.source.url);
      this.list.push({ ...(record as EvidenceRecord), ...(warc ? { warc } : {}) });
      this.#indexes.set(key, index);
    }
    this.#seen.set(evidence, index);
    return index;
  }

  /** Each once, in order. */
  indexes(list: readonly (Evidence | EvidenceRecord)[]): readonly number[] {
    return list.length < 2 ? list.map(one => this.index(one)) : [...new Set(list.map(one => this.index(one)))];
  }
}

function keyOf({ signal, source, locator, quote }: Evidence | EvidenceRecord): string {
  switch (locator.kind) {
    case 'line':
      return `${signal} ${source.url} ${locator.line} ${locator.bytes[0]}`;
    case 'field':
      return `${signal} ${source.url} ${locator.name} ${locator.index} ${quote}`;
    case 'element':
      return `${signal} ${source.url} ${locator.selector} ${locator.bytes[0]}`;
    case 'pointer':
      return `${signal} ${source.url} ${locator.pointer} ${quote}`;
    case 'absence':
      return `${signal} ${source.url} no ${locator.looked}`;
  }
}
