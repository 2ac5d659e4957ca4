/**
 * The bundled web on one loopback port: `fixtures/sites/<name>/`, each folder a host of its own, told apart by the Host field. A file is served at
 * its path; `site.json` says what is answered otherwise. Everything asked is remembered, so that a test can see the crawler from the other side.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { readSiteFile, siteFileName, siteInvalid } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';

/** One request as it arrived. */
export interface RequestSeen {
  /** Wall clock, ms. */
  readonly at: number;
  readonly method: string;
  /** Value of the Host field, in lower case. */
  readonly host: string;
  /** As asked, query included. */
  readonly path: string;
  /** By lower-case name; a field that was sent twice has two values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

export interface ServedSites {
  readonly port: number;
  /** The home page of each site, in order of folder name. */
  readonly seeds: readonly string[];
  /** In order of arrival; grows. */
  readonly requestLog: readonly RequestSeen[];
  close(): Promise<void>;
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.json': 'application/json',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.pdf': 'application/pdf',
};

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | string;
}

interface Site {
  readonly host: string;
  readonly answers: ReadonlyMap<string, Answer>;
}

const notFound: Answer = {
  status: 404,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body: 'There is nothing at this address.\n',
};

/**
 * Serves every site below `folder` until closed; nothing is read from the disk after that.
 * @throws CodedError ERR_SITES_UNREADABLE, ERR_SITE_INVALID (exit 3)
 */
export async function serveSites(folder: string): Promise<ServedSites> {
  const sites = readSites(folder);
  const byHost = new Map(sites.map(site => [site.host, site]));
  const requestLog: RequestSeen[] = [];
  const server = createServer((request, response) => {
    const seen = requestSeen(request);
    requestLog.push(seen);
    answer(response, seen.method, answerTo(byHost.get(seen.host.replace(/:\d+$/, '')), seen));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seeds: sites.map(({ host }) => `http://${host}/`),
    requestLog,
    close: () =>
      new Promise((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function readSites(folder: string): readonly Site[] {
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []));
  } catch (cause) {
    throw new CodedError('ERR_SITES_UNREADABLE', exitCodes.config, `cannot read the sites in \`${folder}\``, {
      next: 'reinstall heed; its package brings them',
      cause,
    });
  }
  return names.sort().map(name => readSite(join(folder, name)));
}

function readSite(folder: string): Site {
  const { host, responses } = readSiteFile(folder);
  const answers = filesOf(folder);
  for (const [path, { status = 200, headers = [], body, file }] of Object.entries(responses)) {
    const stored = file === undefined ? answers.get(path) : answers.get(`/${file}`);
    if (file !== undefined && !stored) throw siteInvalid(folder, `\`${path}\` names the file \`${file}\`, which is not there`);
    const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type');
    const own = isTyped ? [] : (stored ?? notFound).headers;
    answers.set(path, { status, headers: [...own, ...headers], body: body ?? stored?.body ?? '' });
  }
  return { host, answers };
}

/** Every file of the folder by the path it is served at. */
function filesOf(folder: string): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(folder.length).split(sep).join('/');
    if (!entry.isFile() || path === `/${siteFileName}`) continue;
    const type = mediaTypes[extname(path)] ?? 'application/octet-stream';
    const found: Answer = { status: 200, headers: [['Content-Type', type]], body: readFileSync(file) };
    answers.set(path, found);
    if (path.endsWith('/index.html')) answers.set(path.slice(0, -'index.html'.length), found);
  }
  return answers;
}

function requestSeen({ method = '', url = '', headersDistinct }: IncomingMessage): RequestSeen {
  const headers = Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values ?? []]));
  return { at: Date.now(), method, host: (headers.host?.[0] ?? '').toLowerCase(), path: url, headers };
}

/** The longest listed form of the path: with its query, or else without. */
const answerTo = (site: Site | undefined, { path }: RequestSeen): Answer =>
  site?.answers.get(path) ?? site?.answers.get(path.split('?', 1)[0] ?? '') ?? notFound;

function answer(response: ServerResponse, method: string, { status, headers, body }: Answer): void {
  const isRead = method === 'GET' || method === 'HEAD';
  response.writeHead(isRead ? status : 405, isRead ? headers.flat() : ['Allow', 'GET, HEAD']);
  response.end(isRead && method !== 'HEAD' ? body : undefined);
}
