import { documentsWithTexts, duplicatesAt, originsOf, previewWithdrawal, type Sha256, textsOf } from '../store/index.ts';
import type { OriginKey } from '../vocab/index.ts';
import { coverageOf } from './coverage.ts';
import type { Selector } from './selectors.ts';

/** Documents elsewhere with a text that lies where something is withdrawn, too. */
export interface Copies {
  readonly urls: readonly string[];
  /** False: they stand on the permission of their own site. */
  readonly areTaken: boolean;
}

/** Of equal texts the corpus has one, under whichever URL came first: so a page that is named may be there under the URL of another site. */
export async function copiesOf(out: string, selectors: readonly Selector[]): Promise<readonly string[]> {
  const covers = coverageOf(selectors);
  const places = selectors.filter(({ kind }) => kind === 'prefix' || kind === 'origin' || kind === 'domain');
  if (places.length === 0) return [];
  const texts = new Set<Sha256>();
  for await (const { url, text_sha256: text } of duplicatesAt(out, namedBy(places)))
    if (text !== undefined && covers(url)) texts.add(text);
  return documentsWithTexts(out, texts)
    .filter(url => !covers(url))
    .sort();
}

/** An origin of which a part is named, at least. */
function namedBy(places: readonly Selector[]): (origin: OriginKey) => boolean {
  const covers = coverageOf(places);
  const ofPrefixes = originsOf(places.flatMap(({ kind, value }) => (kind === 'prefix' ? value : [])));
  return origin => ofPrefixes.has(origin) || covers(`${origin}/`);
}

/** Every text of what is withdrawn, so that none of them is collected from anywhere again. */
export function textsTaken(out: string, selectors: readonly Selector[], copies: readonly string[]): readonly Selector[] {
  const { urls } = previewWithdrawal(out, selectors);
  return [...new Set(textsOf(out, [...urls, ...copies]))].map(value => ({ kind: 'digest', value }));
}
