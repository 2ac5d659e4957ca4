/**
 * RSL 1.0 licence in the markup (§4.4). https://rslstandard.org/rsl
 *
 * Reads: `<link rel="license" type="application/rsl+xml" href="…">` as a pointer, `<script type="application/rsl+xml">` as a licence of its own.
 * Precedence: none; a pointer states no preference. What it leads to, and inline licences, are judged by `wellknown.rsl`.
 * In the head the licence is that of the page; elsewhere it is that of the element around it: it refuses for the page, and grants nothing.
 *
 * Known departures: what stands in `template`, `noscript`, `select`, `svg` counts as elsewhere, and is lenient. A script without an end tag is a
 * licence that cannot be read, and so is one in UTF-16 without a byte order mark of its own.
 */
import type { Evidence, Exchange, Reading, Signal } from '../../vocab/index.ts';
import { maxLicenseBytes } from '../wellknown/rsl/obtain.ts';
import { type LicensePointer, licenseUrl, maxPointers, rslMediaType } from '../wellknown/rsl/pointer.ts';
import { readPointers } from '../wellknown/rsl/pointer-reading.ts';
import type { LicenseScript } from './elements.ts';
import { citeTag, type Markup, openMarkup, settleWhole } from './open.ts';

const id = 'markup.link-license';
const spec = 'RSL 1.0 §4.4';
const looked = 'link element that names an RSL licence';
const scriptSelector = `script[type="${rslMediaType}"]`;

/** A licence inside the page. */
export interface InlineLicense {
  readonly exchange: Exchange;
  readonly body: Uint8Array;
  /** The document, without the white space around it; empty where the element never ends. */
  readonly octets: Uint8Array;
  /** Octet in `body` at which `octets` begins. */
  readonly start: number;
  readonly attachedTo: 'page' | 'part';
  readonly selector: string;
  /** The element's start tag. */
  readonly evidence: Evidence;
}

export const markupLinkLicense: Signal = {
  id,
  stage: 'body',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm'],
  read: ({ page }, { about }): Reading => {
    const opened = openMarkup(id, page, looked, spec);
    if ('state' in opened) return opened;
    const [script] = opened.scan.scripts;
    const seen = script ? citeTag(id, opened.page, opened.body, script, scriptSelector, spec) : opened.absence;
    return settleWhole(opened, readPointers(pointersIn(opened), about, seen));
  },
};

/** The licences a page's link elements point to; one more than are followed, where there are too many. */
export function markupLicensePointers(page: Exchange): readonly LicensePointer[] {
  const opened = openMarkup(id, page, looked, spec);
  return 'state' in opened ? [] : pointersIn(opened);
}

export function inlineLicenses(page: Exchange): readonly InlineLicense[] {
  const opened = openMarkup(id, page, looked, spec);
  return 'state' in opened ? [] : opened.scan.scripts.map(script => inlineLicense(opened, script));
}

const noPointers: readonly LicensePointer[] = [];

function pointersIn({ page, body, scan }: Markup): readonly LicensePointer[] {
  if (scan.links.length === 0) return noPointers;
  const base = (scan.baseHref === null ? null : URL.parse(scan.baseHref, page.url)?.href) ?? page.url;
  return scan.links.slice(0, maxPointers + 1).map(link => {
    const href = link.attributes.get('href');
    return {
      url: href === undefined || href.trim() === '' ? null : licenseUrl(href, base),
      attachedTo: link.place === 'head' ? 'page' : 'part',
      form: link.place === 'doubtful' ? 'lenient' : 'conformant',
      evidence: citeTag(id, page, body, link, 'link[rel~="license"]', spec),
    };
  });
}

function inlineLicense({ page, body }: Markup, script: LicenseScript): InlineLicense {
  const [start, end] = script.content ?? [script.end, script.end];
  const isReadable = end - start <= maxLicenseBytes;
  const from = isReadable ? skipSpace(body, start, end) : start;
  return {
    exchange: page,
    body,
    octets: body.subarray(from, end),
    start: from,
    attachedTo: script.place === 'head' ? 'page' : 'part',
    selector: scriptSelector,
    evidence: citeTag(id, page, body, script, scriptSelector, spec),
  };
}

/** An XML declaration has to stand at the very beginning. */
function skipSpace(body: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09)) at++;
  return at;
}
