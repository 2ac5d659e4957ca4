/**
 * The step between verdict and text: a page that everything allows so far, and that holds no text of its own, is run in a browser; what came of it is
 * judged as a second page beside the first, and only then is there anything to extract.
 */
import { hash } from 'node:crypto';
import { type Asker, type Assessment, assess, domExchange, pageProof, stricterOf } from '../../assess/index.ts';
import { appShellOf, type PageScan } from '../../content/index.ts';
import type { Dataset, StoredPlace } from '../../store/index.ts';
import {
  type Carriers,
  type Category,
  contentTypeOf,
  type Digest,
  type Exchange,
  type Instant,
  type Reason,
} from '../../vocab/index.ts';
import { holdsForgotten } from '../forgotten.ts';
import { reasonOfVerdicts } from '../reason.ts';
import type { Renderer, Rendering } from './renderer.ts';

type Places = ReadonlyMap<string, StoredPlace>;

/** A page that is kept so far. */
export interface KeptSoFar {
  readonly exchange: Exchange;
  /** Its carriers, licences included. */
  readonly carriers: Carriers;
  readonly assessment: Assessment;
  readonly at: Instant;
  /** Asks for the licences that a page points to and that are not there yet. */
  readonly withLicenses: (carriers: Carriers) => Promise<{ readonly carriers: Carriers; readonly places: Places }>;
}

/** What the browser made of it. */
export interface RenderedPage {
  /** Null where it is still kept. */
  readonly reason: Reason | null;
  /** Of both, the page as sent and the tree. */
  readonly assessment: Assessment;
  /** The tree, in the place of the page; null where there is none. */
  readonly dom: Exchange | null;
  readonly proof: StoredPlace | null;
  /** Of licences that only the tree points to. */
  readonly places: Places;
  readonly rendering: Rendering;
  /** Why it was run. */
  readonly why: string;
}

/** Null where a page is not run in a browser. */
export type RenderStep = (page: KeptSoFar) => Promise<RenderedPage | null>;

export interface RenderStepContext {
  readonly renderer: Renderer;
  readonly mode: 'auto' | 'always';
  readonly asker: Omit<Asker, 'at'>;
  readonly categories: readonly Category[];
  readonly dataset: Pick<Dataset, 'evidence' | 'suppression'>;
  readonly wallClock: () => number;
}

/** Where a tree could not be had, nothing is known of what the page shows, and nothing is kept of it. */
const failures: Readonly<Record<Exclude<Rendering['outcome'], 'rendered'>, Reason>> = {
  timeout: 'failed.timeout',
  crash: 'failed.protocol',
  left: 'failed.protocol',
  'too-large': 'failed.too-large',
};

export const renderStep =
  (context: RenderStepContext): RenderStep =>
  async page => {
    const { exchange, assessment } = page;
    const why = reasonToRender(exchange, context.mode);
    if (why === null || exchange.retrieval.outcome !== 'successful') return null;
    const { status, fields, body } = exchange.retrieval;
    const rendering = await context.renderer.render(exchange.url, { status, fields, body });
    if (rendering.outcome === 'rendered') return judged(page, rendering, why, context);
    const reason = failures[rendering.outcome];
    return { ...{ reason, assessment, dom: null, proof: null, places: new Map(), rendering, why } };
  };

function reasonToRender({ retrieval }: Exchange, mode: 'auto' | 'always'): string | null {
  if (retrieval.outcome !== 'successful' || retrieval.bodyNotRead || retrieval.truncated) return null;
  const shell = appShellOf(retrieval.body, contentTypeOf(retrieval.fields));
  if (shell.isShell) return shell.why;
  return mode === 'always' && shell.why !== 'media-type' && shell.why !== 'frames' ? 'always' : null;
}

async function judged(
  { exchange, carriers, assessment, at, withLicenses }: KeptSoFar,
  rendering: Extract<Rendering, { outcome: 'rendered' }>,
  why: string,
  { asker, categories, dataset, wallClock }: RenderStepContext,
): Promise<RenderedPage> {
  const digest = `sha256:${hash('sha256', rendering.dom)}` as Digest;
  const dom = domExchange(exchange, rendering.dom, digest, new Date(wallClock()).toISOString() as Instant);
  if (holdsForgotten(pageProof(dom), dataset))
    return { ...{ reason: 'refused.suppressed', assessment, dom: null, proof: null, places: new Map(), rendering, why } };
  const { carriers: seen, places } = await withLicenses({ ...carriers, page: dom });
  const strict = stricterOf(assessment, assess(seen, categories, { ...asker, at }));
  const proof = await dataset.evidence.put({ kind: 'proof', url: dom.url, at, proof: { ...pageProof(dom) } });
  const reason = reasonOfVerdicts(strict, categories, seen);
  return { ...{ reason, assessment: strict, dom, proof, places, rendering, why } };
}

/** What one of the two forbids to follow is not followed; where the page went by itself is a link like another. */
export function linksOfBoth(
  dom: PageScan | null,
  sent: PageScan | null,
  { rendering }: Pick<RenderedPage, 'rendering'>,
): PageScan | null {
  if (dom === null) return sent;
  const links = new Map<string, PageScan['links'][number]>();
  const own = rendering.tally.navigations.map(href => ({ href, rel: [], nofollow: false }));
  for (const link of [...dom.links, ...(sent?.links ?? []), ...own]) {
    const known = links.get(link.href);
    links.set(link.href, known ? { ...known, nofollow: known.nofollow || link.nofollow } : link);
  }
  const nofollowFor = [...new Set([...dom.nofollowFor, ...(sent?.nofollowFor ?? [])])];
  return { ...dom, nofollowFor, links: [...links.values()] };
}
