import { tidyText } from './block-text.ts';
import { decodeText } from './decode.ts';
import { extractText, maxNestingDepth } from './extract.ts';
import { phoneRegionOf } from './find-phones.ts';
import { type IdentifiedLanguage, identifyLanguage, type LanguageDetector } from './language.ts';
import { type MaskedText, maskPersonalData } from './mask.ts';
import { type TextForm, textFormOf } from './media-type.ts';
import { omitElements } from './omit-elements.ts';
import type { PageScan } from './page-scan.ts';
import { scanPage } from './scan.ts';

/** What becomes a document row. Everything in it is masked already. */
export interface ExtractedDocument {
  readonly outcome: 'document';
  readonly title?: string;
  /** Plain text, one line per block, never empty. */
  readonly text: string;
  readonly language?: IdentifiedLanguage;
  /** How many items of personal data were masked, by class, title included. */
  readonly masked: MaskedText['masked'];
  /** The e-mail addresses among them, as written, each once; only where they were asked for. For the moment only: they are stored nowhere. */
  readonly addresses?: readonly string[];
  /** Canonical WHATWG name in lower case. */
  readonly encoding: string;
  readonly anomalies: readonly string[];
}

export type MadeDocument =
  | ExtractedDocument
  /** There is no text: no letter and no digit is visible. */
  | { readonly outcome: 'empty' }
  /**
   * `media-type`: not HTML, XHTML, plain text or Markdown, by declaration or by its first bytes. `parse`: nested beyond any written page.
   * `encoding`: what came out of decoding is mostly no text.
   */
  | { readonly outcome: 'failed'; readonly why: 'media-type' | 'parse' | 'encoding' };

export interface DocumentSource {
  readonly body: Uint8Array;
  /** The Content-Type field's value, when there is one. */
  readonly contentType?: string;
  /** The page's absolute URL. */
  readonly url: string;
  readonly detector: LanguageDetector;
  /** What `scanPage` found, where the page was scanned already. */
  readonly scan?: Pick<PageScan, 'htmlLang' | 'maxDepth'>;
  /** Elements marked `data-nosnippet` leave the text (a policy's choice). Default: they stay. */
  readonly omitsNosnippet?: boolean;
  /** Names the e-mail addresses that were masked. Default: it does not. */
  readonly collectsAddresses?: boolean;
  /** Runs each stage (`decode`, `extract`, `redact`, `language`); for whoever wants to know where the time goes. */
  readonly measure?: <T>(stage: string, work: () => T) => T;
}

/** Bytes to document: decode, extract, mask, identify. Never throws, whatever the bytes. Call it only after the verdict. */
export function makeDocument({ body, contentType, url, detector, omitsNosnippet, ...source }: DocumentSource): MadeDocument {
  const { measure = (_stage, work) => work() } = source;
  const addresses = source.collectsAddresses ? new Set<string>() : undefined;
  const onEmail = addresses && ((address: string): void => void addresses.add(address));
  const form = textFormOf(body, contentType);
  if (form === undefined) return { outcome: 'failed', why: 'media-type' };
  const { text: decoded, encoding, anomalies } = measure('decode', () => decodeText(body, contentType));
  if (isGarbled(decoded)) return { outcome: 'failed', why: 'encoding' };
  const scan = source.scan ?? scanPage(body, contentType, url);
  const extracted = measure('extract', () => {
    const markup = omitsNosnippet ? withoutNosnippet(decoded, form, scan.maxDepth) : decoded;
    return markup === 'too-deep' ? markup : textOf(markup, form);
  });
  if (extracted === 'too-deep') return { outcome: 'failed', why: 'parse' };

  const region = phoneRegionOf(url, scan.htmlLang);
  const { text, masked: inText } = measure('redact', () => maskPersonalData(extracted.text, region, onEmail));
  if (!/[\p{L}\p{N}]/u.test(text)) return { outcome: 'empty' };
  const title = extracted.title === undefined ? undefined : maskPersonalData(extracted.title, region, onEmail);
  const language = measure('language', () => identifyLanguage(text, detector));
  return {
    outcome: 'document',
    ...(title ? { title: title.text } : {}),
    text,
    ...(language ? { language } : {}),
    masked: title ? addCounts(inText, title.masked) : inText,
    ...(addresses && addresses.size > 0 ? { addresses: [...addresses] } : {}),
    encoding,
    anomalies,
  };
}

function withoutNosnippet(decoded: string, form: TextForm, depth: number): string {
  if (form === 'plain') return decoded;
  if (depth > maxNestingDepth) return 'too-deep';
  return omitElements(decoded, 'data-nosnippet', form === 'xhtml') ?? decoded;
}

function textOf(decoded: string, form: TextForm): { readonly title?: string; readonly text: string } | 'too-deep' {
  if (form === 'plain') return { text: tidyText(decoded) };
  return extractText(decoded, { maxDepth: maxNestingDepth, selfClosing: form === 'xhtml' });
}

/** More than this share of U+FFFD is another encoding than the one declared, or no text at all. */
const maxReplacedShare = 0.1;

function isGarbled(text: string): boolean {
  const allowed = text.length * maxReplacedShare;
  let count = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', at + 1)) {
    count += 1;
    if (count > allowed) return true;
  }
  return false;
}

function addCounts(a: MaskedText['masked'], b: MaskedText['masked']): MaskedText['masked'] {
  const sum = { ...a };
  for (const [kind, count] of Object.entries(b) as [keyof typeof b, number][]) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}
