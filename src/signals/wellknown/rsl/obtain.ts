import type { Exchange } from '../../../vocab/index.ts';
import { latin1View } from '../../bytes.ts';
import { parseXml, type XmlBudget, type XmlFault, xmlBudget, xmlLimits } from '../../xml.ts';
import { type DecodedText, decodeXml } from '../../xml-source.ts';
import { type RslDocument, readDocument } from './document.ts';

export const maxLicenseBytes = 1_048_576;

export type LicenseFault = XmlFault | 'truncated' | 'encoding' | 'not-rsl';

/** Octets as a licence document. Pure and bounded; a fault means that something is there and cannot be read as what it claims to be. */
export type ParsedLicense = { readonly document: RslDocument; readonly decoded: DecodedText } | { readonly fault: LicenseFault };

export type Obtained =
  | { readonly kind: 'document'; readonly document: RslDocument; readonly decoded: DecodedText; readonly body: Uint8Array }
  | { readonly kind: 'unreadable'; readonly fault: LicenseFault }
  /** Declared, and not to be had: 4xx, 5xx, network, or a page of HTML in its place. */
  | { readonly kind: 'unobtainable'; readonly why: string }
  | { readonly kind: 'closed-by-robots' }
  | { readonly kind: 'not-attempted' };

/** What the licences of one page may hold and cost together. */
export interface LicenseBudget {
  octets: number;
  readonly xml: XmlBudget;
}

export const licenseBudget = (): LicenseBudget => ({ octets: maxLicenseBytes, xml: xmlBudget() });

export function obtain({ retrieval }: Exchange, budget: LicenseBudget): Obtained {
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
      const parsed = parseOnce(body, charsetOf(contentType), budget);
      if (!('fault' in parsed)) return { kind: 'document', ...parsed, body };
      // What calls itself HTML and is no RSL does not claim to be a licence.
      return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? '')
        ? { kind: 'unobtainable', why: 'an HTML page' }
        : { kind: 'unreadable', fault: parsed.fault };
    }
  }
}

export function parseLicense(octets: Uint8Array, charset: string | null, budget: LicenseBudget): ParsedLicense {
  if (octets.length > budget.octets) return { fault: 'too-large' };
  budget.octets -= octets.length;
  const decoded = decodeXml(octets, charset);
  if (!decoded) return { fault: 'encoding' };
  const parsed = parseXml(decoded.text, budget.xml);
  if ('fault' in parsed) return parsed;
  const document = readDocument(parsed.root);
  return document ? { document, decoded } : { fault: 'not-rsl' };
}

interface Known {
  readonly charset: string | null;
  readonly parsed: ParsedLicense;
  /** Without end where it is more than any page may cost. */
  readonly work: number;
}

const known = new WeakMap<Uint8Array, Known>();

/** Memoised by the identity of the body: ten thousand URLs of a site share one licence. What it cost once counts each time, so that answers stay the same. */
function parseOnce(body: Uint8Array, charset: string | null, budget: LicenseBudget): ParsedLicense {
  const { xml } = budget;
  const before = known.get(body);
  if (before?.charset === charset) {
    if (body.length > budget.octets) return { fault: 'too-large' };
    budget.octets -= body.length;
    const isTooMuch = before.work > xml.work;
    xml.work = isTooMuch ? 0 : xml.work - before.work;
    return isTooMuch ? { fault: 'too-large' } : before.parsed;
  }
  const left = xml.work;
  const parsed = parseLicense(body, charset, budget);
  const isTooLarge = 'fault' in parsed && parsed.fault === 'too-large';
  if (!isTooLarge) known.set(body, { charset, parsed, work: left - xml.work });
  else if (left === xmlLimits.maxWork) known.set(body, { charset, parsed, work: Number.POSITIVE_INFINITY });
  return parsed;
}

const charsetOf = (contentType: string | undefined): string | null =>
  /;\s{0,9}charset\s{0,9}=\s{0,9}"?([A-Za-z0-9._-]{1,40})/i.exec(contentType?.slice(0, 512) ?? '')?.[1] ?? null;

/** A page served in the licence's place (a catch-all of a single-page application): its first tag says so. */
export const isHtml = (body: Uint8Array): boolean =>
  /^(\u00ef\u00bb\u00bf)?\s{0,512}(<\?xml[^>]{0,200}>\s{0,512})?(<!--[^>]{0,1000}-->\s{0,512})?<(!doctype\s{1,99}html|html|head|body)\b/i.test(
    latin1View(body, 0, 2_048),
  );
