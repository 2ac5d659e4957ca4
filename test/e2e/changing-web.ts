import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** What one place answers; a place that has none answers 404. */
export interface Page {
  readonly body?: string;
  readonly type?: string;
  readonly status?: number;
  readonly fields?: Readonly<Record<string, string>>;
  /** The version it says it is; by default a digest of its body. Null: it says nothing of versions, and is always sent whole. */
  readonly etag?: string | null;
  /** Sent with a 304, too, as the fields of a 200 that matter are. */
  readonly lastModified?: string;
  /** Fields of a 304 only. */
  readonly notModified?: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly place: string;
  readonly conditional: boolean;
  readonly status: number;
  /** Octets of content sent. */
  readonly bytes: number;
}

/** Sites on one port whose pages a test changes while it goes. */
export interface ChangingWeb {
  readonly port: number;
  readonly pages: Map<string, Page>;
  /** Hosts that answer nothing: their connections are cut. */
  readonly down: Set<string>;
  url(place: string): string;
  /** What was asked since the last call. */
  asked(): readonly Asked[];
  /** How much that is so far. */
  count(): number;
}

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing.splice(0)) close();
});

export async function changingWeb(): Promise<ChangingWeb> {
  const pages = new Map<string, Page>();
  const down = new Set<string>();
  let asked: Asked[] = [];
  const server = createServer((request, response) => {
    const host = (request.headers.host ?? '').split(':')[0] ?? '';
    if (down.has(host)) return void request.socket.destroy();
    const place = `${host}${request.url}`;
    const { status, bytes } = answer(pages.get(place), request, response);
    const conditional = 'if-none-match' in request.headers || 'if-modified-since' in request.headers;
    asked.push({ place, conditional, status, bytes });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, pages, down },
    count: () => asked.length,
    url: place => `http://${place.replace('/', `:${port}/`)}`,
    asked: () => {
      const list = asked;
      asked = [];
      return list;
    },
  };
}

function answer(page: Page | undefined, request: IncomingMessage, response: ServerResponse): Pick<Asked, 'status' | 'bytes'> {
  const { body = '', type = 'text/html', status = page ? 200 : 404, fields = {}, etag, lastModified, notModified } = page ?? {};
  const version = etag === undefined ? `"${hash('sha256', body).slice(0, 12)}"` : etag;
  const versions = {
    ...(version === null || status !== 200 ? {} : { etag: version }),
    ...(lastModified === undefined ? {} : { 'last-modified': lastModified }),
  };
  const isKnown =
    (version !== null && request.headers['if-none-match'] === version) ||
    (version === null && lastModified !== undefined && request.headers['if-modified-since'] === lastModified);
  if (status === 200 && isKnown) {
    response.writeHead(304, { ...versions, ...fields, ...notModified }).end();
    return { status: 304, bytes: 0 };
  }
  response.writeHead(status, { 'content-type': type, ...versions, ...fields }).end(body);
  return { status, bytes: body.length };
}

const prose = (name: string): string =>
  `The ${name} has a story of its own, told at length so that it counts as text. `.repeat(12);

/** A page of text with links. */
export const article = (name: string, ...links: readonly string[]): Page => ({
  body: `<title>${name}</title><article><p>${prose(name)}</p>${links.map(link => `<a href="${link}">on</a>`).join(' ')}</article>`,
});

export const plainText = (body: string): Page => ({ type: 'text/plain', body });
