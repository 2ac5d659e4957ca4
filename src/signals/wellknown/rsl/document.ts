/**
 * RSL 1.0 document model (§3): `<rsl>` → `<content>` → `<license>` → permits, prohibits, payment, reporting.
 *
 * Elements of other namespaces are extensions and ignored; an unknown element of the RSL namespace makes a document non-conformant (§3): what it
 * refuses is still heard, what it grants is not. The same holds for a missing or misspelt namespace.
 */
import type { XmlElement } from '../../xml.ts';

export const rslNamespace = 'https://rslstandard.org/rsl';
export const maxContents = 1_024;

export interface Terms {
  /** `usage`, `user`, `geo`; empty where the attribute is missing. */
  readonly type: string;
  /** As written, split at spaces (§3.5) and commas (met in the wild). */
  readonly tokens: readonly string[];
  readonly element: XmlElement;
}

export interface Payment {
  /** `free`, `attribution`, `purchase`, …; empty where the attribute is missing. */
  readonly type: string;
  /** An `<amount>` other than zero. */
  readonly hasPrice: boolean;
  readonly element: XmlElement;
}

export interface License {
  readonly permits: readonly Terms[];
  readonly prohibits: readonly Terms[];
  /** Empty means free (§3.7). */
  readonly payments: readonly Payment[];
  readonly reporting: readonly XmlElement[];
  readonly element: XmlElement;
}

export interface Content {
  /** RFC 9309 path pattern, absolute URL, or empty; null where the attribute is missing. */
  readonly url: string | null;
  /** A licence token is required before access, even if the licence is free (§3.3). */
  readonly needsToken: boolean;
  readonly licenses: readonly License[];
  /** Licences, terms and tokens: what has to be weighed for every use. */
  readonly size: number;
  readonly element: XmlElement;
}

export interface RslDocument {
  readonly contents: readonly Content[];
  /** Days for which the document may be treated as authoritative (§3.2); 30 where it does not say. */
  readonly maxAgeDays: number;
  readonly isConformant: boolean;
  readonly unknownElements: readonly XmlElement[];
  readonly root: XmlElement;
}

const defaultMaxAgeDays = 30;

const childrenOf: Readonly<Record<string, readonly string[]>> = {
  rsl: ['content'],
  content: ['license', 'schema', 'alternate', 'copyright', 'terms'],
  license: ['permits', 'prohibits', 'payment', 'reporting', 'legal'],
  payment: ['standard', 'custom', 'amount', 'accepts'],
};

/** Null where the root is no `<rsl>`, or there are more contents than we read. */
export function readDocument(root: XmlElement): RslDocument | null {
  if (root.name !== 'rsl' || !isRslLike(root.namespace)) return null;
  const contents = childrenNamed(root, 'content');
  if (contents.length > maxContents) return null;
  const unknownElements = unknownIn(root);
  const age = root.attributes.get('max-age')?.trim() ?? '';
  return {
    contents: contents.map(readContent),
    maxAgeDays: /^[1-9]\d{0,5}$/.test(age) ? Number(age) : defaultMaxAgeDays,
    isConformant: root.namespace === rslNamespace && unknownElements.length === 0,
    unknownElements,
    root,
  };
}

/** The namespace as specified, forgotten, or in a spelling met in the wild. */
const isRslLike = (namespace: string): boolean =>
  namespace === '' || /^https?:\/\/(www\.)?rslstandard\.org\/rsl\/?$/i.test(namespace);

const childrenNamed = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter(child => child.name === name && child.namespace === element.namespace);

function readContent(element: XmlElement): Content {
  const licenses = childrenNamed(element, 'license').map(readLicense);
  return {
    url: element.attributes.get('url')?.trim() ?? null,
    needsToken: element.attributes.has('server') || element.attributes.get('encrypted')?.trim() === 'true',
    licenses,
    size: licenses.reduce((sum, license) => sum + sizeOf(license), 1),
    element,
  };
}

const sizeOf = ({ permits, prohibits, payments, reporting }: License): number =>
  [...permits, ...prohibits].reduce((sum, { tokens }) => sum + 1 + tokens.length, 1 + payments.length + reporting.length);

function readLicense(element: XmlElement): License {
  return {
    permits: childrenNamed(element, 'permits').map(readTerms),
    prohibits: childrenNamed(element, 'prohibits').map(readTerms),
    payments: childrenNamed(element, 'payment').map(readPayment),
    reporting: childrenNamed(element, 'reporting'),
    element,
  };
}

const readTerms = (element: XmlElement): Terms => ({
  type: element.attributes.get('type')?.trim().toLowerCase() ?? '',
  tokens: element.text.split(/[\s,]+/).filter(token => token !== ''),
  element,
});

const readPayment = (element: XmlElement): Payment => ({
  type: element.attributes.get('type')?.trim().toLowerCase() ?? '',
  hasPrice: childrenNamed(element, 'amount').some(amount => !/^\s*0*(\.0*)?\s*$/.test(amount.text) || amount.text.trim() === ''),
  element,
});

/** Elements of the RSL namespace that the specification does not know there, one level at a time: depth is bounded by the model, not by the file. */
function unknownIn(root: XmlElement): XmlElement[] {
  const known = (parent: XmlElement, names: readonly string[]): [XmlElement[], XmlElement[]] => {
    const own = parent.children.filter(child => child.namespace === root.namespace);
    return [own.filter(child => names.includes(child.name)), own.filter(child => !names.includes(child.name))];
  };
  const unknown: XmlElement[] = [];
  let level = [root];
  while (level.length > 0) {
    const next: XmlElement[] = [];
    for (const element of level) {
      const names = childrenOf[element.name];
      if (!names) continue;
      const [good, bad] = known(element, names);
      unknown.push(...bad);
      next.push(...good);
    }
    level = next;
  }
  return unknown;
}
