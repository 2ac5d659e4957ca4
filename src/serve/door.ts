/**
 * The door of `heed serve`: read-only pages for people and numbers for machines. On this machine unless an address is given, and then only for
 * who knows the secret. What a web page of somebody else can make a browser send is refused: by a name that is not ours (421), from another
 * origin (403). GET and HEAD, and one POST that exchanges the secret for a cookie.
 */
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { CodedError, exitCodes } from '../vocab/index.ts';
import { type Access, createAccess } from './access.ts';
import { createLive } from './live.ts';
import { baseOf, isLoopback, isOurName, listening, placeOf } from './place.ts';

export interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export interface Route {
  /** Also for who does not know the secret: for probes, whose answers are a few words of ours. */
  readonly isOpen?: boolean;
  readonly answer: (query: URLSearchParams) => Promise<Page> | Page;
}

export interface DoorOptions {
  /** `[ADDRESS:]PORT`; port 0 takes a free one. */
  readonly listen: string;
  /** Host names it may be asked by besides addresses and `localhost`. */
  readonly names: readonly string[];
  readonly secret: string | undefined;
  /** By path. */
  readonly routes: ReadonlyMap<string, Route>;
  /** What the page of `/events` tells its readers, JSON on one line. */
  readonly live: () => Promise<string>;
  /** The form that asks for the secret. */
  readonly loginPage: (isWrong: boolean) => string;
  /** Wall time, ms since epoch. */
  readonly wallClock: () => number;
  readonly onAnswer?: (status: number) => void;
}

export interface Door {
  /** `http://127.0.0.1:9465`, without a path. */
  readonly url: string;
  readonly liveReaders: number;
  close(): Promise<void>;
}

/** Nothing from elsewhere, nothing inline, in nobody's frame, kept by nobody. */
const shield: OutgoingHttpHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // With none at all, our own form would be sent with the origin `null`.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const plainText = 'text/plain; charset=utf-8';
const markup = 'text/html; charset=utf-8';
const maxTargetLength = 4_096;
const maxFormBytes = 4_096;
/** From the last octet of the request to the last one of the answer. */
const answerWithinMs = 30_000;

const said = (status: number, text: string): Page => ({ status, type: plainText, text: `${text}\n` });

/**
 * @throws CodedError ERR_TOKEN_MISSING (exit 3) where others than this machine could ask and no secret is set; ERR_LISTEN (exit 3)
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const place = placeOf(options.listen);
  if (!isLoopback(place) && options.secret === undefined) {
    throw new CodedError('ERR_TOKEN_MISSING', exitCodes.config, `\`${options.listen}\` can be reached from other machines`, {
      next: 'pass --token-file FILE with a secret of at least 24 characters, or listen on 127.0.0.1',
    });
  }
  const access = createAccess(options.secret, options.wallClock);
  const live = createLive(options.live);
  const server = createServer(
    {
      maxHeaderSize: 8_192,
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      keepAliveTimeout: 5_000,
      // By default the two limits above would be looked at every half minute.
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      response.on('close', () => options.onAnswer?.(response.statusCode));
      const deadline = setTimeout(() => response.destroy(), answerWithinMs);
      response.on('close', () => clearTimeout(deadline));
      void answer(request, response).catch(() => {
        if (!response.headersSent) send(request, response, said(500, 'this could not be answered'));
        else response.destroy();
      });

      async function answer(asked: IncomingMessage, to: ServerResponse): Promise<void> {
        const refusal = refusalOf(asked, options.names);
        if (refusal) return send(asked, to, refusal, { connection: 'close' });
        const { path, query } = targetOf(asked);
        if (asked.method === 'POST') return enter(asked, to, access, options);
        const route = options.routes.get(path);
        if (!access.isKnown(asked.headers) && route?.isOpen !== true) return challenge(asked, to, options);
        if (path === '/login') return send(asked, to, { status: 303, type: plainText, text: '' }, { location: '/' });
        if (path === '/events') {
          if (asked.method === 'HEAD') return send(asked, to, said(405, 'GET only'));
          clearTimeout(deadline);
          to.writeHead(200, { ...shield, 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
          if (!live.add(to)) to.end();
          return;
        }
        if (!route) return send(asked, to, said(404, 'there is nothing here'));
        send(asked, to, await route.answer(query));
      }
    },
  );
  server.maxConnections = 64;
  server.maxRequestsPerSocket = 1_000;
  await listening(server, place).catch(cause => {
    throw new CodedError('ERR_LISTEN', exitCodes.config, `cannot listen on \`${options.listen}\`: ${(cause as Error).message}`, {
      next: 'choose another --listen, or 0 for any free port',
      cause,
    });
  });
  return {
    url: baseOf(server),
    get liveReaders() {
      return live.readers;
    },
    close: () =>
      new Promise(resolve => {
        live.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(request: IncomingMessage, response: ServerResponse, page: Page, headers: OutgoingHttpHeaders = {}): void {
  const body = Buffer.from(page.text);
  response.writeHead(page.status, { ...shield, 'content-type': page.type, 'content-length': body.length, ...headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function targetOf({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const at = url.indexOf('?');
  return at < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}

/** What is wrong with a request whoever sends it; undefined where nothing is. */
function refusalOf(request: IncomingMessage, names: readonly string[]): Page | undefined {
  const { method = '', url = '', headers } = request;
  if (!isOurName(headers.host, names)) return said(421, 'ask by address, as localhost, or by a name of --server-name');
  if (url.length > maxTargetLength) return said(414, `longer than ${maxTargetLength} characters`);
  if (!url.startsWith('/') || url.startsWith('//')) return said(400, 'the target must be a path');
  if (isForeign(headers.origin, headers.host) || isSentByOthers(request))
    return said(403, 'only pages of this server may ask this');
  if (method === 'GET' || method === 'HEAD') return undefined;
  return method === 'POST' && url === '/login' ? undefined : said(405, 'GET and HEAD only');
}

/** `null` is the origin of a page that has none, and so not ours. */
function isForeign(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return false;
  const from = URL.parse(origin);
  return from === null || URL.parse(`${from.protocol}//${host}`)?.host !== from.host;
}

/** A link from elsewhere may be followed; scripts, images and frames of elsewhere may ask nothing. */
const isSentByOthers = ({ headers }: IncomingMessage): boolean =>
  ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site'])) &&
  !(headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document');

function challenge(request: IncomingMessage, response: ServerResponse, { loginPage }: DoorOptions): void {
  const wantsPage = String(request.headers.accept ?? '').includes('text/html');
  const page = wantsPage
    ? { status: 401, type: markup, text: loginPage(false) }
    : said(401, 'send Authorization: Bearer and the secret');
  send(request, response, page, { 'www-authenticate': 'Bearer' });
}

async function enter(request: IncomingMessage, response: ServerResponse, access: Access, options: DoorOptions): Promise<void> {
  // A form of another site carries its Origin, a form of ours carries ours: without one it was no browser's, and those have the header field.
  if (request.headers.origin === undefined)
    return send(request, response, said(403, 'only the form of this server may be sent here'));
  const form = await formOf(request);
  if (form === undefined) return send(request, response, said(413, `more than ${maxFormBytes} octets`), { connection: 'close' });
  const cookie = access.enter(form.get('secret') ?? '', request.headers.origin.startsWith('https:'));
  if (cookie === undefined) return send(request, response, { status: 401, type: markup, text: options.loginPage(true) });
  send(request, response, { status: 303, type: plainText, text: '' }, { location: '/', 'set-cookie': cookie });
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxFormBytes) return undefined;
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}
