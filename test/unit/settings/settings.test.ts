import { describe, expect, test } from 'vitest';
import { type ConfigKey, configKeys, expandParameters, listKeys, readSettings } from '../../../src/settings/index.ts';

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

test('every key that takes a list takes one from the environment: two exclusions in one text would exclude neither', () => {
  const isList = (key: ConfigKey): boolean => {
    try {
      return Array.isArray(readSettings({ flags: { [key]: [] }, environment: {} }).config[key]);
    } catch {
      return false;
    }
  };
  expect(configKeys.filter(isList).toSorted()).toEqual([...listKeys].toSorted());
});

test.each<[ConfigKey, string]>([
  ['signature-agent', 'http://operator.example'],
  ['signature-agent', 'https://operator.example/bot'],
  ['signature-agent', 'https://me@operator.example'],
  ['signature-agent', 'https://öperator.example'],
  ['signature-agent', 'operator.example'],
  ['addresses', '192.0.2.0'],
  ['addresses', '192.0.2.1/28'],
  ['addresses', '192.0.2.0/33'],
  ['addresses', '2001:db8:1::1/48'],
])('--%s %s is refused: by it others are to know us', (key, text) => {
  expect(() => readSettings({ flags: { [key]: text }, environment: {} })).toThrow(
    expect.objectContaining({ code: 'ERR_CONFIG_VALUE', exitCode: 2 }),
  );
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

describe('a quantity', () => {
  const day = 24 * 3_600_000;
  const read = (key: ConfigKey, text: unknown, how: 'flag' | 'environment' = 'flag') =>
    readSettings(
      how === 'flag'
        ? { flags: { [key]: text }, environment: {} }
        : { flags: {}, environment: { [`HEED_${key.toUpperCase().replaceAll('-', '_')}`]: String(text) } },
    ).config[key];

  test.each<[ConfigKey, string | number | boolean, unknown]>([
    ['delay', '250', 250],
    ['delay', 250, 250],
    ['delay', '1.5s', 1_500],
    ['delay', '2m', 120_000],
    ['delay', '24h', day],
    ['delay', '576h', 24 * day],
    ['withdraw-within', '3650d', 3_650 * day],
    ['withdraw-within', '1500ms', 1_500],
    ['withdraw-within', 90, 90],
    ['max-bytes', '2kB', 2_000],
    ['max-bytes', '1.5KiB', 1_536],
    ['max-bytes', '10', 10],
    ['max-depth', '0', 0],
    ['max-pages', 1, 1],
    ['adaptive-delay', '0', 0],
    ['adaptive-delay', '1.5', 1.5],
    ['sitemaps', 'no', false],
    ['sitemaps', 'Off', false],
    ['allow-private-network', 'yes', true],
    ['allow-private-network', true, true],
    ['port', '65535', ['65535']],
  ])('%s %s is read as what it says, in each way it can be given', (key, text, value) => {
    expect([read(key, text), read(key, text, 'environment')]).toEqual([value, value]);
  });

  // A pause that no timer bears would be none, and a limit that is no number would stop nothing.
  test.each<[ConfigKey, unknown]>([
    ['delay', '-1'],
    ['delay', '2 days'],
    ['delay', Number.NaN],
    ['delay', '577h'],
    ['withdraw-within', 'soon'],
    ['withdraw-within', '3651d'],
    ['max-bytes', '10 apples'],
    ['max-bytes', '0'],
    ['request-timeout', '0s'],
    ['max-pages', '0'],
    ['max-pages', '1.5'],
    ['max-pages', 1.5],
    ['max-pages', 'all'],
    ['max-pages', '1e3'],
    ['max-pages', '9007199254740993'],
    ['adaptive-delay', '-1'],
    ['adaptive-delay', -1],
    ['adaptive-delay', 'fast'],
    ['adaptive-delay', Number.POSITIVE_INFINITY],
    ['sitemaps', 'maybe'],
    ['allow-private-network', 'perhaps'],
    ['port', '0'],
    ['port', '65536'],
    ['port', '80x'],
  ])('%s %s is refused, not taken for another value', (key, text) => {
    expect(() => read(key, text)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_VALUE', exitCode: 2 }));
    expect(() => read(key, text, 'environment')).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_VALUE', exitCode: 3 }));
  });
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
