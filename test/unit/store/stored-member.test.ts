import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { storedContent, storedMember } from '../../../src/store/disk/stored-member.ts';

const content = Buffer.from('WARC/1.1\r\nContent-Length: 0\r\n\r\n');
const member = storedMember(content);
const changed = (at: number): Buffer => {
  const copy = Buffer.from(member);
  copy[at < 0 ? copy.length + at : at]! ^= 1;
  return copy;
};

test.each([content, Buffer.alloc(0), Buffer.alloc(65_535, 'x')])(
  'a stored member is gzip, and is read back without a decoder',
  plain => {
    const made = storedMember(plain);
    expect(gunzipSync(made)).toEqual(plain);
    expect(gunzipSync(Buffer.concat([made, made]))).toEqual(Buffer.concat([plain, plain]));
    expect(storedContent(Buffer.concat([made, Buffer.from('what follows')]))).toEqual(plain);
  },
);

test.each([
  ['one that is compressed', gzipSync(content)],
  ['one that is cut off', member.subarray(0, -1)],
  ['one whose length was changed', changed(11)],
  ['one whose content was changed', changed(20)],
  ['one whose checksum was changed', changed(-8)],
  ['one whose size was changed', changed(-4)],
  ['nothing', Buffer.alloc(0)],
])('%s is not taken for a stored member', (_what, octets) => {
  expect(storedContent(octets)).toBeUndefined();
});
