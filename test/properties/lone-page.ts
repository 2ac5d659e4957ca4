import type { Carriers, Exchange, FieldLine } from '../../src/vocab/index.ts';

const url = 'https://site.example/a';
const absent = (path: string): Exchange => ({
  url: new URL(path, url).href,
  retrievedAt: null,
  digest: null,
  retrieval: { outcome: 'unavailable', status: 404, fields: [] },
});

/** A page of an origin that declares nothing. */
export const lonePage = (body: Uint8Array, fields: readonly FieldLine[], truncated = false): Carriers => ({
  url,
  robots: absent('/robots.txt'),
  tdmrep: absent('/.well-known/tdmrep.json'),
  aiTxt: absent('/ai.txt'),
  trustTxt: absent('/trust.txt'),
  licenses: new Map(),
  otherLicenses: { outcome: 'unavailable', status: 404, fields: [] },
  page: {
    url,
    retrievedAt: null,
    digest: null,
    retrieval: { outcome: 'successful', status: 200, fields, body, truncated, hops: [] },
  },
});
