import { charsetOf, declaredType, encodingOfBom, encodingOfLabel } from '../vocab/index.ts';
import { declaredLabel, latePrescanBytes, prescanBytes } from './charset.ts';

/** Departures that decoding records. Every one of them leaves the text usable; whether it is good enough, `makeDocument` decides. */
export type DecodingAnomaly =
  /** A label no decoder exists for (`utf-7`, `x-user-defined`, an emoji); the next source in the order was asked. */
  | 'charset-unknown'
  /** The byte order mark and the declared label name different encodings; the mark won. */
  | 'charset-conflict'
  /** Found beyond the first 1,024 bytes. */
  | 'charset-late'
  /** Nothing declared, and the bytes are valid UTF-8. */
  | 'charset-assumed-utf-8'
  /** Nothing declared (or nothing usable), and the bytes are not UTF-8. */
  | 'charset-fallback-windows-1252'
  /** U+FFFD is in the text: bytes that mean nothing in the encoding, or a publisher who lost them already. */
  | 'replacement-characters'
  /** U+0000 became U+FFFD: replaced and not removed, so that nothing is joined that the bytes kept apart. */
  | 'nul-replaced';

export interface DecodedText {
  /** Well-formed UTF-16 without U+0000 and without the byte order mark. */
  readonly text: string;
  /** Canonical WHATWG name in lower case. */
  readonly encoding: string;
  readonly anomalies: readonly DecodingAnomaly[];
}

/**
 * Bytes to text in the order of WHATWG HTML §13.2.3: byte order mark, HTTP `charset`, `meta` or XML declaration, then UTF-8 if the
 * bytes are that, else windows-1252. Never throws.
 */
export function decodeText(body: Uint8Array, contentType?: string): DecodedText {
  const { encoding, anomalies } = settleEncoding(body, contentType);
  let text = new TextDecoder(encoding).decode(body);
  if (text.includes('\uFFFD')) anomalies.push('replacement-characters');
  if (text.includes('\0')) {
    anomalies.push('nul-replaced');
    text = text.replaceAll('\0', '\uFFFD');
  }
  return { text: text.isWellFormed() ? text : text.toWellFormed(), encoding, anomalies };
}

/** The encoding `decodeText` uses for these bytes, without decoding them. */
export function settleEncoding(
  body: Uint8Array,
  contentType: string | undefined,
): { readonly encoding: string; readonly anomalies: DecodingAnomaly[] } {
  const anomalies: DecodingAnomaly[] = [];
  const usable = (label: string | undefined): string | undefined => {
    if (label === undefined) return undefined;
    const encoding = encodingOfLabel(label);
    if (encoding === undefined && !anomalies.includes('charset-unknown')) anomalies.push('charset-unknown');
    return encoding;
  };

  const sent = usable(charsetOf(contentType));
  const marked = encodingOfBom(body);
  if (marked !== undefined) {
    if (sent !== undefined && sent !== marked) anomalies.push('charset-conflict');
    return { encoding: marked, anomalies };
  }
  if (sent !== undefined) return { encoding: sent, anomalies };

  const isMarkup = !/^text\/(?:plain|(?:x-)?markdown)$/.test(declaredType(contentType));
  // An ASCII-compatible declaration could be read, so the bytes are not UTF-16, whatever it says.
  const readable = (encoding: string | undefined) => (encoding?.startsWith('utf-16') ? 'utf-8' : encoding);
  const declared = isMarkup ? readable(usable(declaredLabel(body, prescanBytes))) : undefined;
  if (declared !== undefined) return { encoding: declared, anomalies };
  const late = isMarkup && body.byteLength > prescanBytes ? readable(usable(declaredLabel(body, latePrescanBytes))) : undefined;
  if (late !== undefined) return { encoding: late, anomalies: [...anomalies, 'charset-late'] };
  return isUtf8(body)
    ? { encoding: 'utf-8', anomalies: [...anomalies, 'charset-assumed-utf-8'] }
    : { encoding: 'windows-1252', anomalies: [...anomalies, 'charset-fallback-windows-1252'] };
}

function isUtf8(body: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}
