import { charsetOf } from './content-type.ts';

/** The encoding's canonical WHATWG name in lower case, or undefined where the platform decodes no such label (`utf-7`, `replacement`, …). */
export function encodingOfLabel(label: string): string | undefined {
  const trimmed = label.trim().toLowerCase();
  if (trimmed === 'utf-8') return trimmed;
  if (trimmed.length === 0 || trimmed.length > 40) return undefined;
  try {
    const { encoding } = new TextDecoder(trimmed);
    // Its code points are private; text in it is unusable, and WHATWG maps a declared one to windows-1252.
    return encoding === 'x-user-defined' ? undefined : encoding;
  } catch {
    return undefined;
  }
}

/** The encoding a byte order mark names; it outranks every declaration (WHATWG Encoding §6.1). */
export function encodingOfBom(body: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Whether a body is read two octets at a time. Only a byte order mark or the field can say so: in UTF-16 no ASCII declaration could be read. */
export function wideEncoding(body: Uint8Array, contentType: string | undefined): 'utf-16le' | 'utf-16be' | undefined {
  const label = charsetOf(contentType);
  const encoding = encodingOfBom(body) ?? (label === undefined ? undefined : encodingOfLabel(label));
  return encoding === 'utf-16le' || encoding === 'utf-16be' ? encoding : undefined;
}
