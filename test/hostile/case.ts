import type { Duplex } from 'node:stream';

/** One request as it came in, and the socket to answer on. */
export interface Asked {
  readonly socket: Duplex;
  /** Lower case, without port. */
  readonly host: string;
  /** Path and query as sent. */
  readonly path: string;
  /** How often this path of this host has been asked, this time included. */
  readonly count: number;
  /** The port of this server. */
  readonly port: number;
}

/** Writes whatever a hostile server would: whole messages, halves of them, or nothing. */
export type Say = (asked: Asked) => void;

/** What a TLS host does wrong. */
export type TlsTrick =
  | 'valid'
  | 'self-signed'
  | 'expired'
  | 'not-yet-valid'
  | 'other-name'
  | 'old-version'
  | 'long-chain'
  | 'stall'
  | 'hang-up'
  | 'plain-http'
  | 'only-h2'
  /** Valid for the first connection, expired for every other. */
  | 'changes';

export interface HostileCase {
  /** Its host too: `r23-endless` answers at `r23-endless.test` and below. */
  readonly id: `r${number}-${string}`;
  /** "a server that …", "a robots.txt that …" */
  readonly what: string;
  /** Asked first. Default `http://<id>.test/`; `{port}` stands for the port of this server. */
  readonly url?: string;
  /** Default: 404. */
  readonly robots?: Say;
  /** What `url` and every path that is not named in `files` answers. Default: an ordinary page. */
  readonly page?: Say;
  readonly files?: Readonly<Record<string, Say>>;
  readonly tls?: TlsTrick;
  /** Nothing listens: a connection is refused. */
  readonly isClosed?: boolean;
  /** The URL is about an address that must never be connected to; asked without any permission for private networks. */
  readonly isAddress?: boolean;
  /** Served, and crawled by this test instead: it takes hundreds of requests one after the other. */
  readonly crawledBy?: string;
  /** The reasons heed may end the URL with; `kept` means that a document is stored, everything else that nothing is. */
  readonly ends: string | readonly string[];
  /** URLs that must have a row of their own, with their reasons. */
  readonly others?: Readonly<Record<string, string | readonly string[]>>;
  /** `host/path`: never asked. */
  readonly never?: readonly string[];
  /** How often the first URL is asked: a number, or from one to another where a busy machine may give up earlier. */
  readonly asked?: number | readonly [least: number, most: number];
  /** How many requests its host gets, at most. */
  readonly atMost?: number;
  /** Part of the stored text. */
  readonly says?: string;
  /** For one request alone: how long until it is over, and how much the process may grow. */
  readonly bounds?: { readonly ms: number; readonly growthMiB: number };
  /** Where we differ from the list, or know a limit. */
  readonly note?: string;
}

export interface Row {
  /** Of the list in README.md. */
  readonly row: number;
  readonly title: string;
  readonly cases: readonly HostileCase[];
}

export const urlOf = ({ id, url, tls }: HostileCase, port: number): string =>
  (url ?? `${tls === undefined ? 'http' : 'https'}://${id}.test/`).replaceAll('{port}', String(port));
