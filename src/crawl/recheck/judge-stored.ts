/** A live document judged again: its page as it is stored, under what its origin declares now. */
import { type Asker, type Assessment, assess, exchangeOfProof, stricterOf } from '../../assess/index.ts';
import type { Task } from '../../frontier/index.ts';
import { type ExchangeRecord, readProof, type StandingDocument, type StoredPlace } from '../../store/index.ts';
import type { Carriers, Category, Exchange, Instant } from '../../vocab/index.ts';
import { type Declarations, exchangeRecord, type OriginDeclarations } from '../declared/declarations.ts';
import { type PageResult, result } from '../page.ts';
import { reasonOfVerdicts } from '../reason.ts';
import { storedProof } from '../recrawl/revisit.ts';

export interface StoredContext {
  readonly out: string;
  readonly declarations: Pick<Declarations, 'license'>;
  readonly asker: Omit<Asker, 'at'>;
  readonly categories: readonly Category[];
}

/** As the path of a page ends, `unchanged` where it is kept; null where its stored page cannot be read. */
export async function judgeStored(
  document: StandingDocument,
  task: Task,
  origin: OriginDeclarations,
  at: Instant,
  context: StoredContext,
): Promise<PageResult | null> {
  const { asker, categories, out } = context;
  const forms = await storedForms(document, out);
  if (forms === null) return null;
  const { page, tree } = forms;
  const { carriers, places, records } = await withOwnLicenses({ ...origin.carriers, url: document.url, page }, document, context);
  const judged = (form: Exchange): Assessment => assess({ ...carriers, page: form }, categories, { ...asker, at });
  const assessment = tree === null ? judged(page) : stricterOf(judged(page), judged(tree));
  const { digest, ...warc } = document.proof;
  const known = { origin, page, proof: { warc, digest }, extraPlaces: places, licenses: records };
  const reason = reasonOfVerdicts(assessment, categories, { ...carriers, page });
  return result(task, at, reason ?? 'unchanged', assessment, known);
}

/** The page as it was sent, and as a browser made it where it was run in one. */
async function storedForms(
  document: StandingDocument,
  out: string,
): Promise<{ readonly page: Exchange; readonly tree: Exchange | null } | null> {
  const proof = await storedProof(out, document);
  if (proof === undefined) return null;
  const { render } = document;
  if (render === undefined) return { page: exchangeOfProof(proof), tree: null };
  if (render.outcome !== 'rendered' || render.proof === undefined) return null;
  const tree = await readProof(out, render.proof).catch(() => null);
  return tree && { page: exchangeOfProof(proof), tree };
}

/** Licences that the page itself points to are declarations, too: as they are now. */
async function withOwnLicenses(
  carriers: Carriers,
  { licenses: named = [] }: StandingDocument,
  { declarations }: StoredContext,
): Promise<{ carriers: Carriers; places: ReadonlyMap<string, StoredPlace>; records: readonly ExchangeRecord[] }> {
  const licenses = new Map(carriers.licenses);
  const places = new Map<string, StoredPlace>();
  const records: ExchangeRecord[] = [];
  for (const { url } of named) {
    const found = await declarations.license(url);
    licenses.set(url, found.exchange);
    records.push(exchangeRecord(found));
    if (found.place) places.set(url, found.place);
  }
  return { carriers: { ...carriers, licenses }, places, records };
}
