import { CodedError, exitCodes, type Instant } from '../vocab/index.ts';
import { createSigner, type Signing } from './signature.ts';

/** Who asks. One honest name for every request; there is no second one to switch to. */
export interface Identity {
  readonly product: 'heed';
  readonly version: string;
  /** https URL or e-mail address of whoever answers for the crawl. */
  readonly contact: string;
  /** Named in manifests and reports, not sent. */
  readonly operator?: string;
  /** Sent as the From field (RFC 9110 §10.1.2). */
  readonly from?: string;
  /** Every request is signed with it. */
  readonly signing?: Signing;
}

export interface RequestTarget {
  /** The host that is asked, in lower case, with the port where it is not the scheme's own (RFC 9421 §2.2.3). */
  readonly authority: string;
  readonly at: Instant;
}

/** Conditional request fields (RFC 9110 §13.1): the only ones a caller may add. */
export interface ConditionalFields {
  readonly 'if-none-match'?: string;
  readonly 'if-modified-since'?: string;
}

const defaultAccept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.1';
// What the decoder undoes. `deflate` is understood but not asked for: servers disagree on what it means.
const acceptEncoding = 'gzip, br, zstd';

const mailAddress = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/**
 * The User-Agent field, `heed/<version> (+<contact>)` (RFC 9110 §10.1.5).
 * @throws ERR_IDENTITY where version, contact or From cannot be written into a field
 */
export function userAgent(identity: Identity): string {
  const { version, contact, from } = identity;
  if (!/^[A-Za-z0-9.+_-]+$/.test(version)) throw malformed(version, 'version', 'use letters, digits and dots');
  if (from !== undefined && !mailAddress.test(from)) throw malformed(from, 'From address', 'give an e-mail address');
  return `${identity.product}/${version} (+${contactLink(contact)})`;
}

/** The fields of a request after Host and Connection, names and values alternating, in the order they are sent. Nothing else is ever sent. */
export function requestFields(
  identity: Identity,
): (target: RequestTarget, accept: string | undefined, conditional: ConditionalFields | undefined) => string[] {
  const agent = userAgent(identity);
  const first = ['user-agent', agent, ...(identity.from === undefined ? [] : ['from', identity.from])];
  const signed = identity.signing && createSigner(identity.signing);
  return ({ authority, at }, accept = defaultAccept, conditional) => {
    const fields = [
      ...first,
      'accept',
      accept,
      'accept-encoding',
      acceptEncoding,
      ...(signed?.(authority, Date.parse(at)) ?? []),
    ];
    if (conditional === undefined) return fields;
    // Validators come from the server and from our store. One that cannot be a field value is left out: then the whole page is asked for.
    for (const name of ['if-none-match', 'if-modified-since'] as const) {
      const value = conditional[name];
      if (value !== undefined && /^[\x21-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\xff])?$/.test(value)) fields.push(name, value);
    }
    return fields;
  };
}

function contactLink(contact: string): string {
  if (mailAddress.test(contact)) return `mailto:${contact}`;
  // Parentheses would end the comment; the URL is sent as given.
  if (/^https:\/\/[\x21-\x7e]+$/.test(contact) && !/[()\\"<>]/.test(contact) && URL.canParse(contact)) return contact;
  throw malformed(contact, 'contact', 'give an https URL or an e-mail address');
}

const malformed = (given: string, what: string, next: string): CodedError =>
  new CodedError('ERR_IDENTITY', exitCodes.config, `\`${given}\` is no ${what} that a request can carry`, { next });
