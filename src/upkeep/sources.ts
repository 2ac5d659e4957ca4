import type { ProvenanceRecord } from '../store/index.ts';
import type { Exchange } from '../vocab/index.ts';
import { carriersOf, declarationsOf, exchangeReader } from './rejudge.ts';

/** What a record was judged from, out of the evidence store: the page's proof first, that of its rendered tree, then its origin's declarations. */
export async function sourcesOf(out: string, record: ProvenanceRecord): Promise<readonly Exchange[]> {
  const declarations = await declarationsOf(out, record);
  if (!declarations) return [];
  const carriers = await carriersOf(out, record, declarations, exchangeReader(out));
  const { page, tree, robots, tdmrep, aiTxt, trustTxt, licenses } = carriers;
  return [...(page ? [page] : []), ...(tree ? [tree] : []), robots, tdmrep, aiTxt, trustTxt, ...licenses.values()];
}
