import { z } from 'zod';
import { declarationsRecord } from './declarations.ts';
import { documentRow } from './document.ts';
import { feedEntry } from './feed.ts';
import { proofSchema } from './inclusion-proof.ts';
import { manifest } from './manifest.ts';
import { politenessRecord } from './politeness.ts';
import { provenanceRecord } from './provenance.ts';
import { receipt } from './receipt.ts';
import { suppression } from './suppression.ts';
import { tombstone } from './tombstone.ts';
import { visitRecord } from './visit.ts';

export * from './declarations.ts';
export * from './document.ts';
export * from './feed.ts';
export * from './inclusion-proof.ts';
export * from './manifest.ts';
export * from './politeness.ts';
export * from './provenance.ts';
export * from './receipt.ts';
export * from './suppression.ts';
export * from './tombstone.ts';
export * from './visit.ts';
export * from './words.ts';

/** JSON Schema 2020-12 of every record a dataset holds, by name; `heed schema` prints them. */
export function jsonSchemas(): Readonly<Record<string, object>> {
  const schemas = {
    document: documentRow,
    provenance: provenanceRecord,
    declarations: declarationsRecord,
    tombstone,
    suppression,
    receipt,
    'feed-entry': feedEntry,
    'inclusion-proof': proofSchema,
    politeness: politenessRecord,
    visit: visitRecord,
    manifest,
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema, { target: 'draft-2020-12' })]),
  );
}
