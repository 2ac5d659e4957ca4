import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type Metric, type MetricsServer, serveMetrics } from '../../src/serve/index.ts';

let server: MetricsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const numbers: readonly Metric[] = [
  { name: 'heed_pages_fetched', kind: 'gauge', help: 'pages asked', values: new Map([['', 3]]) },
  {
    ...{ name: 'heed_requests_by_status_total', kind: 'counter', help: 'answers', label: 'status' },
    values: new Map([
      ['2xx', 2],
      ['4xx', 1],
    ]),
  },
];

interface Got {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

const get = (url: string, { host, method = 'GET' }: { host?: string; method?: string } = {}): Promise<Got> =>
  new Promise((resolve, reject) => {
    request(url, { method, ...(host === undefined ? {} : { headers: { host } }) }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], text }));
    })
      .on('error', reject)
      .end();
  });

describe('/metrics', () => {
  test('is Prometheus text, on this machine only unless an address is given', async () => {
    server = await serveMetrics('0', () => numbers);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const { status, type, text } = await get(server.url);
    expect(status).toBe(200);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text.trim().split(/\n+/)).toEqual([
      '# HELP heed_pages_fetched pages asked',
      '# TYPE heed_pages_fetched gauge',
      'heed_pages_fetched 3',
      '# HELP heed_requests_by_status_total answers',
      '# TYPE heed_requests_by_status_total counter',
      'heed_requests_by_status_total{status="2xx"} 2',
      'heed_requests_by_status_total{status="4xx"} 1',
    ]);
  });

  test('the numbers are those of the moment they are asked for', async () => {
    let pages = 0;
    server = await serveMetrics('0', () => [{ ...numbers[0]!, values: new Map([['', ++pages]]) }]);
    expect((await get(server.url)).text).toContain('heed_pages_fetched 1\n');
    expect((await get(server.url)).text).toContain('heed_pages_fetched 2\n');
  });

  test.each([
    ['127.0.0.1:9', 200],
    ['localhost:9464', 200],
    ['LOCALHOST', 200],
    ['[::1]:9464', 200],
    ['192.0.2.1', 200],
    ['evil.example', 421],
    ['evil.example:9464', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['127.0.0.1@evil.example', 421],
  ])('asked as `%s`: %i, since a name may be made to resolve to us by anybody', async (host, status) => {
    server = await serveMetrics('0', () => numbers);
    const got = await get(server.url, { host });
    expect(got.status).toBe(status);
    if (status !== 200) expect(got.text).not.toContain('heed_');
  });

  test('there is /healthz, and nothing else, and nothing to be changed', async () => {
    server = await serveMetrics('0', () => numbers);
    const at = (path: string): string => server!.url.replace('/metrics', path);
    expect(await get(at('/healthz'))).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await get(at('/'))).toMatchObject({ status: 404 });
    expect(await get(server.url, { method: 'POST' })).toMatchObject({ status: 405 });
    expect(await get(server.url, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  test('a port that is taken is an error of the configuration', async () => {
    server = await serveMetrics('0', () => numbers);
    const { port } = new URL(server.url);
    await expect(serveMetrics(port, () => numbers)).rejects.toMatchObject({ code: 'ERR_METRICS_PORT', exitCode: 3 });
  });
});
