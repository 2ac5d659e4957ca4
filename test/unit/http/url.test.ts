import { describe, expect, test } from 'vitest';
import { checkUrl, originKey, parseResolveRule, type UrlRefusal } from '../../../src/http/index.ts';

describe('what may be asked, known from the URL alone', () => {
  test.each([
    'http://a.example/',
    'https://a.example:443/x?y#z',
    'http://a.example:443/',
    'HTTPS://A.EXAMPLE',
    'http://8.8.8.8/',
    'http://bücher.example/',
  ])('%s may', url => {
    expect(checkUrl(url)).toMatchObject({ ok: true });
  });

  const refused: readonly (readonly [UrlRefusal, ...string[]])[] = [
    [
      'scheme',
      'ftp://a.example/',
      'file:///etc/passwd',
      'data:text/html,x',
      'javascript:1',
      'blob:https://a.example/x',
      'gopher://a/',
      'ws://a/',
    ],
    ['url', '', '/relative', 'http://', 'http://a.example:65536/', 'http://a b/', 'http://[fe80::1%25eth0]/', 'http://[::1'],
    [
      'url',
      'http://user@a.example/',
      'http://:p@a.example/',
      'http://good@evil.example/',
      `http://a.example/${'a'.repeat(2_048)}`,
    ],
    ['url', `http://a.example/${'ü'.repeat(400)}`],
    ['port', 'http://a.example:22/', 'http://a.example:0/', 'https://a.example:8443/', 'http://a.example:6379/'],
    [
      'address',
      'http://127.0.0.1/',
      'http://localhost/',
      'http://LOCALHOST./',
      'http://a.localhost/',
      'http://[::1]/',
      'http://0/',
    ],
    [
      'address',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'http://127.1/',
      'http://127.0.0.1./',
      'http://127。0。0。1/',
    ],
    [
      'address',
      'http://①②⑦.0.0.1/',
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://metadata.google.internal/',
      'http://instance-data.ec2.internal/',
      'http://[fd00:ec2::254]/',
    ],
  ];
  describe.each(refused)('refused for its %s', (refusal, ...urls) => {
    test.each(urls)('%s', url => {
      expect(checkUrl(url)).toEqual({ ok: false, refusal });
    });
  });

  test('configured ports, private networks and mappings each open their own door only', () => {
    expect(checkUrl('http://a.example:8080/', { ports: [8080] }).ok).toBe(true);
    expect(checkUrl('http://127.0.0.1/', { allowPrivateNetwork: true }).ok).toBe(true);
    expect(checkUrl('http://localhost/', { allowPrivateNetwork: true }).ok).toBe(true);
    expect(checkUrl('http://169.254.169.254/', { allowPrivateNetwork: true })).toEqual({ ok: false, refusal: 'address' });
    expect(checkUrl('http://[::ffff:127.0.0.1]/', { allowPrivateNetwork: true })).toEqual({ ok: false, refusal: 'address' });
    const resolveRules = [parseResolveRule('*.test=127.0.0.1:8930')];
    expect(checkUrl('http://a.test/', { resolveRules })).toEqual({ ok: false, refusal: 'address' });
    expect(checkUrl('http://a.test/', { resolveRules, allowPrivateNetwork: true }).ok).toBe(true);
    expect(checkUrl('http://a.test:8930/', { resolveRules, allowPrivateNetwork: true })).toEqual({ ok: false, refusal: 'port' });
    expect(checkUrl('http://127.0.0.1/', { resolveRules: [parseResolveRule('127.0.0.1=8.8.8.8')] }).ok).toBe(true);
  });
});

describe('an origin is scheme, host and port', () => {
  test.each([
    ['http://a.example', 'http://a.example:80'],
    ['HTTPS://A.Example/path?x#y', 'https://a.example:443'],
    ['https://a.example:8443/', 'https://a.example:8443'],
    ['http://a.example./robots.txt', 'http://a.example:80'],
    ['http://bücher.example/', 'http://xn--bcher-kva.example:80'],
    ['http://[2606:4700::1]/', 'http://[2606:4700::1]:80'],
  ])('%s', (url, key) => {
    expect(originKey(url)).toBe(key);
  });

  test.each(['ftp://a.example/', '/robots.txt'])('%s has none', url => {
    expect(() => originKey(url)).toThrow(expect.objectContaining({ code: 'ERR_URL' }));
  });
});

describe('--resolve', () => {
  test.each([
    ['*.test=127.0.0.1:8930', { pattern: '*.test', address: '127.0.0.1', port: 8930 }],
    ['Site.Example.=10.0.0.1', { pattern: 'site.example', address: '10.0.0.1', port: null }],
    ['*=[::1]:80', { pattern: '*', address: '::1', port: 80 }],
    ['*.bücher.example=[fd00::1]', { pattern: '*.xn--bcher-kva.example', address: 'fd00::1', port: null }],
    ['[::1]=127.0.0.1', { pattern: '::1', address: '127.0.0.1', port: null }],
  ])('%s', (text, rule) => {
    expect(parseResolveRule(text)).toEqual(rule);
  });

  test.each([
    '',
    'a.test',
    '=127.0.0.1',
    'a.test=',
    'a.test=localhost',
    'a.test=::1',
    'a.test=[127.0.0.1]',
    'a.test=127.0.0.1:0',
    'a.test=127.0.0.1:70000',
    'a*.test=127.0.0.1',
    'a.test:80=127.0.0.1',
    'a/b=127.0.0.1',
    'a.test=127.0.0.1:80:80',
    'a.test=127.1',
  ])('`%s` is refused with the next step', text => {
    expect(() => parseResolveRule(text)).toThrow(
      expect.objectContaining({ code: 'ERR_RESOLVE_RULE', exitCode: 2, next: expect.stringContaining('PATTERN=ADDRESS') }),
    );
  });

  test('the first pattern that matches wins; a wildcard does not match the suffix itself', () => {
    const resolveRules = ['b.test=8.8.8.8', '*.test=127.0.0.1', '*=8.8.4.4'].map(parseResolveRule);
    expect(checkUrl('http://b.test./', { resolveRules }).ok).toBe(true);
    expect(checkUrl('http://a.b.test/', { resolveRules }).ok).toBe(false);
    expect(checkUrl('http://test/', { resolveRules }).ok).toBe(true);
  });
});
