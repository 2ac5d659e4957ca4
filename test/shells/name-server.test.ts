import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { nameServerAnswers } from '../../src/http/index.ts';

const noError = 0;
const servfail = 2;
const nxdomain = 3;
/** One NS record of the root (RFC 1035 §3.2.1): name, type, class, life, length, `a.`. */
const rootServer = Buffer.from([0, 0, 2, 0, 1, 0, 0, 0, 60, 0, 3, 1, 0x61, 0]);

/** A name server that answers every question with this code (RFC 1035 §4.1.1), and with records where it has some. */
async function nameServer(code: number, records: readonly Buffer[]): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    // The header, and a question for the root: an empty name, its type and its class.
    const answer = Buffer.concat([message.subarray(0, 17), ...records]);
    answer.writeUInt16BE(0x8180 | code, 2);
    answer.writeUInt16BE(records.length, 6);
    answer.writeUInt32BE(0, 8);
    socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

it.each([
  ['names the servers of the root is one that answers', noError, [rootServer], true],
  ['has no network behind it (SERVFAIL) is none', servfail, [], false],
  ['knows no root (NXDOMAIN) is no witness', nxdomain, [], false],
  ['answers without a record is no witness', noError, [], false],
] satisfies readonly [string, number, readonly Buffer[], boolean][])(
  'a name server that %s',
  async (_what, code, records, expected) => {
    expect(await nameServerAnswers([await nameServer(code, records)])).toBe(expected);
  },
);

it('a name server that is not there is none', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  expect(await nameServerAnswers([`127.0.0.1:${port}`])).toBe(false);
});
