/**
 * Mazes (tarpits such as Nepenthes): pages made up as they are asked for, which lead to nothing but more of themselves. A tarpit says "not you": the
 * rest of the place ends as refused.
 *
 * Real sites lead back. Nearly every page of theirs links to something seen before (home, parent, neighbour), most pages of a tree are leaves, and
 * their text goes on saying new things. So what counts is a run of pages of one place in which each branches into addresses never seen before:
 * - no link leads anywhere else, for 50 pages, and the text is made of a fixed stock or every small page takes seconds;
 * - no link leads anywhere else, for 200 pages, whatever the text;
 * - other links are the same three at most on all pages, for 2 000 pages, and the text is made of a fixed stock.
 * A page that does not fit costs the run ten that did; one that only meets an address again, as chance will have it in a maze, two.
 *
 * Errs to crawling: a maze that dresses up as a site, with a menu and ever new prose, ends by the operator's bounds only.
 */
import { segmentsOf } from './finding.ts';
import { Recent } from './recent.ts';
import { type TextSketch, textSketch } from './sketch.ts';

export interface MazePage {
  readonly url: URL;
  /** Links of the page, itself left out; fresh ones were offered for the first time by it. */
  readonly links: readonly { readonly url: string; readonly isFresh: boolean }[];
  /** Main text, where any was extracted. */
  readonly text: string | undefined;
  readonly tookMs: number;
  readonly bytes: number;
}

export interface Maze {
  /** Origin and path, without a slash at its end: it and what is below it. */
  readonly prefix: string;
  readonly detail: string;
}

export const mazeLimits = {
  evidentPages: 50,
  closedPages: 200,
  openPages: 2_000,
  maxExits: 3,
  misfitCost: 10,
  meetingCost: 2,
} as const;

/** Places are the origin, its first path segment, its first two. */
const levels = [2, 1, 0] as const;
const maxPlaces = 10_000;
/** A sketch takes 32 KiB, and is made for places under suspicion only. */
const maxSketches = 256;
const suspiciousPages = 8;
/** A sketch that holds fewer pages than this knows too little to call anything familiar. */
const minSketched = 10;
/** Prose keeps under a sixth, and a Markov chain over one book comes to half of it. */
const stockRuns = 0.5;
/** Of a fixed word list nothing is new; of prose, after ten thousand words, still every seventh different word is. */
const stockWords = 0.98;
const slowMs = 3_000;
const smallBytes = 65_536;
const slowShare = 0.8;

interface Run {
  /** Pages whose links all lead to new addresses below. */
  closed: number;
  /** Of those, the slow ones. */
  slow: number;
  /** Pages that lead to new addresses below, and to `exits`. */
  open: number;
  readonly exits: Set<string>;
  /** Path segments that all pages of the run begin with. */
  common: readonly string[];
  /** Moving means; NaN before there is any. */
  runs: number;
  words: number;
}

export function mazeDetector(): (page: MazePage) => Maze | null {
  const places = new Recent<Run>(maxPlaces);
  const sketches = new Recent<TextSketch>(maxSketches);
  return page => {
    const segments = segmentsOf(page.url.pathname);
    for (const level of levels) {
      if (segments.length < level) continue;
      const place = [page.url.origin, ...segments.slice(0, level)].join('/');
      const ways = waysOf(page, place);
      const known = places.get(place);
      // A place where nothing ever fitted need not be remembered.
      if (known === undefined && ways.fresh < 2) continue;
      const run = known ?? newRun();
      if (known === undefined) places.set(place, run);
      count(run, ways, page, segments);
      const isSuspicious = ways.fresh >= 2 && Math.max(run.closed, run.open) >= suspiciousPages;
      if (isSuspicious) read(run, page.text, sketches.of(place, textSketch));
      const why = whyMaze(run);
      if (why !== null) return { prefix: [page.url.origin, ...run.common].join('/'), detail: why };
    }
    return null;
  };
}

const newRun = (): Run => ({ closed: 0, slow: 0, open: 0, exits: new Set(), common: [], runs: Number.NaN, words: Number.NaN });

interface Ways {
  /** Links to addresses below the place that nobody named before. */
  readonly fresh: number;
  /** Links to addresses below that were named before. */
  readonly met: number;
  /** Where all links but the fresh ones lead. */
  readonly others: ReadonlySet<string>;
}

function waysOf({ links }: MazePage, place: string): Ways {
  let fresh = 0;
  let met = 0;
  const others = new Set<string>();
  for (const { url, isFresh } of links) {
    const isInner = isBelow(url, place);
    if (isFresh && isInner) fresh++;
    else others.add(url);
    if (!isFresh && isInner) met++;
  }
  return { fresh, met, others };
}

/** @param prefix origin, or origin and whole path segments, without a slash at the end */
export const isBelow = (url: string, prefix: string): boolean =>
  url.startsWith(prefix) && (url.length === prefix.length || '/?#'.includes(url[prefix.length] ?? ''));

function count(run: Run, { fresh, met, others }: Ways, page: MazePage, segments: readonly string[]): void {
  const branches = fresh >= 2;
  const cost = branches && met < fresh ? mazeLimits.meetingCost : mazeLimits.misfitCost;
  const next = (before: number, fits: boolean, by = 1): number => (fits ? before + by : Math.max(0, before - cost));
  if (branches) run.common = run.closed + run.open === 0 ? segments : commonOf(run.common, segments);
  const isClosed = branches && others.size === 0;
  const isSlow = page.tookMs >= slowMs && page.bytes < smallBytes;
  run.closed = next(run.closed, isClosed);
  run.slow = next(run.slow, isClosed, isSlow ? 1 : 0);
  if (run.open === 0) run.exits.clear();
  const exits = new Set([...run.exits, ...others]);
  const isOpen = branches && exits.size <= mazeLimits.maxExits;
  if (isOpen) for (const exit of others) run.exits.add(exit);
  run.open = next(run.open, isOpen);
}

const commonOf = (left: readonly string[], right: readonly string[]): readonly string[] => {
  const end = left.findIndex((segment, i) => segment !== right[i]);
  return end < 0 ? left : left.slice(0, end);
};

/** The mean of the last twenty pages or so: what was said before grows as the place is read. */
function read(run: Run, text: string | undefined, sketch: TextSketch): void {
  const familiar = text === undefined ? null : sketch.add(text);
  if (familiar === null || sketch.pages <= minSketched) return;
  const mean = (before: number, value: number): number => (Number.isNaN(before) ? value : before + (value - before) / 20);
  run.runs = mean(run.runs, familiar.runs);
  run.words = mean(run.words, familiar.words);
}

function whyMaze({ closed, open, slow, runs, words }: Run): string | null {
  const { evidentPages, closedPages, openPages } = mazeLimits;
  const isStock = runs >= stockRuns || words >= stockWords;
  const ways = `${closed} pages in a row lead to nothing but new ones below`;
  if (closed >= evidentPages && isStock) return `${ways}, with text made of one stock`;
  if (closed >= evidentPages && slow >= closed * slowShare) return `${ways}, and take seconds each`;
  if (closed >= closedPages) return ways;
  return open >= openPages && isStock ? `${open} pages in a row branch into new ones below, with text made of one stock` : null;
}
