/** Every licence a page is under: pointers of three carriers followed, inline documents taken, each content placed (RSL 1.0 §4, §4.9). */
import type { Anomaly, Carriers, Evidence, Exchange, SignalId } from '../../../vocab/index.ts';
import { anomaly, citeAbsence } from '../../cite.ts';
import { fieldLicensePointers } from '../../fields/link-license.ts';
import { type InlineLicense, inlineLicenses, markupLicensePointers } from '../../markup/link-license.ts';
import { robotsLicensePointers } from '../../robots/license.ts';
import { citeElement, type XmlSource } from '../../xml-source.ts';
import type { RslDocument } from './document.ts';
import { type LicenseBudget, licenseBudget, obtain, parseLicense } from './obtain.ts';
import { type LicensePointer, maxPointers } from './pointer.ts';
import { scopeOf } from './scope.ts';
import type { Covering } from './terms.ts';

/** A content that covers the page, with where it was read and what led there. */
export interface Associated extends Covering {
  readonly source: XmlSource;
  readonly pointers: readonly Evidence[];
  /**
   * `lenient`: by a flawed pointer, from a non-conformant document, or with a scope nobody can place; `inherited`: only by pointers in the `*` group
   * although we have a group of our own.
   */
  readonly form: LicensePointer['form'];
  readonly reach: 'page' | 'part' | 'prohibitions-only';
}

interface Missing {
  readonly evidence: Evidence;
  readonly pointers: readonly Evidence[];
}

export interface Associations {
  readonly associated: readonly Associated[];
  /** Declared and not obtained, or not covering: no grant survives it. */
  readonly missing: readonly Missing[];
  readonly unreadable: readonly Anomaly[];
  readonly unread: readonly Evidence[];
  readonly anomalies: readonly Anomaly[];
  /** False when something declared could not be taken into account, whatever the reason. */
  readonly isWhole: boolean;
  readonly pointers: readonly LicensePointer[];
}

interface Draft {
  readonly id: SignalId;
  readonly pageUrl: string;
  readonly associated: Associated[];
  readonly missing: Missing[];
  readonly notCovering: Missing[];
  readonly unreadable: Anomaly[];
  readonly unread: Evidence[];
  readonly anomalies: Anomaly[];
  readonly budget: LicenseBudget;
  /** Of the contents associated so far. */
  size: number;
  isWhole: boolean;
}

const spec = 'RSL 1.0 §4.9';
/** What was looked for in a licence that speaks of other pages only. */
export const notCovering = 'content that covers this page';
const maxQuotedPointers = 4;
/** Licences, terms and tokens that are weighed for one page. */
const maxSize = 1_024;

/** Pointers of every carrier. @param productToken null for those of every group of robots.txt */
export const pointersOf = ({ robots, page }: Carriers, productToken: string | null): readonly LicensePointer[] => [
  ...robotsLicensePointers(robots, productToken),
  ...(page ? [...fieldLicensePointers(page), ...markupLicensePointers(page)] : []),
];

/** Null where nothing is declared anywhere. */
export function associate(id: SignalId, carriers: Carriers, productToken: string): Associations | null {
  const pointers = pointersOf(carriers, productToken);
  const inline = carriers.page ? inlineLicenses(carriers.page) : [];
  if (pointers.length === 0 && inline.length === 0) return null;
  const before = known.get(carriers);
  if (before?.productToken === productToken) return before.found;
  const found = associateAll(id, carriers, pointers, inline);
  known.set(carriers, { productToken, found });
  return found;
}

/** Each use of a page is asked one after the other, and none changes what its licences are. */
const known = new WeakMap<Carriers, { readonly productToken: string; readonly found: Associations }>();

function associateAll(
  id: SignalId,
  carriers: Carriers,
  pointers: readonly LicensePointer[],
  inline: readonly InlineLicense[],
): Associations {
  const binding = pointers.filter(({ form }) => form !== 'inherited');
  const budget = licenseBudget();
  const found = associateAmong(id, carriers, binding, inline, budget);
  const bound = new Set(binding.map(({ url }) => url));
  const inherited = pointers.filter(({ form, url }) => form === 'inherited' && !bound.has(url));
  return inherited.length === 0 ? found : { ...found, ...inherit(found, associateAmong(id, carriers, inherited, [], budget)) };
}

