import { declaredType } from '../vocab/index.ts';
import { decodeText, settleEncoding } from './decode.ts';
import { elementNames, selfEndingElements, voidElements } from './elements.ts';
import { decodeReferences } from './entities.ts';
import { jsonLdLicenses } from './json-ld.ts';
import { type PageScan, type RawScan, scanLimits, tokensOf } from './page-scan.ts';
import { resolveScan } from './scan-resolve.ts';
import { SkippingTokenizer } from './skipping-tokenizer.ts';

/**
 * Links and page metadata in one pass. Linear in the body, whatever the nesting: the tokenizer keeps no element stack. The pass runs over
 * the bytes themselves, and only attribute values that are not ASCII are decoded; UTF-16 and ISO-2022-JP, in which an ASCII byte may be
 * half of a character, are decoded first. Anything else than HTML or XHTML has no links.
 */
export function scanPage(body: Uint8Array, contentType: string | undefined, url: string): PageScan {
  const mediaType = declaredType(contentType);
  if (mediaType !== '' && mediaType !== 'text/html' && mediaType !== 'application/xhtml+xml') {
    return { links: [], baseHref: url, licenses: [], nofollowFor: [], maxDepth: 0 };
  }
  const raw = tokenize(sourceOf(body, contentType), mediaType === 'application/xhtml+xml');
  return resolveScan(raw, url);
}

/** Markup by position, and the text between two positions. */
interface Source {
  readonly view: string;
  slice(start: number, end: number): string;
}

function sourceOf(body: Uint8Array, contentType: string | undefined): Source {
  const { encoding } = settleEncoding(body, contentType);
  if (encoding.startsWith('utf-16') || encoding === 'iso-2022-jp') {
    const view = decodeText(body, contentType).text;
    return { view, slice: (start, end) => view.slice(start, end) };
  }
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const decoder = new TextDecoder(encoding);
  return {
    view,
    slice(start, end) {
      const octets = view.slice(start, end);
      return /^[\x01-\x7f]*$/.test(octets) ? octets : decoder.decode(body.subarray(start, end)).replaceAll('\0', '\uFFFD');
    },
  };
}

/** Elements whose attributes are read. `frame` because an old frame set has no other way to its pages. */
const readElements: ReadonlySet<string> = new Set(['a', 'area', 'link', 'base', 'meta', 'html', 'frame', 'script']);
const readAttributes: ReadonlySet<string> = new Set([
  'href',
  'src',
  'rel',
  'lang',
  'http-equiv',
  'content',
  'name',
  'property',
  'type',
]);

function tokenize(source: Source, isXhtml: boolean): RawScan {
  const scan: RawScan = { links: [], licenses: [], nofollowFor: new Set(), maxDepth: 0 };
  const seen = new Set<string>();
  const attributes = new Map<string, string>();
  let element = '';
  let isRead = false;
  let attribute = '';
  let value = '';
  let depth = 0;
  let isTitle = false;
  let isJsonLd = false;

  const append = (piece: string): void => {
    if (value.length <= scanLimits.maxHrefChars) value += piece;
  };
  const finishTag = (isEmpty: boolean): void => {
    if (isRead) gather(scan, seen, element, attributes);
    isTitle = element === 'title' && scan.title === undefined && !isEmpty;
    if (isTitle) scan.title = '';
    isJsonLd = element === 'script' && attributes.get('type')?.trim().toLowerCase() === 'application/ld+json';
    if (!isEmpty && isNesting(element)) {
      depth += 1;
      if (depth > scan.maxDepth) scan.maxDepth = depth;
    }
  };
  const tokenizer = new SkippingTokenizer(
    { decodeEntities: false, recognizeSelfClosing: isXhtml },
    {
      onopentagname(start, end) {
        element = nameAt(source.view, start, end);
        isRead = readElements.has(element);
        if (attributes.size > 0) attributes.clear();
      },
      onattribname(start, end) {
        attribute = '';
        value = '';
        if (!isRead || end - start > maxNameChars) return;
        const name = source.view.slice(start, end).toLowerCase();
        // The first attribute of a name counts (WHATWG HTML §13.2.5.33).
        if (readAttributes.has(name) && !attributes.has(name)) attribute = name;
      },
      onattribdata(start, end) {
        if (attribute !== '') append(source.slice(start, Math.min(end, start + scanLimits.maxHrefChars + 1)));
      },
      // References are decoded in what is kept only: without them the tokenizer skips from tag to tag.
      onattribentity() {},
      onattribend() {
        if (attribute === '') return;
        if (value.length <= scanLimits.maxHrefChars) attributes.set(attribute, decodeReferences(value, 'attribute'));
        else scan.truncatedBy ??= 'attribute-size';
      },
      onopentagend: () => finishTag(false),
      onselfclosingtag: () => finishTag(isXhtml),
      onclosetag(start, end) {
        isTitle = false;
        isJsonLd = false;
        if (depth > 0 && isNesting(nameAt(source.view, start, end))) depth -= 1;
      },
      ontext(start, end) {
        if (isJsonLd && end - start <= scanLimits.maxJsonLdChars) {
          for (const license of jsonLdLicenses(source.slice(start, end))) addLicense(scan, license);
        }
        if (isTitle)
          addTitle(scan, decodeReferences(source.slice(start, Math.min(end, start + 4 * scanLimits.maxTitleChars)), 'text'));
      },
      ontextentity() {},
      oncdata() {},
      oncomment() {},
      ondeclaration() {},
      onprocessinginstruction() {},
      onend() {},
    },
  );
  tokenizer.write(source.view);
  tokenizer.end();
  return scan;
}

