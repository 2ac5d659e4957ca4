/**
 * RSL 1.0 licence pointer in the Link field (§4.5; RFC 8288). https://rslstandard.org/rsl
 *
 * Reads: `Link: <https://…/license.xml>; rel="license"; type="application/rsl+xml"` of the page's own response, whatever its status.
 * Precedence: none; a pointer states no preference. Where one leads is judged by `wellknown.rsl`, with the pointer as second evidence.
 * `rel=license` of another type is a copyright notice (Creative Commons and the like), not RSL.
 *
 * Known departures: a field line that speaks of `application/rsl+xml` and cannot be parsed so far is unreadable, not silently dropped as RFC 8288
 * would have it. Values in single quotes lead to a licence that can refuse only. A link with an `anchor` elsewhere describes another resource.
 */
import type { Anomaly, Exchange, Reading, Signal } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence, citeField } from '../cite.ts';
import { valuesOf } from '../field-values.ts';
import { type LicensePointer, licenseUrl, maxPointers, rslMediaType } from '../wellknown/rsl/pointer.ts';
import { readPointers } from '../wellknown/rsl/pointer-reading.ts';
import { hasRelation, parameterOf, readLinkValue, type WebLink } from './link.ts';

const id = 'field.link-license';
const spec = 'RSL 1.0 §4.5, RFC 8288 §3';

export const fieldLinkLicense: Signal = {
  id,
  stage: 'fields',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm'],
  read: ({ page }, { about }): Reading => {
    if (page === null) throw new Error(`ERR_SIGNAL_STAGE: ${id} is not read without a page`);
    const looked = citeAbsence(id, page, 'Link field that names an RSL licence', spec);
    if (!hasFields(page)) {
      return { state: 'unread', why: page.retrieval.outcome === 'not-attempted' ? 'not-attempted' : 'unreachable', looked };
    }
    const { pointers, elsewhere, damaged } = readFields(page);
    if (pointers.length === 0 && isNonEmpty(damaged)) return { state: 'unreadable', looked, anomalies: damaged };
    return readPointers(pointers, about, looked, [...elsewhere, ...damaged]);
  },
};

/** The licences a response's Link fields point to. */
export const fieldLicensePointers = (page: Exchange): readonly LicensePointer[] => readFields(page).pointers;

const hasFields = ({ retrieval }: Exchange): boolean => 'fields' in retrieval && retrieval.fields !== undefined;

interface LinkFields {
  readonly pointers: readonly LicensePointer[];
  readonly elsewhere: readonly Anomaly[];
  readonly damaged: readonly Anomaly[];
}

const noLinks: LinkFields = { pointers: [], elsewhere: [], damaged: [] };

function readFields(page: Exchange): LinkFields {
  const values = valuesOf(page, 'link');
  if (values.length === 0) return noLinks;
  const pointers: LicensePointer[] = [];
  const elsewhere: Anomaly[] = [];
  const damaged: Anomaly[] = [];
  for (const [index, value] of values.entries()) {
    if (!value.toLowerCase().includes(rslMediaType) || pointers.length > maxPointers) continue;
    const evidence = citeField(id, page, 'link', index, value, spec);
    const { links, isDamaged } = readLinkValue(value);
    const licenses = links.filter(isRslLicense);
    for (const link of licenses.slice(0, maxPointers + 1)) {
      if (isAnchoredElsewhere(link, page.url)) elsewhere.push(anomaly('rsl.anchored-elsewhere', 'none', evidence));
      else {
        const form = link.isSingleQuoted ? 'lenient' : 'conformant';
        pointers.push({ url: licenseUrl(link.target, page.url), attachedTo: 'page', form, evidence });
      }
    }
    if (isDamaged && licenses.length === 0) damaged.push(anomaly('link.malformed', 'ignored', evidence));
  }
  return { pointers: pointers.slice(0, maxPointers + 1), elsewhere: elsewhere.slice(0, 5), damaged };
}

function isRslLicense(link: WebLink): boolean {
  const type = (parameterOf(link, 'type') ?? '').split(';', 1)[0] ?? '';
  return hasRelation(link, 'license') && type.trim().toLowerCase() === rslMediaType;
}

/** RFC 8288 §3.2: `anchor` moves the link's context; a fragment of the page is still the page. */
function isAnchoredElsewhere(link: WebLink, pageUrl: string): boolean {
  const anchor = parameterOf(link, 'anchor');
  return anchor !== undefined && licenseUrl(anchor, pageUrl) !== licenseUrl('', pageUrl);
}
