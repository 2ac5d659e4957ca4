import { describe, expect, test } from 'vitest';
import { conditionsOf, confirms, updatedFields, validatorsOf } from '../../../src/http/index.ts';
import type { FieldLine, Validators } from '../../../src/vocab/index.ts';

const at = Date.UTC(2026, 10, 1, 12);
const early = 'Sun, 01 Nov 2026 08:00:00 GMT';
const late = 'Sun, 01 Nov 2026 11:59:30 GMT';

describe('what a site says of the version it sent', () => {
  test.each<[string, FieldLine[], Validators | undefined]>([
    ['nothing', [], undefined],
    ['a strong tag', [['ETag', '"a"']], { etag: '"a"' }],
    ['a weak tag', [['ETag', 'W/"a"']], { etag: 'W/"a"' }],
    ['a tag that is none', [['ETag', 'a']], undefined],
    [
      'two tags',
      [
        ['ETag', '"a"'],
        ['ETag', '"b"'],
      ],
      undefined,
    ],
    [
      'the same tag twice',
      [
        ['ETag', '"a"'],
        ['ETag', '"a"'],
      ],
      { etag: '"a"' },
    ],
    ['a time well before it was sent', [['Last-Modified', early]], { lastModified: early }],
    ['a time at which it may change again within the second', [['Last-Modified', late]], undefined],
    [
      'a time after the one it was sent at',
      [
        ['Last-Modified', early],
        ['Date', 'Sun, 01 Nov 2026 07:00:00 GMT'],
      ],
      undefined,
    ],
    ['a time that is none', [['Last-Modified', 'yesterday']], undefined],
    [
      'both',
      [
        ['Last-Modified', early],
        ['etag', '"a"'],
      ],
      { etag: '"a"', lastModified: early },
    ],
  ])('%s', (_, fields, expected) => {
    expect(validatorsOf(fields, at)).toEqual(expected);
  });

  test('goes back as it came', () => {
    expect(conditionsOf({ etag: 'W/"a"', lastModified: early })).toEqual({
      'if-none-match': 'W/"a"',
      'if-modified-since': early,
    });
    expect(conditionsOf({ lastModified: early })).toEqual({ 'if-modified-since': early });
  });
});

describe('a 304 confirms the version that was asked for', () => {
  const html: FieldLine[] = [['content-type', 'text/html; charset=utf-8']];
  test.each<[string, FieldLine[], Validators, boolean]>([
    ['with its tag', [['etag', '"a"']], { etag: '"a"' }, true],
    ['with its tag, weakly', [['etag', 'W/"a"']], { etag: '"a"' }, true],
    ['without any validator', [], { etag: '"a"' }, true],
    ['not with another tag', [['etag', '"b"']], { etag: '"a"', lastModified: early }, false],
    [
      'not with two tags of which one is another',
      [
        ['etag', '"a"'],
        ['etag', '"b"'],
      ],
      { etag: '"a"' },
      false,
    ],
    ['with its time', [['last-modified', early]], { lastModified: early }, true],
    ['not with another time', [['last-modified', late]], { lastModified: early }, false],
    [
      'not with a time that the stored answer did not have, where its tag is missing',
      [['last-modified', late]],
      { etag: '"a"' },
      false,
    ],
    [
      'with its tag, whatever the time',
      [
        ['etag', '"a"'],
        ['last-modified', late],
      ],
      { etag: '"a"', lastModified: early },
      true,
    ],
    [
      'not with another media type',
      [
        ['etag', '"a"'],
        ['content-type', 'image/png'],
      ],
      { etag: '"a"' },
      false,
    ],
    [
      'with its media type',
      [
        ['etag', '"a"'],
        ['content-type', 'text/html'],
      ],
      { etag: '"a"' },
      true,
    ],
  ])('%s', (_, fields, sent, expected) => {
    expect(confirms(fields, sent, html)).toBe(expected);
  });
});

test('the fields of a 304 take the place of the stored ones, but for those about the message', () => {
  const stored: FieldLine[] = [
    ['Content-Type', 'text/html'],
    ['X-Robots-Tag', 'noindex'],
    ['x-robots-tag', 'all'],
    ['ETag', '"a"'],
  ];
  const fresh: FieldLine[] = [
    ['X-ROBOTS-TAG', 'noai'],
    ['Content-Length', '0'],
    ['Connection', 'close'],
    ['Content-Encoding', 'gzip'],
  ];
  expect(updatedFields(stored, fresh)).toEqual([
    ['Content-Type', 'text/html'],
    ['ETag', '"a"'],
    ['X-ROBOTS-TAG', 'noai'],
  ]);
});
