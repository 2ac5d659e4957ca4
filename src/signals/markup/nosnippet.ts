/**
 * Parts of a page marked `data-nosnippet` (Google, robots meta tag reference, October 2019).
 * https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag#data-nosnippet-attr
 *
 * Reads: the attribute, whatever its value, on any element; from the start tag to the matching end tag of that name, else to the end of the page.
 * Precedence: none; a part says nothing of the page. Its text is not for direct input to AI answers: policies that hear everything leave it out.
 *
 * Known departures: Google heeds the attribute on `span`, `div` and `section` only. On `body` or `html` it marks the whole page: then it is read like
 * `nosnippet`, leniently. An element whose end tag may be left out, and is, reaches to the end of the page.
 */
import type { Reading, Signal } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { refusal } from '../refusal.ts';
import { citeTag, openMarkup, scanPage, settleWhole } from './open.ts';

const id = 'markup.data-nosnippet';
const spec = 'Google data-nosnippet';
const looked = 'element marked data-nosnippet';

export const markupDataNosnippet: Signal = {
  id,
  stage: 'body',
  bearsOn: ['train-ai', 'ai-use'],
  read: ({ page }, { about }): Reading => {
    const opened = openMarkup(id, page, looked, spec);
    if ('state' in opened) return opened;
    const { body, scan, absence } = opened;
    if (scan.marked.length === 0) return settleWhole(opened, { state: 'silent', looked: absence, anomalies: [] });
    const cited = scan.marked.map(({ tag }) => citeTag(id, opened.page, body, tag, '[data-nosnippet]', spec));
    const whole = cited.filter((_, index) => isWhole(scan.marked[index]?.tag.element));
    const statements = whole.slice(0, 1).map(evidence => refusal(about, about === 'ai-use' ? 'lenient' : 'implied', evidence));
    const [first] = cited;
    const parts = first ? [anomaly('markup.nosnippet-part', 'none', first, String(cited.length))] : [];
    const reading: Reading = isNonEmpty(statements)
      ? {
          state: 'read',
          statements,
          anomalies: about === 'ai-use' ? [anomaly('markup.lenient-restriction', 'restricts', statements[0].evidence)] : [],
        }
      : { state: 'silent', looked: first ?? absence, anomalies: parts };
    return settleWhole(opened, reading);
  },
};

const isWhole = (element: string | undefined): boolean => element === 'body' || element === 'html';

/**
 * Octets of the body that are marked, in order and without overlap: what a reader who hears the mark leaves out of the text.
 * @param contentType field value as received
 */
export function nosnippetRanges(body: Uint8Array, contentType?: string): readonly (readonly [start: number, end: number])[] {
  const scan = scanPage(body, contentType);
  if ('why' in scan) return [];
  const ranges: (readonly [number, number])[] = [];
  for (const { start, end } of scan.marked) {
    // In order of their start tags: one that begins inside another adds to it at most.
    const last = ranges.at(-1);
    if (last && start < last[1]) ranges[ranges.length - 1] = [last[0], Math.max(last[1], end)];
    else ranges.push([start, end]);
  }
  return ranges;
}
