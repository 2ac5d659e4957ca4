/**
 * A crawl's objects live for one page, and V8 lets the space of young objects grow to three times 32 MiB in every thread before it looks through it:
 * a fifth of the peak memory of a crawl, for nothing. The bound can be given to a process at its start only, so the long commands begin by
 * replacing themselves (execve: same process id, same descriptors) before anything else is loaded.
 */
import { accessSync, constants } from 'node:fs';

/** MiB of each of the three semi-spaces of a thread. */
export const youngSpaceFlag = '--max-semi-space-size=8';

/**
 * Of an audit's hundreds of origins under way more outlives a small space than is worth copying: more space, and from the start, costs a twenty-fifth less CPU
 * time (test/bench/audit.ts). An audit of given bodies has nothing under way.
 */
export const auditYoungSpace: readonly string[] = ['--max-semi-space-size=32', '--min-semi-space-size=32'];
export const givenYoungSpace: readonly string[] = ['--max-semi-space-size=16', '--min-semi-space-size=16'];

/**
 * An audit has many small answers in flight at once, and a comparison of audits thousands of states, so that most of what they throw
 * away has grown old by then: the heap at most doubles at a time instead of growing by more: less memory at its peak, for some CPU time
 * (test/bench/audit.ts).
 */
const slowGrowth = '--heap-growing-percent=100';
/** Bodies that are given come as fast as they are measured: 350 MiB at the peak of a hundred thousand where it was 370 to 400, at no cost that could be told. */
const slowerGrowth = '--heap-growing-percent=60';

/** glibc gives each thread its own place to allocate in, and V8's threads leave theirs half empty: as much memory as the larger young space takes. */
const oneArena = { MALLOC_ARENA_MAX: '1' } as const;

interface Bounds {
  /** Node knows these, and says so. */
  readonly flags: readonly string[];
  /** V8's own: the next version may not know them, and a process that is given one does not start. */
  readonly internal?: readonly string[];
  /** Of the new process, where it has no word of its own about it. */
  readonly env?: Readonly<Record<string, string>>;
}

const small: Bounds = { flags: [youngSpaceFlag] };
const comparison: Bounds = { flags: [youngSpaceFlag], internal: [slowGrowth] };
const givenBodies: Bounds = { flags: givenYoungSpace, internal: [slowerGrowth] };
const liveAudit: Bounds = { flags: auditYoungSpace, internal: [slowGrowth], env: oneArena };

function boundsOf([command, ...args]: readonly string[]): Bounds | undefined {
  switch (command) {
    case 'crawl':
    case 'demo':
    case 'recheck':
      return small;
    case 'diff':
      return comparison;
    case 'audit':
      return args.some(arg => /^--(robots|from-evidence)(=|$)/.test(arg)) ? givenBodies : liveAudit;
    default:
      return undefined;
  }
}

/** The major version of Node with which V8's own options were tried. */
const triedWith = 24;

/**
 * Does not return where the process is replaced; returns where it is bounded already, or this system cannot.
 * @param version of Node
 */
export function boundYoungSpace(argv: readonly string[], version: string = process.versions.node): void {
  const bounds = boundsOf(argv);
  if (bounds === undefined || typeof process.execve !== 'function') return;
  const internal = Number.parseInt(version, 10) === triedWith ? (bounds.internal ?? []) : [];
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  // Somebody who sets it knows better; a debugger would lose its process.
  if (/semi-space-size|--inspect/.test(given)) return;
  try {
    accessSync(process.execPath, constants.X_OK);
  } catch {
    return;
  }
  const [, script = ''] = process.argv;
  const environment = { ...bounds.env, ...process.env } as Record<string, string>;
  process.execve(
    process.execPath,
    [process.execPath, ...bounds.flags, ...internal, ...process.execArgv, script, ...argv],
    environment,
  );
}
