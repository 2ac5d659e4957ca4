/** Rows 8 to 11: whatever a resolver is made to say, no forbidden address is connected to. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRetriever } from '../../src/http/index.ts';
import { nameCases } from './rows/08-11-names.ts';
import { answer } from './says.ts';
import { type HostileWeb, startHostileWeb } from './server.ts';

let web: HostileWeb;
beforeAll(async () => {
  web = await startHostileWeb([
    { id: 'r8-name', what: 'a page', page: answer('200 OK', ['Connection: close'], 'inside'), ends: 'kept' },
  ]);
});
afterAll(() => web.close());

const failure = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));

test.each(nameCases.map(one => [one.row, one.what, one] as const))('row %i: %s', async (_row, _what, one) => {
  let lookups = 0;
  const retriever = createRetriever({
    identity: { product: 'heed', version: '0.1.0', contact: 'https://operator.example/' },
    ports: [web.port],
    allowPrivateNetwork: one.isPrivateAllowed ?? false,
    limits: { connectMs: 200 },
    lookup: () => {
      const said = one.lookups[Math.min(lookups++, one.lookups.length - 1)] ?? 'never';
      return said === 'never' ? new Promise(() => undefined) : typeof said === 'string' ? failure(said) : Promise.resolve(said);
    },
  });
  const before = web.connections;
  const ends: string[] = [];
  for (const _ of one.ends) {
    const { retrieval } = await retriever.retrieve(`http://r8-name.test:${web.port}/`);
    ends.push(retrieval.outcome === 'unreachable' ? retrieval.cause : 'answered');
  }
  await retriever.close();
  expect(ends).toEqual(one.ends);
  expect(lookups).toBe(one.ends.length);
  expect(web.connections - before).toBe(one.ends.filter(end => end === 'answered').length);
});
