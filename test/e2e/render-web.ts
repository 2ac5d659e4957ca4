import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { root } from './run-heed.ts';

export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Asked {
  /** `host/path`. */
  readonly place: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly at: number;
}

/** A web whose log is the witness of what was asked, whoever asked and in whatever way. */
export interface RenderWeb {
  readonly port: number;
  readonly asked: readonly Asked[];
  readonly places: readonly string[];
  /** Connections over which nothing was asked. */
  readonly silent: number;
  /** Datagrams that arrived at the same port. */
  readonly datagrams: number;
  close(): void;
}

/**
 * @param says by `host/path`, the host without port; what is not named is a 404
 * @param isHeld asked and never answered
 */
export async function renderWeb(
  says: (place: string) => Said | undefined,
  isHeld: (place: string) => boolean = () => false,
): Promise<RenderWeb> {
  const asked: Asked[] = [];
  let datagrams = 0;
  const silent = new Set<Socket>();
  const note = (method: string, host: string | undefined, path: string, headers: IncomingHttpHeaders): string => {
    const place = `${(host ?? '').replace(/:\d+$/, '')}${path}`;
    asked.push({ place, method, headers, at: performance.now() });
    return place;
  };
  const server = createServer((request, response) => {
    silent.delete(request.socket);
    const place = note(request.method ?? '', request.headers.host, request.url ?? '', request.headers);
    if (isHeld(place)) return;
    const { status = 200, headers = {}, body = '' } = says(place) ?? { status: 404 };
    response.writeHead(status, headers).end(body);
  });
  server.on('connection', socket => silent.add(socket));
  server.on('upgrade', (request, socket) => {
    silent.delete(request.socket);
    note('UPGRADE', request.headers.host, request.url ?? '', request.headers);
    socket.destroy();
  });
  server.on('connect', (request, socket) => {
    note('CONNECT', request.headers.host, request.url ?? '', request.headers);
    socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const udp = createSocket('udp4').on('message', () => {
    datagrams += 1;
  });
  await new Promise<void>(resolve => udp.bind(port, '127.0.0.1', resolve));
  return {
    port,
    asked,
    get places() {
      return asked.map(({ place }) => place);
    },
    get silent() {
      return silent.size;
    },
    get datagrams() {
      return datagrams;
    },
    close() {
      server.closeAllConnections();
      server.close();
      udp.close();
    },
  };
}

/** What a run needs to reach such a web: every `*.test`, and the server's own address. */
export const webFlags = (port: number): readonly string[] => [
  ...['--resolve', `*.test=127.0.0.1:${port}`, '--allow-private-network', '--port', String(port)],
  ...['--contact', 'https://heed.test/bot', '--delay', '0', '--defer-limit', '1s', '--content-threads', '0'],
];

/**
 * The browser is the one the package carries, whatever else this machine has, unpacked once per checkout and not into the home of whoever runs the tests.
 * No other program is needed.
 */
export const browserEnvironment: Record<string, string> = {
  XDG_CACHE_HOME: join(root, 'node_modules/.cache'),
  PLAYWRIGHT_BROWSERS_PATH: '/no/such/browsers',
  PATH: '/no/such/programs',
};

/** Markup that holds nothing but a mount and a script. */
export const shell = (script: string, head = ''): Said => ({
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><html lang="en"><head><title>Shell</title>${head}</head><body><div id="app"></div><script>${script}</script></body></html>`,
});

export const javascript = (body: string, headers: Readonly<Record<string, string>> = {}): Said => ({
  headers: { 'content-type': 'text/javascript', ...headers },
  body,
});

export const json = (value: unknown, headers: Readonly<Record<string, string>> = {}): Said => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

/** Long enough to be a text, and different for each name. */
export const prose = (name: string): string =>
  `The ${name} has a story of its own, told at length so that it counts as text. `.repeat(12);

/** A script that fills the mount. */
export const show = (name: string): string =>
  `document.getElementById('app').innerHTML='<article><h1>${name}</h1><p>${prose(name)}</p></article>';`;
