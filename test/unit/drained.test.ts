import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { drained } from '../../src/cli/talk/drained.ts';

test('a stream is waited for as often as it is full, and nothing goes on waiting', async () => {
  const written: string[] = [];
  const stream = new Writable({
    highWaterMark: 1,
    write: (part, _encoding, done) => {
      written.push(String(part));
      setImmediate(done);
    },
  });
  for (let n = 0; n < 3; n++) {
    expect(stream.write(`line ${n}\n`)).toBe(false);
    await drained(stream);
  }
  expect(written).toEqual(['line 0\n', 'line 1\n', 'line 2\n']);
  expect([stream.listenerCount('drain'), stream.listenerCount('error')]).toEqual([0, 0]);
});

test('one that fails is not waited for', async () => {
  const stream = new Writable({
    highWaterMark: 1,
    write: (_part, _encoding, done) => setImmediate(() => done(new Error('full'))),
  });
  stream.on('error', () => {});
  stream.write('x');
  await drained(stream);
  expect(stream.listenerCount('drain')).toBe(0);
});
