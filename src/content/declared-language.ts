import { languageOfLabel } from './language-codes.ts';

/** HTML begins within so many octets. */
const startBytes = 4_096;
const root = /<html\b[^>]*?\slang\s*=\s*(?:"([^"]{1,40})"|'([^']{1,40})'|([^\s"'>]{1,40}))/i;

/**
 * What a page says its language is: the `lang` attribute of its root (HTML §3.2.6.2), as ISO 639-3; undefined where it does not say, or says nothing
 * we know. Its text is not looked at.
 */
export function declaredLanguage(body: Uint8Array): string | undefined {
  // Names and values are ASCII in every encoding the web uses but UTF-16, whose pages do not say it in octets we could read here.
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, startBytes)).toString('latin1');
  const found = root.exec(start);
  const tag = (found?.[1] ?? found?.[2] ?? found?.[3])?.trim().toLowerCase();
  const primary = tag === undefined ? undefined : /^[a-z]{2,3}(?=$|[-_])/.exec(tag)?.[0];
  return primary === undefined ? undefined : languageOfLabel(tag === 'zh-yue' ? 'yue' : primary);
}