/** What the licences of everyone say joins ours as inherited: it takes no grant away, and a licence that could not be read is a missing one. */
function inherit(ours: Associations, others: Associations): Partial<Associations> {
  const unread = [...others.unreadable.map(({ evidence }) => evidence), ...others.unread];
  const missing = [...others.missing, ...unread.map(evidence => ({ evidence, pointers: [] }))];
  return {
    associated: [...ours.associated, ...others.associated.map(one => ({ ...one, form: 'inherited' as const }))],
    missing: [...ours.missing, ...missing],
    anomalies: [...ours.anomalies, ...others.anomalies, ...others.unreadable],
  };
}

function associateAmong(
  id: SignalId,
  carriers: Carriers,
  pointers: readonly LicensePointer[],
  inline: readonly InlineLicense[],
  budget: LicenseBudget,
): Associations {
  const draft: Draft = {
    id,
    pageUrl: carriers.url,
    associated: [],
    missing: [],
    notCovering: [],
    unreadable: [],
    unread: [],
    anomalies: [],
    budget,
    size: 0,
    isWhole: pointers.every(({ url }) => url !== null) && pointers.length <= maxPointers,
  };
  const beyond = pointers[maxPointers];
  if (beyond) draft.unreadable.push(anomaly('rsl.too-many-pointers', 'ignored', { ...beyond.evidence, signal: id }));
  for (const [url, group] of byUrl(pointers.slice(0, maxPointers))) follow(draft, carriers, url, group);
  for (const license of inline) takeInline(draft, license);
  const covers = draft.associated.some(({ reach }) => reach !== 'prohibitions-only');
  if (!covers && draft.notCovering.length > 0) {
    draft.missing.push(...draft.notCovering);
    draft.anomalies.push(...draft.notCovering.map(({ evidence }) => anomaly('rsl.not-covering', 'ignored', evidence)));
  }
  return { ...draft, pointers, isWhole: draft.isWhole && draft.missing.length === 0 };
}

function byUrl(pointers: readonly LicensePointer[]): ReadonlyMap<string, readonly LicensePointer[]> {
  const groups = new Map<string, LicensePointer[]>();
  for (const pointer of pointers) {
    if (pointer.url === null) continue;
    const group = groups.get(pointer.url);
    if (group) group.push(pointer);
    else groups.set(pointer.url, [pointer]);
  }
  return groups;
}

/** While only the header section of the page is known, what that section points to has not been asked for yet: it is to come, not missing. */
const isToCome = ({ page }: Carriers, pointers: readonly LicensePointer[]): boolean =>
  page?.retrieval.outcome === 'successful' &&
  page.retrieval.bodyNotRead !== undefined &&
  pointers.every(({ attachedTo }) => attachedTo !== 'site');

function follow(draft: Draft, carriers: Carriers, url: string, pointers: readonly LicensePointer[]): void {
  const { id } = draft;
  const exchange: Exchange = carriers.licenses.get(url) ?? {
    url,
    retrievedAt: null,
    digest: null,
    retrieval: carriers.otherLicenses,
  };
  const led = pointers.slice(0, maxQuotedPointers).map(({ evidence }) => evidence);
  const absence = (looked: string): Evidence => citeAbsence(id, exchange, looked, spec);
  const obtained = obtain(exchange, draft.budget);
  switch (obtained.kind) {
    case 'document': {
      const source: XmlSource = {
        exchange,
        body: obtained.body,
        text: obtained.decoded.text,
        octetAt: obtained.decoded.octetAt,
        within: '',
      };
      for (const attachedTo of new Set(pointers.map(p => p.attachedTo))) {
        const form = pointers.some(p => p.attachedTo === attachedTo && p.form === 'conformant') ? 'conformant' : 'lenient';
        place(draft, obtained.document, source, { attachedTo, form, led });
      }
      return;
    }
    case 'unreadable':
      draft.isWhole = false;
      draft.unreadable.push(anomaly('rsl.malformed', 'ignored', absence('readable RSL document'), obtained.fault));
      return;
    case 'unobtainable': {
      const evidence = absence('RSL licence that was declared');
      draft.missing.push({ evidence, pointers: led });
      draft.anomalies.push(anomaly('rsl.unobtainable', 'ignored', evidence, obtained.why));
      return;
    }
    case 'closed-by-robots':
      draft.isWhole = false;
      draft.anomalies.push(anomaly('rsl.closed-by-robots', 'none', absence('RSL licence that robots.txt lets us fetch')));
      return;
    case 'not-attempted':
      draft.isWhole = false;
      if (!isToCome(carriers, pointers)) draft.unread.push(absence('request for the declared RSL licence'));
      return;
  }
}

