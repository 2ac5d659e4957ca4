import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { type AuditEntry, openAuditList } from '../../../src/store/index.ts';
import type { Digest } from '../../../src/vocab/index.ts';

/** What is kept of entries of one domain. */
function kept(...entries: readonly Omit<AuditEntry, 'asked' | 'domain'>[]): unknown {
  const list = openAuditList(new DatabaseSync(':memory:'));
  list.add(entries.map(entry => ({ asked: 'a.example', domain: 'a.example', ...entry })));
  const [{ position: _, asked: _asked, domain: _domain, ...weights } = { position: 0 }] = [...list.all()];
  return { ...weights, repeated: list.state().repeated };
}

test('weights of a domain add up; a weight that no entry has is none, and not nothing', () => {
  const one = { documents: 1, isAdded: true };
  expect(kept(one, one)).toEqual({ documents: 2, repeated: 0 });
  expect(kept(one, { ...one, tokens: 7 }, one)).toEqual({ documents: 3, tokens: 7, repeated: 0 });
  expect(kept({ rank: 4 }, { ...one, rank: 9 })).toEqual({ rank: 4, documents: 1, repeated: 0 });
});

test('what is told of a list stays with it, and goes with it', () => {
  const list = openAuditList(new DatabaseSync(':memory:'));
  list.loaded('sha256:0' as Digest, { name: 'tranco.csv', tokensFrom: 'words' });
  expect(list.state().told).toEqual({ name: 'tranco.csv', tokensFrom: 'words' });
  list.clear();
  expect(list.state()).toMatchObject({ digest: undefined, told: {} });
});

test('of entries without a weight the first counts', () => {
  expect(kept({ rank: 4 }, { rank: 9 }, { rank: 2 })).toEqual({ rank: 4, repeated: 2 });
});
