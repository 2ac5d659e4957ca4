import type { Exchange } from '../../../vocab/index.ts';
import { latin1View } from '../../bytes.ts';
import { parseXml, type XmlFault } from '../../xml.ts';
import { type DecodedText, decodeXml } from '../../xml-source.ts';
import { type RslDocument, readDocument } from './document.ts';

export const maxLicenseBytes = 1_048_576;

export type LicenseFault = XmlFault | 'too-large' | 'truncated' | 'encoding' | 'not-rsl';

/** Octets as a licence document. Pure and bounded; a fault means that something is there and cannot be read as what it claims to be. */
export type ParsedLicense = { readonly document: RslDocument; readonly decoded: DecodedText } | { readonly fault: LicenseFault };

export type Obtained =
  | { readonly kind: 'document'; readonly document: RslDocument; readonly decoded: DecodedText; readonly body: Uint8Array }
  | { readonly kind: 'unreadable'; readonly fault: LicenseFault }
  /** Declared, and not to be had: 4xx, 5xx, network, or a page of HTML in its place. */
  | { readonly kind: 'unobtainable'; readonly why: string }
  | { readonly kind: 'closed-by-robots' }
  | { readonly kind: 'not-attempted' };

export function obtain({ retrieval }: Exchange): Obtained {
  switch (retrieval.outcome) {
    case 'unavailable':
      return { kind: 'unobtainable', why: `status ${retrieval.status}` };
    case 'unreachable':
      return { kind: 'unobtainable', why: retrieval.status === undefined ? retrieval.cause : `status ${retrieval.status}` };
    case 'not-attempted':
      return { kind: retrieval.why === 'closed-by-robots' ? 'closed-by-robots' : 'not-attempted' };
    case 'successful': {
      const { body, fields, truncated } = retrieval;
      if (isHtml(body)) return { kind: 'unobtainable', why: 'an HTML page' };
      if (truncated) return { kind: 'unreadable', fault: 'truncated' };
      const contentType = fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
      const parsed = parseOnce(body, charsetOf(contentType));
      if (!('fault' in parsed)) return { kind: 'document', ...parsed, body };
      // What calls itself HTML and is no RSL does not claim to be a licence.
      return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? '')
        ? { kind: 'unobtainable', why: 'an HTML page' }
        : { kind: 'unreadable', fault: parsed.fault };
    }
  }
}

export function parseLicense(octets: Uint8Array, charset: string | null): ParsedLicense {
  if (octets.length > maxLicenseBytes) return { fault: 'too-large' };
  const decoded = decodeXml(octets, charset);
  if (!decoded) return { fault: 'encoding' };
  const parsed = parseXml(decoded.text);
  if ('fault' in parsed) return parsed;
  const document = readDocument(parsed.root);
  return document ? { document, decoded } : { fault: 'not-rsl' };
}

const known = new WeakMap<Uint8Array, { readonly charset: string | null; readonly parsed: ParsedLicense }>();

/** Memoised by the identity of the body: ten thousand URLs of a site share one licence. */
function parseOnce(body: Uint8Array, charset: string | null): ParsedLicense {
  const before = known.get(body);
  if (before && before.charset === charset) return before.parsed;
  const parsed = parseLicense(body, charset);
  known.set(body, { charset, parsed });
  return parsed;
}

const charsetOf = (contentType: string | undefined): string | null =>
  /;\s{0,9}charset\s{0,9}=\s{0,9}"?([A-Za-z0-9._-]{1,40})/i.exec(contentType?.slice(0, 512) ?? '')?.[1] ?? null;

/** A page served in the licence's place (a catch-all of a single-page application): its first tag says so. */
export const isHtml = (body: Uint8Array): boolean =>
  /^(\u00ef\u00bb\u00bf)?\s{0,512}(<\?xml[^>]{0,200}>\s{0,512})?(<!--[^>]{0,1000}-->\s{0,512})?<(!doctype\s{1,99}html|html|head|body)\b/i.test(
    latin1View(body, 0, 2_048),
  );
