import { EventEmitter } from 'node:events';
import { request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Door, type DoorOptions, openDoor, type Route } from '../../src/serve/index.ts';

const secret = 'a-secret-of-more-than-24-characters';

async function open(options: Partial<DoorOptions> = {}): Promise<Door> {
  const door = await openDoor({
    ...{ listen: '0', names: [], secret: undefined, wallClock: () => 1_800_000_000_000 },
    live: async () => '{"n":1}',
    loginPage: isWrong => (isWrong ? '<p>wrong' : '<p>the form'),
    routes: new Map<string, Route>([
      ['/healthz', { isOpen: true, answer: () => ({ status: 200, type: 'text/plain', text: 'ok\n' }) }],
      ['/', { answer: query => ({ status: 200, type: 'text/html', text: `<p>page ${query.get('q') ?? ''}` }) }],
      ['/broken', { answer: () => Promise.reject(new Error('a path of ours: /srv/secret')) }],
    ]),
    ...options,
  });
  onTestFinished(() => door.close());
  return door;
}

interface Got {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

const ask = (
  door: Door,
  path = '/',
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Got> =>
  new Promise((resolve, reject) => {
    request(door.url, { method, path, headers, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    })
      .on('error', reject)
      .end(body);
  });

const cookieOf = ({ headers }: Got): string => String(headers['set-cookie']).split(';', 1)[0] ?? '';
const login = (door: Door, given: string, origin = door.url): Promise<Got> =>
  ask(door, '/login', {
    method: 'POST',
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: `secret=${encodeURIComponent(given)}`,
  });

describe('who may ask', () => {
  test.each(['0.0.0.0:0', '[::]:0', '192.0.2.1:0'])('listening on %s without a secret is refused at the start', async listen => {
    await expect(open({ listen })).rejects.toMatchObject({ code: 'ERR_TOKEN_MISSING', exitCode: 3 });
  });

  test.each(['127.0.0.1:0', '127.0.0.2:0', '0'])('on this machine (%s) no secret is needed', async listen => {
    expect((await ask(await open({ listen }))).status).toBe(200);
  });

  test('the loopback address of IPv6 is this machine too, where there is IPv6', async () => {
    const error = await open({ listen: '[::1]:0' }).then(
      () => undefined,
      problem => problem,
    );
    expect([undefined, 'ERR_LISTEN']).toContain(error?.code);
  });

  test('with a secret everything but the probes wants it', async () => {
    const door = await open({ secret });
    expect(await ask(door, '/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
    for (const path of ['/', '/events', '/broken', '/nothing-here', '/login'])
      expect([path, (await ask(door, path)).status]).toEqual([path, 401]);
    expect((await ask(door)).headers['www-authenticate']).toBe('Bearer');
  });

  test.each([
    [`Bearer ${secret}`, 200],
    [`bearer  ${secret}`, 200],
    [`Bearer ${secret}x`, 401],
    [`Bearer ${secret.slice(0, -1)}`, 401],
    ['Bearer ', 401],
    [`Basic ${Buffer.from(`a:${secret}`).toString('base64')}`, 401],
    [secret, 401],
  ])('Authorization: %s → %i', async (authorization, status) => {
    expect((await ask(await open({ secret }), '/', { headers: { authorization } })).status).toBe(status);
  });

  test('a browser gets a form, and a cookie for the secret: strict, not for scripts, and not the secret', async () => {
    const door = await open({ secret });
    expect(await ask(door, '/', { headers: { accept: 'text/html' } })).toMatchObject({ status: 401, text: '<p>the form' });
    const entered = await login(door, secret);
    expect(entered).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(String(entered.headers['set-cookie'])).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect(String(entered.headers['set-cookie'])).not.toContain(secret);
    expect((await ask(door, '/', { headers: { cookie: `a=b; ${cookieOf(entered)}` } })).status).toBe(200);
    expect(await login(door, 'another-secret-of-24-characters')).toMatchObject({ status: 401, text: '<p>wrong' });
  });

  test('behind TLS the cookie is for TLS only', async () => {
    const door = await open({ secret, names: ['heed.example'] });
    const headers = { origin: 'https://heed.example', host: 'heed.example' };
    const entered = await ask(door, '/login', { method: 'POST', headers, body: `secret=${secret}` });
    expect(String(entered.headers['set-cookie'])).toMatch(/; Secure$/);
  });

  test('a cookie ends after twelve hours, with a new secret, and where one character is another', async () => {
    let nowMs = 1_800_000_000_000;
    const door = await open({ secret, wallClock: () => nowMs });
    const cookie = cookieOf(await login(door, secret));
    const status = async (to: Door, given: string): Promise<number | undefined> =>
      (await ask(to, '/', { headers: { cookie: given } })).status;
    expect(await status(door, cookie)).toBe(200);
    expect(await status(door, cookie.replace('=1', '=2'))).toBe(401);
    expect(await status(door, `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`)).toBe(401);
    expect(await status(await open({ secret: `${secret}2` }), cookie)).toBe(401);
    nowMs += 12 * 3_600_000;
    expect(await status(door, cookie)).toBe(401);
  });
});

describe('what somebody else’s page could make a browser send', () => {
  test.each([
    ['127.0.0.1:9465', 200],
    ['localhost', 200],
    ['[::1]:9465', 200],
    ['heed.example:443', 200],
    ['HEED.example', 200],
    ['evil.example', 421],
    ['heed.example.evil.example', 421],
  ])('Host: %s → %i', async (host, status) => {
    expect((await ask(await open({ names: ['heed.example'] }), '/', { headers: { host } })).status).toBe(status);
  });

  test.each([
    ['of our own page', { origin: 'http://localhost:9465', 'sec-fetch-site': 'same-origin' }, 200],
    ['of another site', { origin: 'http://evil.example' }, 403],
    ['of another port of ours', { origin: 'http://localhost:8080' }, 403],
    ['of a page without an origin', { origin: 'null' }, 403],
    ['of an image elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 403],
    ['of a frame elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
    [
      'of a link that was followed',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      200,
    ],
  ])('a request %s', async (_whose, headers, status) => {
    expect((await ask(await open(), '/', { headers: { host: 'localhost:9465', ...headers } })).status).toBe(status);
  });

  test.each([[undefined], ['http://evil.example'], ['null']])('a form sent with Origin %s gives no cookie', async origin => {
    const door = await open({ secret });
    const got = await ask(door, '/login', {
      method: 'POST',
      headers: origin === undefined ? {} : { origin },
      body: `secret=${secret}`,
    });
    expect(got.status).toBe(403);
    expect(got.headers['set-cookie']).toBeUndefined();
  });

  test('nothing can be changed', async () => {
    const door = await open();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect([method, (await ask(door, '/', { method })).status]).toEqual([method, 405]);
    expect(await ask(door, '/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });
});

describe('every answer', () => {
  test('loads nothing from elsewhere, runs nothing inline, is framed by nobody, kept by nobody, and tells no other site where one was', async () => {
    const door = await open({ secret });
    for (const path of ['/healthz', '/', '/nothing']) {
      const { headers } = await ask(door, path);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; script-src 'self'; /);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  test('a fault of ours says nothing of what it was', async () => {
    expect(await ask(await open(), '/broken')).toMatchObject({ status: 500, text: 'this could not be answered\n' });
  });
});

describe('limits', () => {
  test.each([
    ['a long target', `/?q=${'a'.repeat(5_000)}`, {}, 414],
    ['long headers', '/', { 'x-long': 'a'.repeat(9_000) }, 431],
    ['a target that is a URL', 'http://127.0.0.1/', {}, 400],
    ['a target that names a host', '//evil.example/', {}, 400],
  ])('%s: refused', async (_what, path, headers, status) => {
    expect((await ask(await open(), path, { headers })).status).toBe(status);
  });

  test('a form of more than a few octets is not read', async () => {
    const door = await open({ secret });
    const got = await ask(door, '/login', {
      method: 'POST',
      headers: { origin: door.url },
      body: `secret=${'a'.repeat(10_000)}`,
    }).catch(error => ({ status: error.code }));
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(got.status);
  });

  test('who begins a request and does not end it is let go within seconds', async () => {
    const { port } = new URL((await open()).url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    const startedAtMs = performance.now();
    socket.resume();
    await new Promise(resolve => socket.on('close', resolve));
    expect(performance.now() - startedAtMs).toBeLessThan(8_000);
  });
});

describe('server-sent events', () => {
  const read = (
    door: Door,
    headers: Record<string, string> = {},
  ): Promise<{ status: number | undefined; first: string; close: () => void }> =>
    new Promise((resolve, reject) => {
      const asked = request(door.url, { path: '/events', headers, agent: false }, response => {
        let text = '';
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk;
          if (text.includes('data: ')) resolve({ status: response.statusCode, first: text, close: () => asked.destroy() });
        });
        response.on('end', () => resolve({ status: response.statusCode, first: text, close: () => {} }));
      });
      asked.on('error', error => (error.message === 'socket hang up' ? undefined : reject(error))).end();
    });

  test('a reader is told at once, and the first word is how soon to come back', async () => {
    const door = await open();
    const { first, close } = await read(door);
    expect(first).toBe('retry: 3000\n\ndata: {"n":1}\n\n');
    expect(door.liveReaders).toBe(1);
    close();
  });

  test('there are sixteen readers at most; one more is told nothing', async () => {
    const door = await open();
    const readers = await Promise.all(Array.from({ length: 16 }, () => read(door)));
    expect(door.liveReaders).toBe(16);
    expect((await read(door)).first).not.toContain('data:');
    for (const { close } of readers) close();
  });

  test('a reader that does not read is let go, before what it is owed takes room', async () => {
    const { createLive } = await import('../../src/serve/live.ts');
    const live = createLive(async () => '{}');
    let isGone = false;
    const reader = Object.assign(new EventEmitter(), {
      ...{ writableLength: 600 * 1_024, write: () => true, end: () => {} },
      destroy: () => {
        isGone = true;
        reader.emit('close');
      },
    });
    live.add(reader as unknown as ServerResponse);
    await new Promise(resolve => setImmediate(resolve));
    expect(isGone).toBe(true);
    expect(live.readers).toBe(0);
  });

  test('with a secret they are for who knows it', async () => {
    const door = await open({ secret });
    expect((await read(door)).status).toBe(401);
    const { status, close } = await read(door, { authorization: `Bearer ${secret}` });
    expect(status).toBe(200);
    close();
  });
});

test('a port that is taken is an error of the configuration', async () => {
  const { port } = new URL((await open()).url);
  await expect(open({ listen: port })).rejects.toMatchObject({ code: 'ERR_LISTEN', exitCode: 3 });
});
