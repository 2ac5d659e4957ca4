import { load } from 'cheerio/slim';

/**
 * Markup without the elements that carry an attribute, whatever its value; undefined where none does. The caller has bounded the nesting: rendering a
 * tree calls itself once per level.
 * @param attribute lower case
 */
export function omitElements(html: string, attribute: string, selfClosing: boolean): string | undefined {
  if (!new RegExp(attribute, 'i').test(html)) return undefined;
  const $ = load(html, { xml: { xmlMode: false, recognizeSelfClosing: selfClosing, decodeEntities: false } }, false);
  const marked = $(`[${attribute}]`);
  if (marked.length === 0) return undefined;
  marked.remove();
  return $.html();
}
