/** Audits of the same list at different times, side by side: streams of states in one order, joined domain by domain. */
import { type AuditState, type DomainChange, type Trend, trending } from '../../assess/index.ts';
import { readAuditRecords } from '../read-records.ts';
import type { Common } from './alike.ts';
import { sortedStates } from './sorted-states.ts';
import type { AuditSource } from './source.ts';

export interface Comparison extends Trend {
  /** What was compared, in the order of time. */
  readonly sources: readonly (Pick<AuditSource, 'path' | 'agents'> & {
    /** Lines that name a domain again; the first counts. */
    readonly repeated: number;
  })[];
}

export interface ComparisonOptions extends Common {
  /** Called for every domain in the order of names, where something became of it; waited for. */
  readonly onChange?: (change: DomainChange) => Promise<void> | void;
  /** States of an audit held in memory at once. Default 15,000. */
  readonly atOnce?: number;
}

/** @param sources two or more, the earliest first @throws CodedError ERR_AUDIT_FILE, ERR_AUDIT_RECORD (exit 9) */
export async function compareAudits(
  sources: readonly AuditSource[],
  { questions, uncompared, agents: heard, onChange = () => {}, atOnce }: ComparisonOptions,
): Promise<Comparison> {
  const sorted = sources.map(source => sortedStates(readAuditRecords(source.file), atOnce, heard));
  const found = trending(sources.length, questions);
  for await (const states of joined(sorted.map(({ states }) => states))) {
    for (const change of found.add(states)) await onChange(change);
  }
  return {
    sources: sources.map(({ path, agents }, index) => ({
      path,
      ...(agents === undefined ? {} : { agents }),
      repeated: sorted[index]?.repeated ?? 0,
    })),
    ...found.trend(),
    ...(uncompared === undefined ? {} : { uncompared }),
  };
}

/** Every domain once, with its state in each stream. */
async function* joined(
  streams: readonly AsyncGenerator<AuditState, void, undefined>[],
): AsyncGenerator<readonly (AuditState | undefined)[], void, undefined> {
  const heads: (AuditState | undefined)[] = [];
  try {
    // One after the other: each sorts its audit first.
    for (const stream of streams) heads.push(await nextOf(stream));
    for (;;) {
      let domain: string | undefined;
      for (const head of heads) if (head && (domain === undefined || head.domain < domain)) domain = head.domain;
      if (domain === undefined) return;
      const states = heads.map(head => (head?.domain === domain ? head : undefined));
      yield states;
      for (const [index, state] of states.entries()) if (state) heads[index] = await nextOf(streams[index]);
    }
  } finally {
    for (const stream of streams) await stream.return();
  }
}

async function nextOf(stream: AsyncGenerator<AuditState, void, undefined> | undefined): Promise<AuditState | undefined> {
  const next = await stream?.next();
  return next?.done ? undefined : next?.value;
}
