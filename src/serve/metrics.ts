/**
 * The only door to heed from outside, and it only tells numbers: `GET /metrics` (Prometheus text) and `GET /healthz`. On this machine unless an
 * address is given, and only for who asks by a name that cannot be somebody else's: a page in a browser whose host name resolves to us
 * (DNS rebinding) sends that name, and is refused.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { CodedError, exitCodes } from '../vocab/index.ts';
import { exposition, type Metric } from './exposition.ts';
import { baseOf, isOurName, listening, placeOf } from './place.ts';

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
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) =>
    answer(request, response, read),
  );
  server.maxConnections = 16;
  await listening(server, placeOf(listen)).catch(cause => {
    throw new CodedError('ERR_METRICS_PORT', exitCodes.config, `cannot listen on \`${listen}\`: ${(cause as Error).message}`, {
      next: 'choose another --metrics, or 0 for any free port',
      cause,
    });
  });
  // Whoever asks for numbers keeps no crawl alive.
  server.unref();
  return {
    url: `${baseOf(server)}/metrics`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
  return { status: 200, ...(await exposition(read())) };
}
