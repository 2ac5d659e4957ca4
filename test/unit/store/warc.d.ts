declare module 'warc' {
  import type { Transform } from 'node:stream';

  export interface WarcRecord {
    readonly protocol: { readonly version?: string };
    readonly headers: Readonly<Record<string, string>>;
    readonly content: Buffer;
  }
  export default class WARCStream extends Transform {
    [Symbol.asyncIterator](): AsyncIterator<WarcRecord>;
  }
}