const maxNameChars = 32;

/** In lower case; of a known name the one copy, whose hash need not be computed again for each set it is looked for in. */
function nameAt(view: string, start: number, end: number): string {
  const name = view.slice(start, Math.min(end, start + maxNameChars)).toLowerCase();
  return elementNames.get(name) ?? name;
}

const isNesting = (name: string): boolean => !voidElements.has(name) && !selfEndingElements.has(name);

function addTitle(scan: RawScan, piece: string): void {
  if ((scan.title?.length ?? 0) < scanLimits.maxTitleChars) scan.title += piece;
}

function gather(scan: RawScan, seen: Set<string>, element: string, attributes: ReadonlyMap<string, string>): void {
  const href = attributes.get(element === 'frame' ? 'src' : 'href');
  const rel = attributes.get('rel') ?? '';
  switch (element) {
    case 'html': {
      const lang = attributes.get('lang');
      if (lang && lang.length <= 35) scan.htmlLang ??= lang;
      return;
    }
    case 'base':
      if (href !== undefined) scan.base ??= href;
      return;
    case 'meta':
      if (attributes.get('http-equiv')?.toLowerCase() === 'refresh') scan.refresh ??= attributes.get('content') ?? '';
      if (isLicenseName(attributes.get('name') ?? attributes.get('property'))) addLicense(scan, attributes.get('content') ?? '');
      addNofollow(scan, attributes);
      return;
    case 'link':
      if (href === undefined) return;
      if (hasToken(rel, 'terms-of-service')) scan.terms ??= href;
      if (hasToken(rel, 'canonical')) scan.canonical ??= href;
      if (hasToken(rel, 'license')) addLicense(scan, href);
      if (!hasToken(rel, 'next') && !hasToken(rel, 'prev')) return;
      break;
    default:
      if (href !== undefined && hasToken(rel, 'license')) addLicense(scan, href);
      if (href !== undefined && hasToken(rel, 'terms-of-service')) scan.terms ??= href;
  }
  if (href === undefined || href.startsWith('#')) return;
  const key = `${rel}\n${href}`;
  if (seen.has(key)) return;
  if (scan.links.length >= scanLimits.maxLinks) {
    scan.truncatedBy ??= 'links';
    return;
  }
  seen.add(key);
  scan.links.push([href, rel]);
}

/** Dublin Core and RDFa names of a licence statement in a `meta` element. */
const licenseNames: ReadonlySet<string> = new Set(['dcterms.license', 'dc.license', 'dcterms:license', 'cc:license', 'license']);
const isLicenseName = (name: string | undefined): boolean => licenseNames.has((name ?? '').trim().toLowerCase());

function addLicense(scan: RawScan, href: string): void {
  if (scan.licenses.length < scanLimits.maxLicenses && !scan.licenses.includes(href)) scan.licenses.push(href);
}

/** Any way in which a robots meta is known to be written counts: it restricts only. `none` is `noindex, nofollow`. */
function addNofollow({ nofollowFor }: RawScan, attributes: ReadonlyMap<string, string>): void {
  // `max-image-preview: none` is another matter.
  const content = (attributes.get('content') ?? '').replace(/:\s*none/gi, '');
  if (!/(?:^|[\s,;])(?:no[-_]?follow|none)(?:$|[\s,;:=])/i.test(content)) return;
  const written = attributes.get('name') ?? attributes.get('property') ?? attributes.get('http-equiv') ?? '';
  for (const name of written.toLowerCase().split(/[\s,;]+/)) {
    // Names beyond the limit could hide the one that matters.
    if (name !== '') nofollowFor.add(nofollowFor.size < scanLimits.maxNofollowNames ? name : 'robots');
  }
}

const hasToken = (rel: string, token: string): boolean => rel !== '' && tokensOf(rel).includes(token);