function takeInline(draft: Draft, { exchange, body, octets, start, attachedTo, selector, evidence }: InlineLicense): void {
  const parsed = parseLicense(octets, null, draft.budget);
  if ('fault' in parsed) {
    draft.isWhole = false;
    draft.unreadable.push(anomaly('rsl.malformed', 'ignored', { ...evidence, signal: draft.id }, parsed.fault));
    return;
  }
  const { text, octetAt } = parsed.decoded;
  const source: XmlSource = { exchange, body, text, octetAt: index => start + octetAt(index), within: selector };
  place(draft, parsed.document, source, { attachedTo, form: 'conformant', led: [evidence] });
}

interface Association {
  readonly attachedTo: LicensePointer['attachedTo'];
  readonly form: 'conformant' | 'lenient';
  readonly led: readonly Evidence[];
}

function place(draft: Draft, document: RslDocument, source: XmlSource, { attachedTo, form, led }: Association): void {
  const { id, anomalies } = draft;
  const cite = (element: RslDocument['root']): Evidence => citeElement(id, source, element, 'RSL 1.0 §3');
  const [unknown] = document.unknownElements;
  if (unknown) anomalies.push(anomaly('rsl.unknown-element', 'restricts', cite(unknown)));
  else if (!document.isConformant) anomalies.push(anomaly('rsl.namespace', 'restricts', cite(document.root)));
  let isCovering = false;
  for (const content of document.contents) {
    const scope = scopeOf(content, draft.pageUrl, attachedTo);
    if (scope.kind === 'elsewhere') continue;
    // A syndicated article carries its syndicator's licence inline (§4.6): what it refuses is plain, what it grants is not ours to check.
    const isInlineForeign = scope.kind === 'foreign' && source.within !== '';
    if (scope.kind === 'foreign' && !isInlineForeign) {
      anomalies.push(anomaly('rsl.foreign-scope', 'ignored', cite(content.element)));
      continue;
    }
    if (scope.kind === 'unplaceable') anomalies.push(anomaly('rsl.unplaceable-scope', 'ignored', cite(content.element)));
    const isPlaced = scope.kind === 'covers';
    const isPart = attachedTo === 'part' || isInlineForeign;
    isCovering ||= isPlaced || isInlineForeign;
    if (isPlaced && content.licenses.length === 0) {
      draft.isWhole = false;
      draft.unreadable.push(anomaly('rsl.content-without-license', 'ignored', cite(content.element)));
      continue;
    }
    draft.size += content.size;
    if (draft.size > maxSize) {
      draft.isWhole = false;
      draft.unreadable.push(anomaly('rsl.malformed', 'ignored', cite(content.element), 'too-large'));
      return;
    }
    draft.associated.push({
      content,
      specificity: scope.kind === 'covers' ? scope.specificity : 0,
      source,
      pointers: led,
      form: form === 'conformant' && document.isConformant && (isPlaced || isInlineForeign) ? 'conformant' : 'lenient',
      reach: isPart ? 'part' : isPlaced ? 'page' : 'prohibitions-only',
    });
  }
  if (!isCovering)
    draft.notCovering.push({
      evidence: citeAbsence(id, source.exchange, notCovering, 'RSL 1.0 §3.3.1'),
      pointers: led,
    });
}
