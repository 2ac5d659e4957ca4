/**
 * A bounded XML reader for licence documents and XMP packets: text in, a small tree of elements with positions out. Never throws, never follows anything.
 *
 * The parser is saxes (XML 1.0 with namespaces, no DTD entities). A document type declaration is refused at sight, so nothing can be defined or
 * included; depth, elements and attributes are counted as they open, so that a hostile file stops early. What parsing will cost is known before it
 * begins, and documents of one page or file share what they may cost together.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';

export interface XmlElement {
  /** Local name. */
  readonly name: string;
  readonly namespace: string;
  /** Slash path with 1-based positions among siblings of the same name, e.g. `/rsl/content[2]/license[1]`. */
  readonly path: string;
  /** Attributes without a namespace. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Attributes with one. */
  readonly qualified: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Character data directly inside, in order. */
  readonly text: string;
  /** Index of `<` in the text that was parsed. */
  readonly start: number;
  /** Index just behind the start tag. */
  readonly tagEnd: number;
  /** Index just behind the end tag. */
  readonly end: number;
}

export interface XmlAttribute {
  /** As written, with its prefix. */
  readonly written: string;
  readonly name: string;
  readonly namespace: string;
  readonly value: string;
}

export type XmlFault = 'doctype' | 'malformed' | 'too-deep' | 'too-many-elements' | 'too-many-attributes' | 'too-large';

export const xmlLimits = { maxDepth: 64, maxElements: 10_000, maxAttributes: 512, maxWork: 600_000 } as const;

/** What the documents of one page or file may still cost: nothing, once one cost too much. One is made for each reading. */
export interface XmlBudget {
  work: number;
}

export const xmlBudget = (): XmlBudget => ({ work: xmlLimits.maxWork });

/** A character costs the parser some 40 ns, and these as many times more: an element, an attribute, a reference, a line. */
const [ofMarkup, ofAttribute, ofReference, ofLine] = [35, 30, 6, 3];

/** What parsing costs, in plain characters. A licence of a thousand contents stays within the limit, a hostile file of a few hundred KB does not. */
export function xmlWork(text: string): number {
  let work = text.length;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character > 0x3d) continue;
    if (character === 0x3c) work += ofMarkup;
    else if (character === 0x3d) work += ofAttribute;
    else if (character === 0x26) work += ofReference;
    else if (character === 0x0a || character === 0x0d) work += ofLine;
  }
  return work;
}

interface Growing {
  name: string;
  namespace: string;
  path: string;
  attributes: ReadonlyMap<string, string>;
  qualified: readonly XmlAttribute[];
  children: Growing[];
  text: string;
  start: number;
  tagEnd: number;
  end: number;
  /** Children so far by name. */
  siblings: Map<string, number> | null;
}

class Stop extends Error {
  readonly fault: XmlFault;
  constructor(fault: XmlFault) {
    super(fault);
    this.fault = fault;
  }
}

const stop = (fault: XmlFault): never => {
  throw new Stop(fault);
};

export function parseXml(
  text: string,
  budget: XmlBudget = xmlBudget(),
): { readonly root: XmlElement } | { readonly fault: XmlFault } {
  const work = text.length > budget.work ? text.length : xmlWork(text);
  if (work > budget.work) {
    budget.work = 0;
    return { fault: 'too-large' };
  }
  budget.work -= work;
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Growing[] = [];
  let root: Growing | null = null;
  let elements = 0;
  let attributes = 0;
  let start = 0;
  parser.on('error', () => stop('malformed'));
  parser.on('doctype', () => stop('doctype'));
  parser.on('opentagstart', () => {
    elements++;
    attributes = 0;
    if (elements > xmlLimits.maxElements) stop('too-many-elements');
    if (open.length >= xmlLimits.maxDepth) stop('too-deep');
    start = text.lastIndexOf('<', parser.position - 1);
  });
  parser.on('attribute', () => {
    attributes++;
    if (attributes > xmlLimits.maxAttributes) stop('too-many-attributes');
  });
  parser.on('opentag', tag => {
    const parent = open.at(-1);
    const element = grow(tag, parent, start, parser.position);
    if (parent) parent.children.push(element);
    else root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (element) element.end = parser.position;
  });
  const append = (data: string): void => {
    const element = open.at(-1);
    if (element) element.text += data;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  try {
    parser.write(text).close();
  } catch (error) {
    return { fault: error instanceof Stop ? error.fault : 'malformed' };
  }
  return root ? { root } : { fault: 'malformed' };
}

const none: ReadonlyMap<string, string> = new Map();

function grow({ local, uri, attributes }: SaxesTagNS, parent: Growing | undefined, start: number, tagEnd: number): Growing {
  let plain: Map<string, string> | undefined;
  let qualified: XmlAttribute[] | undefined;
  for (const name in attributes) {
    const attribute = attributes[name];
    if (!attribute) continue;
    if (attribute.uri === '') {
      plain ??= new Map();
      plain.set(attribute.local, attribute.value);
    } else {
      qualified ??= [];
      qualified.push({ written: attribute.name, name: attribute.local, namespace: attribute.uri, value: attribute.value });
    }
  }
  return {
    name: local,
    namespace: uri,
    path: parent ? `${parent.path}/${local}[${positionIn(parent, local)}]` : `/${local}`,
    attributes: plain ?? none,
    qualified: qualified ?? [],
    children: [],
    text: '',
    start,
    tagEnd,
    end: start,
    siblings: null,
  };
}

function positionIn(parent: Growing, name: string): number {
  parent.siblings ??= new Map();
  const position = (parent.siblings.get(name) ?? 0) + 1;
  parent.siblings.set(name, position);
  return position;
}
