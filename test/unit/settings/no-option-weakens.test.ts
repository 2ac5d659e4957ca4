import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identityOf } from '../../../src/cli/flags/identity.ts';
import { userAgent } from '../../../src/http/index.ts';
import {
  type ConfigKey,
  configKeys,
  describeKey,
  loadPolicy,
  loadPresets,
  readSettings,
  serveKeys,
  version,
} from '../../../src/settings/index.ts';
import { temporaryFolder } from '../../e2e/run-heed.ts';

const contact = 'https://operator.example/bot';
/** All that may be said about who we are. Nothing here replaces the product token, or leaves the contact out. */
const aboutUs: readonly ConfigKey[] = ['operator', 'contact', 'from', 'signing-key', 'signature-agent', 'signature-agent-form'];

/** Something that no such value is meant to be, wherever a text is taken. */
const hostile = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64)',
  'Googlebot/2.1',
  'false',
  '0',
  'none',
  '*',
  'https://a.example/\r\nCookie: id=1',
];

describe('no option weakens who we are, whom we trust, or what robots.txt says', () => {
  test.each(configKeys.filter(key => !aboutUs.includes(key)))('--%s says nothing about who we are, whatever its value', key => {
    for (const value of hostile) {
      let agent = `heed/${version} (+${contact})`;
      try {
        const { config } = readSettings({ flags: { contact, [key]: value }, environment: {} });
        const identity = identityOf(config);
        expect(Object.keys(identity).sort()).toEqual(['contact', 'product', 'version']);
        agent = userAgent(identity);
      } catch (error) {
        // A value that is refused weakens nothing.
        expect(error).toMatchObject({ code: 'ERR_CONFIG_VALUE' });
      }
      expect(agent).toBe(`heed/${version} (+${contact})`);
    }
  });

  test('what is about us adds to our name and never takes from it', () => {
    for (const key of aboutUs) {
      for (const value of hostile) {
        try {
          const { config } = readSettings({ flags: { contact, [key]: value }, environment: {} });
          const agent = userAgent(identityOf(config));
          expect(agent).toMatch(new RegExp(`^heed/${version.replaceAll('.', '\\.')} \\(\\+\\S+\\)$`));
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_(CONFIG_VALUE|SIGN\w+)$/) });
        }
      }
    }
  });

  test('without a contact nobody is asked anything', () => {
    const { config } = readSettings({ flags: {}, environment: {} });
    expect(() => identityOf(config)).toThrow(expect.objectContaining({ code: 'ERR_CONTACT_MISSING', exitCode: 7 }));
  });

  test('no key, and so no flag and no variable, is about another name, cookies, a proxy, certificates or disobedience', () => {
    const forbidden =
      /user-?agent|product|token|cookie|session|login|password|proxy|socks|\btor\b|tls|ssl|certificate|verify|insecure|captcha|stealth|ignore|disobey|bypass|header/;
    // What `heed serve` asks of its own readers is nothing that a site is told.
    expect(configKeys.filter(key => !(serveKeys as readonly string[]).includes(key) && forbidden.test(key))).toEqual([]);
    for (const key of configKeys) expect(describeKey(key)).not.toMatch(/ignore robots|skip robots|without robots|disguise/i);
  });

  test.each(['HEED_USER_AGENT', 'HEED_IGNORE_ROBOTS', 'HEED_PROXY', 'HEED_COOKIES', 'HEED_INSECURE'])(
    '%s is refused by name, not passed over',
    name => {
      const failure = expect.objectContaining({ code: 'ERR_CONFIG_KEY', exitCode: 3 });
      expect(() => readSettings({ flags: { contact }, environment: { [name]: '1' } })).toThrow(failure);
    },
  );
});

describe('a policy cannot switch robots.txt off', () => {
  const { digest: _digest, ...standard } = loadPolicy('standard');
  const load = (part: object) => {
    const path = join(temporaryFolder(), 'policy.json');
    writeFileSync(path, JSON.stringify({ ...standard, ...part }));
    return () => loadPolicy(path);
  };

  test('every preset reads it, the status of the page and the denylist, and hears what is said as specified', () => {
    for (const { signals, hears } of loadPresets()) {
      if (signals !== 'all') expect(signals).toEqual(expect.arrayContaining(['robots.rule', 'http.status', 'operator.denylist']));
      expect(hears).toContain('conformant');
    }
  });

  test.each([
    ['no signal at all', { signals: [] }],
    ['every one but robots.txt', { signals: ['http.status', 'operator.denylist', 'wellknown.tdmrep'] }],
    ['every one but the status', { signals: ['robots.rule', 'operator.denylist'] }],
    ['every one but the denylist', { signals: ['robots.rule', 'http.status'] }],
    ['a name that is misspelt', { signals: ['robots.rule', 'http.status', 'operator.denylist', 'wellknown.tdmrpe'] }],
    ['no statement that is written as specified', { hears: ['lenient'] }],
  ])('a file that reads %s is refused', (_what, part) => {
    expect(load(part)).toThrow(expect.objectContaining({ code: 'ERR_POLICY_INVALID', exitCode: 3 }));
  });

  test('a file that reads what it must and one signal more is a policy', () => {
    const signals = ['robots.rule', 'http.status', 'operator.denylist', 'wellknown.tdmrep'];
    expect(load({ signals })()).toMatchObject({ signals });
  });
});
