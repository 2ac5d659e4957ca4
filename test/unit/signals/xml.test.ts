import { describe, expect, test } from 'vitest';
import { parseXml, xmlLimits } from '../../../src/signals/xml.ts';
import { decodeXml } from '../../../src/signals/xml-source.ts';
import { busyness, processorMs } from './processor-time.ts';

const fault = (text: string): string => {
  const parsed = parseXml(text);
  return 'fault' in parsed ? parsed.fault : 'none';
};

describe('the bounded XML reader', () => {
  test('gives every element the place it was found at', () => {
    const text = '<?xml version="1.0"?>\r\n<!-- ü 𝄞 -->\n<r xmlns="urn:r"><a b="1>2"/><a>x<![CDATA[<y>]]></a></r>';
    const parsed = parseXml(text);
    if ('fault' in parsed) throw new Error(parsed.fault);
    const { root } = parsed;
    expect(text.slice(root.start, root.end)).toBe('<r xmlns="urn:r"><a b="1>2"/><a>x<![CDATA[<y>]]></a></r>');
    expect(text.slice(root.start, root.tagEnd)).toBe('<r xmlns="urn:r">');
    expect(root.children.map(child => text.slice(child.start, child.end))).toEqual(['<a b="1>2"/>', '<a>x<![CDATA[<y>]]></a>']);
    expect(root.children.map(child => child.path)).toEqual(['/r/a[1]', '/r/a[2]']);
    expect(root.children[0]?.attributes.get('b')).toBe('1>2');
    expect(root.children[1]?.text).toBe('x<y>');
    expect(root.children[1]?.namespace).toBe('urn:r');
  });

  test.each([
    ['a document type declaration', '<!DOCTYPE r><r/>', 'doctype'],
    ['an unknown entity', '<r>&nbsp;</r>', 'malformed'],
    ['an end tag of another element', '<r></s>', 'malformed'],
    ['an undeclared prefix', '<p:r/>', 'malformed'],
    ['a repeated attribute', '<r a="1" a="2"/>', 'malformed'],
    ['nothing at all', '', 'malformed'],
    ['plain text', 'not found', 'malformed'],
    ['two roots', '<r/><r/>', 'malformed'],
    ['nesting beyond the limit', '<r>'.repeat(xmlLimits.maxDepth + 1), 'too-deep'],
    ['elements beyond the limit', `<r>${'<a/>'.repeat(xmlLimits.maxElements)}</r>`, 'too-many-elements'],
    [
      'attributes beyond the limit',
      `<r ${Array.from({ length: xmlLimits.maxAttributes + 1 }, (_, i) => `a${i}=""`).join(' ')}/>`,
      'too-many-attributes',
    ],
  ])('refuses %s', (_name, text, expected) => {
    expect(fault(text)).toBe(expected);
  });

  test('a name like __proto__ is only a name', () => {
    const parsed = parseXml('<r __proto__="x" constructor="y"><__proto__/></r>');
    if ('fault' in parsed) throw new Error(parsed.fault);
    expect([...parsed.root.attributes]).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('a megabyte of attributes, of nesting or of text is answered in linear time', () => {
    const started = processorMs();
    fault(`<r ${'a="" '.repeat(200_000)}/>`);
    fault('<r>'.repeat(350_000));
    fault(`<r>${'x'.repeat(1_000_000)}</r>`);
    fault(`<r a="${'&amp;'.repeat(200_000)}"/>`);
    fault('<'.repeat(1_000_000));
    expect(processorMs() - started).toBeLessThan(2_000 * busyness());
  });
});

describe('octets to text', () => {
  const octets = (text: string, encoding: BufferEncoding = 'utf8'): Uint8Array => new Uint8Array(Buffer.from(text, encoding));

  test('every index of the text knows its octet, in every encoding read', () => {
    const sample = '<r>ä€</r>';
    for (const [bytes, charset, encoding] of [
      [octets(sample), null, 'utf8'],
      [octets(`\ufeff${sample}`), null, 'utf8'],
      [octets(`\ufeff${sample}`, 'utf16le'), null, 'utf16le'],
      [octets('<r>ä</r>', 'latin1'), 'iso-8859-1', 'latin1'],
    ] as const) {
      const decoded = decodeXml(bytes, charset);
      if (!decoded) throw new Error('not decoded');
      const at = decoded.octetAt(decoded.text.indexOf('</r>'));
      expect(Buffer.from(bytes.subarray(at)).toString(encoding)).toBe('</r>');
    }
  });

  test('the XML declaration names the encoding where nothing else does', () => {
    expect(decodeXml(octets('<?xml version="1.0" encoding="ISO-8859-1"?><r>ä</r>', 'latin1'), null)?.text).toContain('ä');
  });

  test('damaged octets and encodings we do not read are not guessed at', () => {
    expect(decodeXml(new Uint8Array([0x3c, 0x72, 0xff, 0x3e]), null)).toBeNull();
    expect(decodeXml(octets('<r/>'), 'shift_jis')).toBeNull();
  });
});
