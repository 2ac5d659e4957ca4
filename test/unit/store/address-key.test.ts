import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { erasureKeys } from '../../../src/store/index.ts';
import { addressRemover, keyedAddress, keyedForms } from '../../../src/store/state/address-key.ts';
import { addressOf } from '../../../src/upkeep/address.ts';
import { open, temporaryFolder } from './sample.ts';

const key = Buffer.alloc(32, 7);
const known = keyedAddress('jane.roe+x', 'mail.test', key);
const without = addressRemover([key], keyed => keyed === known);

/** Whoever looks for an address knows it; whoever meets one has its keyed digest only. Both must find the same. */
test.each([
  ['as it is', 'ask jane.roe+x@mail.test, please', 'ask [erased], please'],
  ['in capitals', 'Jane.Roe+X@Mail.Test', '[erased]'],
  ['in a URL', 'https://a.test/~jane.roe+x@mail.test/', 'https://a.test/~[erased]/'],
  ['with octets as %XX', 'https://a.test/?m=jane%2Eroe%2bx%40mail.test&n=1', 'https://a.test/?m=[erased]&n=1'],
  ['after octets as %XX', 'mailto:%3Cjane.roe%2Bx@mail.test%3E', 'mailto:%3C[erased]%3E'],
  ['in words', 'jane.roe+x (at) mail.test', '[erased]'],
  ['as an entity', '<b>jane.roe+x&#64;mail.test</b>', '<b>[erased]</b>'],
  ['twice, and at the end of a sentence', 'jane.roe+x@mail.test or jane.roe+x@mail.test.', '[erased] or [erased].'],
  ['in JSON', '{"a":"x\\njane.roe+x@mail.test"}', '{"a":"x\\n[erased]"}'],
  ['not as the end of a longer one', 'mary-jane.roe+x@mail.test', 'mary-jane.roe+x@mail.test'],
  ['not as the beginning of a longer one', 'jane.roe+x@mail.test.example', 'jane.roe+x@mail.test.example'],
  ['not without its tag', 'jane.roe@mail.test', 'jane.roe@mail.test'],
])('an address is taken out %s, by its digest as by itself', (_how, text, expected) => {
  expect(without(text)).toBe(expected);
  expect(addressOf('jane.roe+x@mail.test', [key]).redact(text) ?? text).toBe(expected);
});

test.each([
  ['Jane.Roe+X@Mail.Test', true],
  ["'jane.roe+x@mail.test", true],
  ['name=jane.roe+x@mail.test', true],
  ['mary-jane.roe+x@mail.test', false],
  ['jane.roe+x@mail.test.example', false],
  ['jane.roe@mail.test', false],
])('an address that was masked as %s is asked for by its digest: %s', (found, isIt) => {
  expect(keyedForms(found, key).has(known)).toBe(isIt);
});

test('a text made of more candidates than are looked at counts as one that holds it', () => {
  const small = `${'!a'.repeat(30)}@b.test `.repeat(20);
  expect(without(small)).toBe(small);
  expect(without(`${'!a'.repeat(30)}@b.test `.repeat(700))).toBe('[erased]');
});

test('the key is made whole, once, and a dataset whose addresses it can no longer recognise is not opened', async () => {
  const out = temporaryFolder();
  const dataset = open(out);
  const made = erasureKeys(out);
  expect(erasureKeys(out)).toEqual(made);
  expect(readdirSync(join(out, 'state')).filter(name => name.includes('erasure'))).toEqual(['erasure.key']);
  expect(statSync(join(out, 'state/erasure.key')).mode & 0o777).toBe(0o600);
  await dataset.close();
  rmSync(join(out, 'state/erasure.key'));
  const insert = "INSERT INTO suppression (kind, value, reason, since, run_id) VALUES ('email', ?, 'withdrawn.erased', ?, 1)";
  const again = open(out);
  again.database.prepare(insert).run(known, new Date(0).toISOString());
  await again.close();
  expect(() => open(out)).toThrow(/erasure\.key/);
  writeFileSync(join(out, 'state/erasure.key'), '\n');
  expect(() => open(out)).toThrow(/erasure\.key/);
  expect(existsSync(join(out, 'state/heed.sqlite'))).toBe(true);
});
