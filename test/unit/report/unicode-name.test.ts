import { domainToASCII, domainToUnicode } from 'node:url';
import { expect, test } from 'vitest';
import { unicodeName } from '../../../src/report/unicode-name.ts';

test.each([
  'bücher.example',
  'مثال.إختبار',
  'אתר.example',
  '例え.テスト',
  'пример.испытание',
  'größe-und-noch-mehr.münchen.example',
  'ไทย.example',
  'हिन्दी.example',
])('a name in ASCII is also told as people write it, as Node reads it: %s', name => {
  const ascii = domainToASCII(name);
  expect(ascii).toMatch(/^xn--|\.xn--/);
  expect(unicodeName(ascii)).toBe(domainToUnicode(ascii));
});

test.each([
  ['a name of plain letters has no other', 'site.example'],
  ['what RFC 3492 cannot read', 'xn--a_b!.example'],
  ['a label that ends within a number', 'xn--99zzzz.example'],
  ['a label beyond the last code point', 'xn--99999999.example'],
  ['a letter that turns what stands around it', 'xn--ab-g4t.example'],
  ['a capital, which no such name has', 'xn--7ba.example'],
])('%s is shown as it is written', (_what, name) => {
  expect(unicodeName(name)).toBeUndefined();
});
