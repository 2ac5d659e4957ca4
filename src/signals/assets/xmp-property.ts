import type { Evidence, Exchange, SignalId } from '../../vocab/index.ts';
import type { XmlElement } from '../xml.ts';
import { citeElement, type XmlSource } from '../xml-source.ts';
import type { XmpPacket } from './xmp.ts';

/** One property of an XMP packet, however RDF/XML wrote it: attribute, element text, `rdf:resource`, or an item of a bag (ISO 16684-1 §7). */
export interface XmpProperty {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
  readonly evidence: Evidence;
}

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
/** Properties read per file. */
export const maxProperties = 256;
/** Elements looked into per property. */
const maxInside = 256;

export interface XmpProperties {
  readonly properties: readonly XmpProperty[];
  /** There is more than is read. */
  readonly isCut: boolean;
}

/** @param isWanted by namespace and local name */
export function propertiesOf(
  signal: SignalId,
  exchange: Exchange,
  body: Uint8Array,
  { parsed }: XmpPacket,
  spec: string,
  isWanted: (namespace: string, name: string) => boolean,
  most: number = maxProperties,
): XmpProperties {
  if (!parsed) return { properties: [], isCut: false };
  const { root, text, octetAt } = parsed;
  const source: XmlSource = { exchange, body, text, octetAt, within: '' };
  let isCut = false;
  const properties: XmpProperty[] = [];
  const open: XmlElement[] = [root];
  while (open.length > 0) {
    if (properties.length >= most) return { properties, isCut: true };
    const element = open.pop() as XmlElement;
    for (const { namespace, name, value, written } of element.qualified) {
      if (!isWanted(namespace, name)) continue;
      properties.push({ namespace, name, value, evidence: citeAttribute(signal, source, element, written, spec) });
    }
    if (isWanted(element.namespace, element.name)) {
      const evidence = citeElement(signal, source, element, spec);
      const inside = valuesOf(element);
      isCut ||= inside.isCut;
      for (const value of inside.values) properties.push({ namespace: element.namespace, name: element.name, value, evidence });
    }
    for (let index = element.children.length - 1; index >= 0; index--) open.push(element.children[index] as XmlElement);
  }
  return { properties, isCut };
}

/** `rdf:resource`, else the texts inside (`rdf:li`, `rdf:value`, language alternatives), else the element's own text. */
function valuesOf(element: XmlElement): { readonly values: readonly string[]; readonly isCut: boolean } {
  const values: string[] = [];
  const open: XmlElement[] = [element];
  let looked = 0;
  while (open.length > 0 && looked < maxInside) {
    const at = open.pop() as XmlElement;
    looked++;
    const resource = at.qualified.find(({ namespace, name }) => namespace === rdf && (name === 'resource' || name === 'value'));
    const value = resource?.value ?? at.text;
    if (value.trim() !== '') values.push(value);
    for (let index = at.children.length - 1; index >= 0; index--) open.push(at.children[index] as XmlElement);
  }
  return { values: values.length > 0 ? values : [''], isCut: open.length > 0 };
}

/** The start tag it stands in; where that is longer than a quote, the attribute itself. */
function citeAttribute(signal: SignalId, source: XmlSource, element: XmlElement, written: string, spec: string): Evidence {
  const tag = source.text.slice(element.start, element.tagEnd);
  const offset = tag.length > 500 ? indexOfAttribute(tag, written) : 0;
  const end = offset > 0 ? Math.min(element.start + offset + 500, element.tagEnd) : element.tagEnd;
  const at: XmlElement = { ...element, start: element.start + offset, end, path: `${element.path}/@${written}` };
  return citeElement(signal, source, at, spec);
}

function indexOfAttribute(tag: string, written: string): number {
  for (let at = tag.indexOf(written); at >= 0; at = tag.indexOf(written, at + 1)) {
    const before = tag.charAt(at - 1);
    const after = tag.charAt(at + written.length);
    if (/\s/.test(before) && /[\s=]/.test(after)) return at;
  }
  return 0;
}
