import { describe, expect, test } from 'vitest';
import { assessOne } from '../../../src/assess/index.ts';
import { askOrigin } from '../../../src/http/index.ts';
import type { Carriers, Exchange, Facts, Instant, OriginKey, Policy, Retrieval } from '../../../src/vocab/index.ts';
import { presets } from '../../properties/generate.ts';
import { agents } from '../../vectors/load.ts';
import { operatorFacts } from '../../vectors/operator-facts.ts';

const root = 'https://a.example/';
const origin = 'https://a.example:443' as OriginKey;
const at = '2026-11-27T10:00:00.000Z' as Instant;
const paths = ['', 'ai.txt', 'trust.txt', '.well-known/tdmrep.json', 'any/page?with=query'];
const withoutFile: readonly (readonly [string, Retrieval])[] = [
  ...[301, 401, 403, 404, 410, 451].map(status => [`status ${status}`, { outcome: 'unavailable', status, fields: [] }] as const),
  ['no answer', { outcome: 'unreachable', cause: 'timeout' }],
  ['status 503', { outcome: 'unreachable', cause: 'status', status: 503, fields: [] }],
  ['not asked', { outcome: 'not-attempted', why: 'omitted' }],
];
const exchange = (url: string, retrieval: Retrieval): Exchange => ({ url, retrievedAt: at, digest: null, retrieval });
const carriersOf = (robots: Retrieval, path: string): Carriers => {
  const nothing = exchange(root, { outcome: 'not-attempted', why: 'omitted' });
  return {
    ...{ url: root + path, robots: exchange(`${root}robots.txt`, robots), page: null },
    ...{ tdmrep: nothing, aiTxt: nothing, trustTxt: nothing, licenses: new Map(), otherLicenses: nothing.retrieval },
  };
};

/** The files that are asked for after robots.txt, which is not there. */
async function askedAt(robots: Retrieval, policy: Policy, facts: Facts): Promise<readonly string[]> {
  const asked: string[] = [];
  const absent: Retrieval = { outcome: 'unavailable', status: 404, fields: [] };
  await askOrigin(origin, {
    ...{ asker: { productToken: 'heed', policy: { ...policy, signals: 'all' }, facts }, delayMs: 0, maxDelayMs: 0 },
    ask: async ({ kind, url }) => {
      if (kind !== 'robots') asked.push(url.slice(root.length));
      return { exchange: exchange(url, kind === 'robots' ? robots : absent) };
    },
    notAsked: each => ({ exchange: each }),
    license: async url => ({ exchange: exchange(url, absent) }),
  });
  return asked;
}

describe('an origin whose robots.txt is no file', () => {
  test.each(withoutFile)('%s: every path is as open as the root, under every policy', (_name, robots) => {
    for (const policy of presets) {
      const asker = { productToken: 'heed', at, policy, facts: { agents } };
      const open = paths.map(path => assessOne(carriersOf(robots, path), 'acquisition', asker, 'origin').disposition);
      expect(new Set(open).size).toBe(1);
    }
  });

  const [standard] = presets.filter(({ id }) => id === 'standard') as [Policy];
  const all = ['.well-known/tdmrep.json', 'ai.txt', 'trust.txt', '.well-known/trust.txt'];

  test('where it is absent all files are asked for, where it was refused or did not answer none is', async () => {
    expect(await askedAt({ outcome: 'unavailable', status: 404, fields: [] }, standard, { agents })).toEqual(all);
    expect(await askedAt({ outcome: 'unavailable', status: 403, fields: [] }, standard, { agents })).toEqual([]);
    expect(await askedAt({ outcome: 'unreachable', cause: 'timeout' }, standard, { agents })).toEqual([]);
  });

  test('what the operator closed is not asked for there either', async () => {
    const facts = { agents, ...operatorFacts([{ kind: 'deny', scope: 'url', value: `${root}ai.txt` }]) };
    const asked = await askedAt({ outcome: 'unavailable', status: 404, fields: [] }, standard, facts);
    expect(asked).toEqual(all.filter(path => path !== 'ai.txt'));
  });
});
