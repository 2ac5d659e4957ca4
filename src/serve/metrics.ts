/**
 * The only door to heed from outside, and it only tells numbers: `GET /metrics` (Prometheus text) and `GET /healthz`. On this machine unless an
 * address is given, and only for who asks by a name that cannot be somebody else's: a page in a browser whose host name resolves to us
 * (DNS rebinding) sends that name, and is refused.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { Counter, Gauge, Registry } from 'prom-client';
import { CodedError, exitCodes } from '../vocab/index.ts';

export interface Metric {
  /** `heed_requests_by_status_total`; letters, digits and underscores. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  /** Of a family; each of its members is a value of this label. */
  readonly label?: string;
  /** Value by member; of a single number under the empty name. */
  readonly values: ReadonlyMap<string, number>;
}

export interface MetricsServer {
  /** Of `/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param listen `[ADDRESS:]PORT`; port 0 takes a free one
 * @param read asked once per request
 * @throws ERR_METRICS_PORT where nothing can listen there
 */
export async function serveMetrics(listen: string, read: () => readonly Metric[]): Promise<MetricsServer> {
  const { host, port } = placeOf(listen);
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) =>
    answer(request, response, read),
  );
  server.maxConnections = 16;
  await listening(server, host, port, listen);
  // Whoever asks for numbers keeps no crawl alive.
  server.unref();
  const address = server.address() as AddressInfo;
  const shown = isIP(address.address) === 6 ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}/metrics`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function placeOf(listen: string): { host: string; port: number } {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.*):)?(\d+)$/.exec(listen) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function listening(server: Server, host: string, port: number, listen: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new CodedError('ERR_METRICS_PORT', exitCodes.config, `cannot listen on \`${listen}\`: ${(cause as Error).message}`, {
          next: 'choose another --metrics, or 0 for any free port',
          cause,
        }),
      ),
    );
    server.listen({ host, port }, () => resolve());
  });
}

interface Said {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

function answer(request: IncomingMessage, response: ServerResponse, read: () => readonly Metric[]): void {
  const say = ({ status, text, type = 'text/plain; charset=utf-8' }: Said): void => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  saying(request, read).then(say, () => say({ status: 500, text: 'the numbers could not be written\n' }));
}

async function saying({ method, url, headers }: IncomingMessage, read: () => readonly Metric[]): Promise<Said> {
  if (!isOurName(headers.host)) return { status: 421, text: 'ask by address or as localhost\n' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'GET only\n' };
  const [path] = (url ?? '').split('?', 1);
  if (path === '/healthz') return { status: 200, text: 'ok\n' };
  if (path !== '/metrics') return { status: 404, text: 'there are /metrics and /healthz\n' };
  const registry = registryOf(read());
  return { status: 200, text: await registry.metrics(), type: registry.contentType };
}

/** An address is nobody's name, and `localhost` is always this machine (RFC 6761 §6.3). */
function isOurName(host: string | undefined): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/i.exec(host ?? '')?.[1];
  return name !== undefined && (name.toLowerCase() === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0);
}

function registryOf(metrics: readonly Metric[]): Registry {
  const registry = new Registry();
  for (const { name, kind, help, label, values } of metrics) {
    const options = { name, help, registers: [registry], labelNames: label === undefined ? [] : [label] };
    const metric = kind === 'counter' ? new Counter(options) : new Gauge(options);
    for (const [member, value] of values) {
      if (label === undefined) metric.inc(value);
      else metric.inc({ [label]: member }, value);
    }
  }
  return registry;
}
