import { Tokenizer } from 'htmlparser2';

/** What of the tokenizer's state its own search for a character reads and moves. */
interface Position {
  readonly buffer: string;
  readonly offset: number;
  index: number;
}

/** As the engine's own search, made once: a one-character string has a place in it. */
const characters: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/**
 * The tokenizer, skipping text and attribute values with the engine's own search: character by character that is a third of the time of reading a
 * page. Where a later version no longer calls the method, nothing but the time is lost; a test holds the tokens and the call.
 */
export class SkippingTokenizer extends Tokenizer {}

Object.defineProperty(SkippingTokenizer.prototype, 'fastForwardTo', {
  value(this: Position, code: number): boolean {
    const found = this.buffer.indexOf(characters[code] as string, this.index - this.offset + 1);
    this.index = this.offset + (found === -1 ? this.buffer.length - 1 : found);
    return found !== -1;
  },
});
