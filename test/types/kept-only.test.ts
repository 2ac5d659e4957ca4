import { describe, expect, it } from 'vitest';
import type { Dataset, DocumentRow, ProvenanceRecord } from '../../src/store/index.ts';
import { isKept, type Kept, type OriginKey, type Verdict } from '../../src/vocab/index.ts';

// Checked by the compiler (`npm run types`): if one of the marked lines ever compiled, its mark would be the error.
declare const dataset: Dataset;
declare const row: DocumentRow;
declare const provenance: ProvenanceRecord;
declare const origin: OriginKey;
declare const verdict: Verdict;
declare const withheld: Verdict & { readonly disposition: 'withhold' };
declare const deferred: Verdict & { readonly disposition: 'defer' };
declare const kept: Kept;

function theDoor(): void {
  dataset.stage({ origin, provenance, document: { row, verdict: kept } });
  if (isKept(verdict)) dataset.stage({ origin, provenance, document: { row, verdict } });
  // @ts-expect-error a withheld verdict opens no shard
  dataset.stage({ origin, provenance, document: { row, verdict: withheld } });
  // @ts-expect-error nor does a deferred one
  dataset.stage({ origin, provenance, document: { row, verdict: deferred } });
  // @ts-expect-error nor one that was not looked at
  dataset.stage({ origin, provenance, document: { row, verdict } });
  // @ts-expect-error nor none at all
  dataset.stage({ origin, provenance, document: { row } });
}

describe('the dataset’s door is a type', () => {
  it('does not compile for a document without a keep verdict', () => {
    expect(typeof theDoor).toBe('function');
  });
});
