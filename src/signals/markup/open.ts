import {
  type Anomaly,
  contentTypeOf,
  declaredType,
  type Evidence,
  type Exchange,
  isNonEmpty,
  type Reading,
  type SignalId,
} from '../../vocab/index.ts';
import { anomaly, citeAbsence, quoteBytes, sourceOf } from '../cite.ts';
import { onceFor, onceForEach } from '../once.ts';
import { openPage } from '../open-page.ts';
import { settleUnseen } from '../refused.ts';
import { type MarkupScan, type StartTag, scanMarkup } from './elements.ts';
import { isUntyped, type NoView, viewOf } from './view.ts';

export interface Markup {
  readonly page: Exchange;
  readonly body: Uint8Array;
  readonly scan: MarkupScan;
  readonly isTruncated: boolean;
  /** What is cited where nothing is found. */
  readonly absence: Evidence;
}

type Scanned = MarkupScan | NoView;

const lastScan = onceFor<Uint8Array, string | undefined, Scanned>();

/** Memoised by the identity of the body: all markup signals share one scan. @param contentType field value as received */
export const scanPage = (body: Uint8Array, contentType: string | undefined): Scanned =>
  lastScan(body, [contentType], () => {
    const view = viewOf(body, contentType);
    return 'why' in view ? view : scanMarkup(view);
  });

/**
 * The markup of the page, or what a markup signal reads where there is none: an error page is not the page, another media type has no markup, and
 * HTML that begins like an image cannot be read as what it claims to be.
 */
export function openMarkup(id: SignalId, page: Exchange | null, looked: string, spec: string): Markup | Reading {
  return page === null ? openEach(id, page, looked, spec) : oncePerSignal(page, id, () => openEach(id, page, looked, spec));
}

/** Of a signal what is looked for and the specification are always the same. */
const oncePerSignal = onceForEach<Exchange, SignalId, Markup | Reading>();

function openEach(id: SignalId, page: Exchange | null, looked: string, spec: string): Markup | Reading {
  const opened = openPage(id, page, looked, spec);
  if ('state' in opened) return opened;
  const { absence, retrieval } = opened;
  const { body, fields, truncated, bodyNotRead } = retrieval;
  const contentType = contentTypeOf(fields);
  const scan = scanPage(body, contentType);
  const why = 'why' in scan ? scan.why : null;
  if (bodyNotRead !== undefined && (why !== 'not-markup' || isUntyped(contentType)))
    return { state: 'unread', why: 'not-attempted', looked: absence };
  if (!('why' in scan)) return { page: opened.page, body, scan, isTruncated: truncated, absence };
  if (why !== 'not-markup')
    return { state: 'unreadable', looked: absence, anomalies: [anomaly(`markup.${why}`, 'ignored', absence)] };
  // Cut before its first character could tell.
  if (truncated && isUntyped(contentType)) return { state: 'unreadable', looked: absence, anomalies: [cutOff(absence)] };
  const elsewhere = citeAbsence(id, opened.page, `${looked} in ${typeForHumans(contentType)}`, spec);
  return { state: 'silent', looked: elsewhere, anomalies: [] };
}

const typeForHumans = (contentType: string | undefined): string =>
  /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.exec(declaredType(contentType))?.[0] ?? 'a body of no media type';

const cutOff = (absence: Evidence): Anomaly => anomaly('markup.cut-off', 'ignored', absence);

/** A reading of a page of which something is missing: a refusal that was read stands; anything else may have been refused in the rest. */
export function settleWhole({ page, body, scan, isTruncated, absence }: Markup, reading: Reading): Reading {
  const { leftOut } = scan;
  if (!isTruncated && !leftOut) return reading;
  const missing: Anomaly[] = [
    ...(isTruncated ? [cutOff(absence)] : []),
    ...(leftOut
      ? [
          anomaly(
            'markup.too-many-elements',
            'ignored',
            citeTag(absence.signal, page, body, leftOut, leftOut.element, absence.spec),
          ),
        ]
      : []),
  ];
  return isNonEmpty(missing) ? settleUnseen(reading, absence, missing) : reading;
}

/** A start tag as evidence. @param selector CSS selector of such elements, without words of the page */
export function citeTag(
  id: SignalId,
  page: Exchange,
  body: Uint8Array,
  { start, end }: StartTag,
  selector: string,
  spec: string,
): Evidence {
  return {
    signal: id,
    source: sourceOf(page),
    locator: { kind: 'element', selector, bytes: [start, end] },
    quote: quoteBytes(body, start, end),
    spec,
  };
}
