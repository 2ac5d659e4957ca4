/**
 * Traps: URL spaces without an end, told by their URLs and by how the pages behind them behave. Counters are per origin or place, bounded, and in
 * memory: a run that goes on begins to count anew. Seeds are the operator's word and never traps.
 */
import type { Reason } from '../../vocab/index.ts';
import { calendarTraps } from './calendar.ts';
import { facetTraps } from './facets.ts';
import type { TrapFinding } from './finding.ts';
import { isBelow, type MazePage, mazeDetector } from './maze.ts';
import { Recent } from './recent.ts';
import { sessionTraps } from './session.ts';
import { shapeTrap } from './shape.ts';
import { siblingTraps } from './siblings.ts';

export type { TrapFinding } from './finding.ts';

export interface TrapOptions {
  readonly maxPathSegments: number;
  readonly maxSiblings: number;
  /** Of today. */
  readonly year: number;
}

export interface Traps {
  /** A URL that nobody offered before: to be asked about each once. */
  offered(url: string): TrapFinding | null;
  /** A URL whose turn has come: what was recognised since it was offered. */
  popped(url: string): TrapFinding | null;
  /** A page that was fetched, with the links it offered. */
  fetched(page: MazePage): void;
  ended(url: string, reason: Reason): void;
}

const none: Traps = { offered: () => null, popped: () => null, fetched: () => {}, ended: () => {} };

/** @param options null where traps are not looked for */
export function createTraps(options: TrapOptions | null): Traps {
  if (options === null) return none;
  const session = sessionTraps();
  const calendar = calendarTraps(options.year);
  const facets = facetTraps();
  const siblings = siblingTraps(options.maxSiblings);
  const findMaze = mazeDetector();
  const mazes = mazeList();
  return {
    offered(href) {
      const url = new URL(href);
      return (
        mazes.of(url) ??
        shapeTrap(url, options.maxPathSegments) ??
        session(url) ??
        calendar(url) ??
        facets(url) ??
        siblings.offered(url)
      );
    },
    popped(href) {
      const url = new URL(href);
      return mazes.of(url) ?? siblings.popped(url);
    },
    fetched(page) {
      const maze = findMaze(page);
      if (maze !== null) mazes.add(page.url.origin, maze);
    },
    ended: (href, reason) => siblings.ended(new URL(href), reason),
  };
}

const maxOrigins = 50_000;
const maxPerOrigin = 64;

function mazeList() {
  const byOrigin = new Recent<{ readonly prefix: string; readonly finding: TrapFinding }[]>(maxOrigins);
  return {
    of: ({ origin, href }: URL): TrapFinding | null =>
      byOrigin.get(origin)?.find(({ prefix }) => isBelow(href, prefix))?.finding ?? null,
    add(origin: string, { prefix, detail }: { readonly prefix: string; readonly detail: string }): void {
      const known = byOrigin.of(origin, () => []);
      // An origin with ever new mazes is one.
      const closed = known.length < maxPerOrigin ? prefix : origin;
      known.push({ prefix: closed, finding: { trap: 'maze', detail: `below ${closed}/: ${detail}` } });
    },
  };
}
