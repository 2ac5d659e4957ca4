import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRetriever, type Retriever, type RetrieverOptions } from '../../src/http/index.ts';
import { type RawServer, rawServer, response, testRetriever } from './http-server.ts';

let server: RawServer;
let retriever: Retriever | undefined;

beforeEach(async () => {
  server = await rawServer(socket => socket.write(response('200 OK', [], 'inside')));
});
afterEach(async () => {
  await retriever?.close();
  await server.close();
});

const make = (options: Partial<RetrieverOptions>): Retriever => {
  retriever = createRetriever({
    identity: { product: 'heed', version: '0.1.0', contact: 'https://operator.example/' },
    ports: [server.port],
    ...options,
  });
  return retriever;
};
const refusedAddress = { outcome: 'unreachable', cause: 'address' };

describe('no connection is made to an address that is not public', () => {
  test.each([
    '127.0.0.1',
    'localhost',
    'localhost.',
    'x.localhost',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '①②⑦.0.0.1',
  ])('by its own name: %s', async host => {
    const asked: string[] = [];
    const lookup = async (name: string): Promise<string[]> => {
      asked.push(name);
      return ['127.0.0.1'];
    };
    const answer = await make({ lookup }).retrieve(`http://${host}:${server.port}/`);
    expect(answer.retrieval).toEqual(refusedAddress);
    expect(answer.refusal).toBe('address');
    expect(asked).toEqual([]);
    expect(server.connections).toBe(0);
  });

  test.each([
    ['a private address', ['127.0.0.1']],
    ['one public and one private address', ['93.184.216.34', '127.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['an address in other clothes', ['::ffff:127.0.0.1']],
    ['something that is no address', ['127.0.0.1.']],
  ])('by DNS: %s', async (_what, addresses) => {
    const answer = await make({ lookup: async () => addresses }).retrieve(`http://name.example:${server.port}/`);
    expect(answer.retrieval).toEqual(refusedAddress);
    expect(server.connections).toBe(0);
  });

  test('by an operator mapping', async () => {
    const resolveRules = [{ pattern: '*', address: '127.0.0.1', port: server.port }];
    const answer = await make({ resolveRules }).retrieve('http://name.example/');
    expect(answer.retrieval).toEqual(refusedAddress);
    expect(server.connections).toBe(0);
  });

  test('metadata services stay closed where private networks are open', async () => {
    const open = make({ allowPrivateNetwork: true, lookup: async () => ['100.100.100.200'] });
    for (const host of ['169.254.169.254', '[fd00:ec2::254]', 'metadata.google.internal', 'name.example']) {
      expect((await open.retrieve(`http://${host}/`)).retrieval).toEqual(refusedAddress);
    }
  });
});

test('a name is resolved once, and the connection goes to the address that was checked', async () => {
  let asked = 0;
  const lookup = async (): Promise<string[]> => {
    asked += 1;
    return asked === 1 ? ['127.0.0.1'] : ['169.254.169.254'];
  };
  const answer = await make({ lookup, allowPrivateNetwork: true }).retrieve(`http://rebind.example:${server.port}/`);
  expect(answer.retrieval).toMatchObject({ outcome: 'successful' });
  expect(answer.remoteAddress).toBe('127.0.0.1');
  expect(asked).toBe(1);
  expect(server.requests[0]).toContain(`host: rebind.example:${server.port}\r\n`);
});

test('of several addresses the next is tried where one does not answer', async () => {
  const lookup = async (): Promise<string[]> => ['127.0.0.2', '::1', '127.0.0.1'];
  const answer = await make({ lookup, allowPrivateNetwork: true }).retrieve(`http://several.example:${server.port}/`);
  expect(answer.retrieval).toMatchObject({ outcome: 'successful' });
});

test('a mapped host keeps its name, its origin and the port rule of its URL', async () => {
  const mapped = testRetriever(server.port);
  const answer = await mapped.retrieve('http://a.site.test/');
  expect(answer.retrieval).toMatchObject({ outcome: 'successful' });
  expect(server.requests[0]).toContain('host: a.site.test\r\n');
  const refused = await mapped.retrieve(`http://a.site.test:${server.port}/`);
  expect(refused).toMatchObject({ refusal: 'port', retrieval: { outcome: 'unreachable' } });
  expect(server.requests).toHaveLength(1);
  await mapped.close();
});

test.each([
  ['a name that does not exist', 'ENOTFOUND'],
  ['a resolver that fails', 'EAI_AGAIN'],
])('%s is a DNS failure', async (_what, code) => {
  const lookup = (): Promise<string[]> => Promise.reject(Object.assign(new Error('no'), { code }));
  const answer = await make({ lookup }).retrieve('http://name.example/');
  expect(answer.retrieval).toEqual({ outcome: 'unreachable', cause: 'dns' });
  expect(answer.detail).toBe(code);
});

test('a name without addresses is a DNS failure, a resolver that hangs a time-out', async () => {
  expect((await make({ lookup: async () => [] }).retrieve('http://name.example/')).retrieval).toMatchObject({ cause: 'dns' });
  await retriever?.close();
  const hanging = make({ lookup: () => new Promise(() => undefined), limits: { connectMs: 100 } });
  expect((await hanging.retrieve('http://name.example/')).retrieval).toEqual({ outcome: 'unreachable', cause: 'timeout' });
});

test.each([
  'file:///etc/passwd',
  'ftp://a.example/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'unix:/run/x',
  'http://u:p@a.example/',
  'http://a.example:22/',
  'not a url',
])('nothing is sent for %s', async url => {
  const answer = await make({ lookup: () => Promise.reject(new Error('asked')) }).retrieve(url);
  expect(answer.retrieval).toEqual(refusedAddress);
  expect(answer.refusal).toMatch(/^(scheme|url|port)$/);
});
