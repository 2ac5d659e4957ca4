import { createServer as createTcpServer, type Server } from 'node:net';
import { createServer, setDefaultCACertificates, type TlsOptions } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import type { Answer } from '../../src/http/index.ts';
import { createRetriever } from '../../src/http/index.ts';
import { rawServer, response, testRetriever } from './http-server.ts';
import { certificate, expiredCertificate, key } from './http-tls-pair.ts';

let server: Server | undefined;

const listen = (made: Server): Promise<number> => {
  server = made;
  return new Promise(resolve => made.listen(0, '127.0.0.1', () => resolve((made.address() as { port: number }).port)));
};
const serve = (options: TlsOptions): Promise<number> =>
  listen(
    createServer({ key, cert: certificate, ...options }, socket =>
      socket.on('error', () => undefined).on('data', () => socket.write(response('200 OK', [], 'safe'))),
    ).on('tlsClientError', () => undefined),
  );
const ask = async (port: number, url = 'https://site.test/', limits = {}): Promise<Answer> => {
  const retriever = testRetriever(port, { limits });
  const answer = await retriever.retrieve(url);
  await retriever.close();
  return answer;
};

afterEach(() => new Promise(resolve => server?.close(resolve)));

test('a certificate that nobody vouches for is refused, whatever the environment says', async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    const answer = await ask(await serve({}));
    expect(answer.retrieval).toEqual({ outcome: 'unreachable', cause: 'tls' });
    expect(answer.detail).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});

test('no option weakens the check', async () => {
  const port = await serve({});
  const weakened = {
    rejectUnauthorized: false,
    insecureHTTPParser: true,
    ignoreSslErrors: true,
    tls: { rejectUnauthorized: false },
  };
  const retriever = createRetriever({
    identity: { product: 'heed', version: '0.1.0', contact: 'https://operator.example/' },
    resolveRules: [{ pattern: '*', address: '127.0.0.1', port }],
    allowPrivateNetwork: true,
    ...(weakened as object),
  });
  expect((await retriever.retrieve('https://site.test/')).retrieval).toEqual({ outcome: 'unreachable', cause: 'tls' });
  await retriever.close();
});

test('plain HTTP where TLS is expected is a TLS failure, and there is no way back to http', async () => {
  const plain = await rawServer(
    socket => socket.write(response('200 OK')),
    socket => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
  );
  expect((await ask(plain.port)).retrieval).toEqual({ outcome: 'unreachable', cause: 'tls' });
  expect(plain.connections).toBe(1);
  await plain.close();
});

test('a handshake that stalls is a time-out, one that is hung up on a reset', async () => {
  const stalled = await listen(createTcpServer(socket => void socket.on('error', () => undefined).resume()));
  expect((await ask(stalled, 'https://site.test/', { connectMs: 200 })).retrieval).toEqual({
    outcome: 'unreachable',
    cause: 'timeout',
  });
  await new Promise(resolve => server?.close(resolve));
  const closing = await listen(
    createTcpServer(socket => void socket.on('error', () => undefined).once('data', () => socket.destroy())),
  );
  expect((await ask(closing)).retrieval).toEqual({ outcome: 'unreachable', cause: 'reset' });
});

test('the greeting fits into one packet, which all servers bear', async () => {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const listening = await listen(
    createTcpServer(socket => {
      socket
        .on('error', () => undefined)
        .once('data', data => {
          resolve(data);
          socket.destroy();
        });
    }),
  );
  await ask(listening);
  const greeting = await promise;
  // A record of the handshake (RFC 8446 §5.1), and how long it is.
  expect(greeting[0]).toBe(22);
  expect(greeting.readUInt16BE(3) + 5).toBe(greeting.length);
  expect(greeting.length).toBeLessThan(1_200);
});

test('TLS 1.1 is refused', async () => {
  const port = await serve({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
  expect((await ask(port)).retrieval).toEqual({ outcome: 'unreachable', cause: 'tls' });
});

// Trust begins here and lasts for the rest of this file; an operator's way to add an authority is Node's own (NODE_EXTRA_CA_CERTS).

test('a certificate the system trusts is good for its own name, and for no other', async () => {
  setDefaultCACertificates([certificate, expiredCertificate]);
  const names: string[] = [];
  const SNICallback: TlsOptions['SNICallback'] = (name, done) => {
    names.push(name);
    done(null);
  };
  const port = await serve({ SNICallback });
  const answer = await ask(port);
  expect(answer.retrieval).toMatchObject({ outcome: 'successful', body: Buffer.from('safe') });
  expect((await ask(port, 'https://site.test./')).retrieval).toMatchObject({ outcome: 'successful' });
  const other = await ask(port, 'https://other.test/');
  expect(other.retrieval).toEqual({ outcome: 'unreachable', cause: 'tls' });
  expect(other.detail).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(names).toEqual(['site.test', 'site.test', 'other.test']);
});

test.each(['X25519', 'P-256', 'P-384', 'P-521', 'ffdhe2048'])(
  'a server that knows the group %s only is understood',
  async group => {
    setDefaultCACertificates([certificate]);
    const answer = await ask(await serve({ ecdhCurve: group, minVersion: 'TLSv1.3' }));
    expect(answer.retrieval).toMatchObject({ outcome: 'successful' });
  },
);

test('an expired certificate is refused', async () => {
  setDefaultCACertificates([certificate, expiredCertificate]);
  const answer = await ask(await serve({ cert: expiredCertificate }));
  expect(answer.retrieval).toEqual({ outcome: 'unreachable', cause: 'tls' });
  expect(answer.detail).toContain('CERT_HAS_EXPIRED');
});
