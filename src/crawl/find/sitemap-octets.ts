import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** One sitemap, unpacked (sitemaps.org: 50 MiB). */
const maxOctets = 50 * 2 ** 20;
/** Unpacked to packed, beyond the first MiB; what the retriever allows a page. */
const maxRatio = 200;
const ratioFreeOctets = 2 ** 20;
const chunkOctets = 65_536;

export interface SitemapOctets {
  chunks(): AsyncGenerator<Uint8Array>;
  /** Why there was more than was given out; null while there was not. */
  readonly cut: 'too-large' | 'encoding' | null;
}

/** The octets of a sitemap file in pieces; one that is a gzip file (`sitemap.xml.gz`) is unpacked as it is read, and never whole. */
export function sitemapOctets(body: Uint8Array): SitemapOctets {
  let cut: SitemapOctets['cut'] = null;
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const most = isGzip ? Math.min(maxOctets, Math.max(ratioFreeOctets, maxRatio * body.length)) : maxOctets;
  async function* limited(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let octets = 0;
    for await (const piece of pieces) {
      octets += piece.length;
      if (octets > most) {
        cut = 'too-large';
        return;
      }
      yield piece;
    }
  }
  return {
    async *chunks() {
      if (!isGzip) return yield* limited(slices(body));
      const source = Readable.from(slices(body));
      const unpacked = source.pipe(createGunzip({ chunkSize: chunkOctets }));
      try {
        yield* limited(unpacked);
      } catch {
        cut = 'encoding';
      } finally {
        source.destroy();
        unpacked.destroy();
      }
    },
    get cut() {
      return cut;
    },
  };
}

function* slices(body: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < body.length; start += chunkOctets) yield body.subarray(start, start + chunkOctets);
}
