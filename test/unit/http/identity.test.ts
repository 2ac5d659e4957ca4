import { expect, test } from 'vitest';
import { createRetriever, userAgent } from '../../../src/http/index.ts';

const base = { product: 'heed', version: '0.1.0' } as const;

test('the name says what we are, which version, and whom to write to', () => {
  expect(userAgent({ ...base, contact: 'https://operator.example/bot' })).toBe('heed/0.1.0 (+https://operator.example/bot)');
  expect(userAgent({ ...base, contact: 'bot@operator.example' })).toBe('heed/0.1.0 (+mailto:bot@operator.example)');
});

test.each([
  '',
  'http://operator.example/',
  'operator.example',
  'https://a.example/(x)',
  'https://a.example/\r\nX: y',
  'a@b\r\nX: y',
  'https://',
  'a b@c.example',
])('`%s` is no contact, and without one nothing is asked of anybody', contact => {
  const failure = expect.objectContaining({ code: 'ERR_IDENTITY', next: expect.any(String) });
  expect(() => createRetriever({ identity: { ...base, contact } })).toThrow(failure);
});

test.each([
  [{ version: '1.0 (compatible; Mozilla/5.0)' }],
  [{ version: '' }],
  [{ from: 'nobody' }],
  [{ from: 'a@b.example\r\nCookie: x' }],
])('%j cannot be sent', part => {
  const identity = { ...base, contact: 'https://operator.example/', ...part };
  expect(() => userAgent(identity)).toThrow(expect.objectContaining({ code: 'ERR_IDENTITY' }));
});
