import { describe, expect, test } from 'vitest';
import { expandParameters, readSettings } from '../../../src/settings/index.ts';

const contact = 'https://heed.test/bot';

describe('the environment', () => {
  test('a list is comma-separated, and the blanks around its items mean nothing', () => {
    const { config } = readSettings({ flags: {}, environment: { HEED_EXCLUDE: 'http://a.test/x/**, http://a.test/y/** ,' } });
    expect(config.exclude).toEqual(['http://a.test/x/**', 'http://a.test/y/**']);
  });

  test('a name that is no key is refused, not passed over: an ignored exclusion would ask for what was excluded', () => {
    expect(() => readSettings({ flags: {}, environment: { HEED_EXCLUDES: 'x', HOME: '/' } })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_KEY', exitCode: 3, next: 'did you mean `HEED_EXCLUDE`?' }),
    );
  });

  test('a flag wins over it', () => {
    const { config, from } = readSettings({ flags: { contact }, environment: { HEED_CONTACT: 'a@b.example', HEED_DELAY: '2s' } });
    expect([config.contact, from.contact, config.delay]).toEqual([contact, 'flag', 2_000]);
  });
});

describe('a contact', () => {
  test.each(['a@b.example', contact, 'https://heed.test/bot?of=us'])('%s', given => {
    expect(readSettings({ flags: { contact: given }, environment: {} }).config.contact).toBe(given);
  });

  test.each(['ü@heed.test', 'http://heed.test/bot', 'https://heed.test/(bot)', 'https://heed.test/é', 'a b@heed.test', 'a@heed'])(
    '%s cannot be sent, and is refused',
    given => {
      expect(() => readSettings({ flags: { contact: given }, environment: {} })).toThrow(
        expect.objectContaining({ code: 'ERR_CONFIG_VALUE', exitCode: 2 }),
      );
    },
  );
});

describe('parameters that are dropped from every URL', () => {
  const given = (...names: string[]) => readSettings({ flags: { 'drop-parameters': names }, environment: {} });

  test('there are none unless named', () => {
    expect(readSettings({ flags: {}, environment: {} }).config['drop-parameters']).toEqual([]);
    expect(expandParameters([])).toEqual([]);
  });

  test('the ready list stands for names that say how a visitor came, and for none that a site may answer by', () => {
    const names = expandParameters(given('list:tracking', 'campaign', 'gclid').config['drop-parameters']);
    expect(names).toEqual(expect.arrayContaining(['campaign', 'fbclid', 'gclid', 'utm_*']));
    expect(names.filter(name => name === 'gclid')).toHaveLength(1);
    for (const name of ['id', 'lang', 'page', 'q', 'ref', 'sid', 'source', 'list:tracking']) expect(names).not.toContain(name);
  });

  test.each(['*', '', 'a b', 'a&b', 'a=1', '?a', 'a#', 'u*m', 'utm_**'])(
    '`%s` is no name, and would drop what nobody meant',
    name => {
      expect(() => given(name)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_VALUE', exitCode: 2 }));
    },
  );

  test('a list that is not there is refused, not taken for a name', () => {
    expect(() => given('list:traking')).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_VALUE' }));
  });
});
