import type { Evidence, Exchange, MechanismId, Reading, Retrieval, SignalId } from '../../vocab/index.ts';
import { latin1View } from '../bytes.ts';
import { anomaly, citeAbsence, citeStatus } from '../cite.ts';
import { isHtml } from './rsl/obtain.ts';

export interface WellknownKind {
  readonly id: SignalId;
  readonly mechanism: MechanismId;
  readonly spec: string;
  /** As it is called where it was looked for, e.g. `tdmrep.json`. */
  readonly name: string;
}

export interface WellknownFile {
  readonly exchange: Exchange;
  readonly retrieval: Extract<Retrieval, { outcome: 'successful' }>;
  readonly body: Uint8Array;
  /** The body is only the beginning of the file, or more than we read. */
  readonly isCut: boolean;
}

export const maxWellknownBytes = 1_048_576;

/**
 * The file a declaration signal reads, or what it reads where there is none. 404, 410: nothing is stated. Other 4xx: silent, with an anomaly that
 * no strict policy calls clean. 3xx, 429, 5xx, network: unreached. A file that robots.txt closes is silent: the site closed its own carrier.
 */
export function openWellknown(kind: WellknownKind, exchange: Exchange): WellknownFile | Reading {
  const { id, mechanism, spec, name } = kind;
  const { retrieval } = exchange;
  const absence = (looked: string): Evidence => citeAbsence(id, exchange, looked, spec);
  switch (retrieval.outcome) {
    case 'successful': {
      const { body, truncated, bodyNotRead } = retrieval;
      const isCut = truncated || bodyNotRead !== undefined || body.length > maxWellknownBytes;
      return isCut || hasText(body)
        ? { exchange, retrieval, body, isCut }
        : silentWith(kind, exchange, 'empty', `text in ${name}`);
    }
    case 'unavailable': {
      const { status } = retrieval;
      if (status < 400) return { state: 'unread', why: 'unreachable', looked: citeStatus(id, exchange, status, spec) };
      const looked = absence(`${name} (status ${status})`);
      const isAbsent = status === 404 || status === 410;
      const refused = isAbsent ? [] : [anomaly(`${mechanism}.access-refused`, 'ignored', looked, `status ${status}`)];
      return { state: 'silent', looked, anomalies: refused };
    }
    case 'unreachable':
      return { state: 'unread', why: 'unreachable', looked: absence(`answer to ${name}`) };
    case 'not-attempted': {
      if (retrieval.why !== 'closed-by-robots')
        return { state: 'unread', why: 'not-attempted', looked: absence(`request for ${name}`) };
      const looked = absence(`${name} that robots.txt lets us fetch`);
      return { state: 'silent', looked, anomalies: [anomaly(`${mechanism}.closed-by-robots`, 'none', looked)] };
    }
  }
}

/** Silence where something stood that is no declaration of this kind: said aloud, so that a strict policy does not call it clean. */
export function silentWith({ id, mechanism, spec }: WellknownKind, exchange: Exchange, code: string, looked: string): Reading {
  const evidence = citeAbsence(id, exchange, looked, spec);
  return { state: 'silent', looked: evidence, anomalies: [anomaly(`${mechanism}.${code}`, 'ignored', evidence)] };
}

/** Something stood there that cannot be read as what it claims to be. */
export function unreadable({ id, mechanism, spec, name }: WellknownKind, exchange: Exchange, code: string): Reading {
  const looked = citeAbsence(id, exchange, `readable ${name}`, spec);
  return { state: 'unreadable', looked, anomalies: [anomaly(`${mechanism}.${code}`, 'ignored', looked)] };
}

/**
 * A page in the file's place (the catch-all of a single-page application). A declaration that is merely labelled as HTML is none, and where the end is missing
 * the label alone does not tell: what was claimed may have stood there.
 */
export const isCatchAll = ({ body, retrieval, isCut }: WellknownFile, claims: RegExp): boolean =>
  isHtml(body) || (!isCut && isLabelledHtml(retrieval.fields) && !claims.test(latin1View(body, 0, maxWellknownBytes)));

function isLabelledHtml(fields: WellknownFile['retrieval']['fields']): boolean {
  const type = fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return /^\s{0,9}(text\/html|application\/xhtml\+xml)\b/i.test(type);
}

/** Octets of a UTF-8 byte order mark at the start. */
export const byteOrderMark = (body: Uint8Array): number => (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0);

const whiteSpace = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]);
const hasText = (body: Uint8Array): boolean => body.subarray(byteOrderMark(body)).some(octet => !whiteSpace.has(octet));
