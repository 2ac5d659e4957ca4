// WHATWG HTML §13.2.3 "Determining the character encoding": which encoding the first bytes themselves declare.

/** How many bytes the prescan looks at (WHATWG HTML §13.2.3.2). */
export const prescanBytes = 1024;
/** Where a later `meta` is still believed: browsers change the encoding while parsing (WHATWG HTML §13.2.3.4). */
export const latePrescanBytes = 65_536;

/** The label that a `meta` element or an XML declaration within the first `limitBytes` declares, as written; undefined when none does. */
export function declaredLabel(body: Uint8Array, limitBytes: number): string | undefined {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, limitBytes)).toString('latin1');
  if (!/charset|encoding/i.test(head)) return undefined;
  for (let at = head.indexOf('<'); at !== -1; at = head.indexOf('<', at)) {
    if (head.startsWith('<!--', at)) {
      // `<!-->` is a whole comment: the two dashes may be shared.
      const end = head.indexOf('-->', at + 2);
      if (end === -1) break;
      at = end + 3;
    } else if (/^<meta[\s/]/i.test(head.slice(at, at + 6))) {
      const tag = readAttributes(head, at + 5);
      const label = labelOfMeta(tag.attributes);
      if (label !== undefined) return label;
      at = tag.end;
    } else if (/^<\/?[a-z]/i.test(head.slice(at, at + 3))) {
      const nameEnd = /[\s/>]/.exec(head.slice(at, at + 64));
      at = readAttributes(head, nameEnd ? at + nameEnd.index : at + 1).end;
    } else if (/^<[!/?]/.test(head.slice(at, at + 2))) {
      const end = head.indexOf('>', at);
      if (end === -1) break;
      at = end + 1;
    } else at += 1;
  }
  return /^<\?xml[^>]{0,200}?\bencoding\s{0,20}=\s{0,20}["']([^"'>]{1,60})["']/.exec(head)?.[1];
}

function labelOfMeta(attributes: ReadonlyMap<string, string>): string | undefined {
  const charset = attributes.get('charset');
  if (charset !== undefined) return charset;
  if (attributes.get('http-equiv')?.toLowerCase() !== 'content-type') return undefined;
  const match = /charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))/i.exec(attributes.get('content') ?? '');
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** "Get an attribute" of the prescan, repeated up to the end of the tag. The first attribute of a name wins. */
function readAttributes(head: string, from: number): { attributes: ReadonlyMap<string, string>; end: number } {
  const attributes = new Map<string, string>();
  const attribute = /[\s/]*([^\s/>=][^\s/>=]*|=[^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']?[^\s>]*)))?/y;
  let at = from;
  for (;;) {
    attribute.lastIndex = at;
    const match = attribute.exec(head);
    if (!match) break;
    at = attribute.lastIndex;
    const name = match[1]!.toLowerCase();
    if (!attributes.has(name)) attributes.set(name, match[2] ?? match[3] ?? match[4] ?? '');
  }
  const end = head.indexOf('>', at);
  return { attributes, end: end === -1 ? head.length : end + 1 };
}
