import type { UnreachableCause } from '../../vocab/index.ts';
import { safeText } from './safe-text.ts';

/** What our side was short of: a way out (no route, no resolver), or file descriptors. */
export type Local = 'network' | 'descriptors';

/** A connection that was not made, with the cause already known. Its code is none of undici's, so the request fails and is not repeated. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  readonly code = 'HEED_CONNECT';
  readonly why: UnreachableCause;
  readonly local: Local | undefined;

  constructor(why: UnreachableCause, detail: string, local?: Local) {
    super(detail);
    this.why = why;
    this.local = local;
  }
}

export interface Failure {
  readonly cause: UnreachableCause;
  readonly local?: Local | undefined;
  /** For logs: codes and words of ours, remote text made safe. */
  readonly detail: string;
}

const causesByCode: Readonly<Record<string, UnreachableCause>> = {
  ETIMEDOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ECONNREFUSED: 'reset',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  EHOSTUNREACH: 'reset',
  EHOSTDOWN: 'reset',
  ENETUNREACH: 'reset',
  ENETDOWN: 'reset',
  EADDRNOTAVAIL: 'reset',
  EACCES: 'reset',
  EMFILE: 'reset',
  ENFILE: 'reset',
  UND_ERR_DESTROYED: 'reset',
  UND_ERR_CLOSED: 'reset',
  UND_ERR_INFO: 'reset',
  // The parser's word for a message that ends in the middle.
  HPE_INVALID_EOF_STATE: 'reset',
  ERR_STREAM_PREMATURE_CLOSE: 'reset',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
};

/** NXDOMAIN (ENOTFOUND) and a refused connection are answers; these are the lack of any. */
const localByCode: Readonly<Record<string, Local>> = {
  EAI_AGAIN: 'network',
  EAI_FAIL: 'network',
  ENETUNREACH: 'network',
  ENETDOWN: 'network',
  EHOSTUNREACH: 'network',
  EADDRNOTAVAIL: 'network',
  EMFILE: 'descriptors',
  ENFILE: 'descriptors',
};

export const localOf = (code: string): Local | undefined => localByCode[code];

/** @param hasHead whether the response's header section had arrived */
export function failureOf(error: unknown, hasHead: boolean): Failure {
  if (error instanceof ConnectFailure) return { cause: error.why, detail: safeText(error.message), local: error.local };
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  const detail = safeText(code === '' ? message : `${code}: ${message}`);
  return { cause: causeOf(code, message, hasHead), detail, local: localOf(code) };
}

/** The code of a system error; several failed attempts (happy eyeballs) count as the first of them. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : '';
}

function causeOf(code: string, message: string, hasHead: boolean): UnreachableCause {
  const known = causesByCode[code];
  if (known) return known;
  if (code === 'UND_ERR_SOCKET') return message.startsWith('bad ') ? 'protocol' : 'reset';
  // Before the header section is complete this means a malformed one (two Content-Length); after it, a body that ended early.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return hasHead ? 'reset' : 'protocol';
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return 'tls';
  return 'protocol';
}
