import { randomBytes } from 'node:crypto';
import { version } from '../../settings/index.ts';
import type { UpkeepOptions } from '../../upkeep/index.ts';
import { spanMs } from './spans.ts';

/** @param options of the command: `out`, and `withdrawWithin` where it has it */
export const upkeepOptions = ({ out, withdrawWithin }: { out: string; withdrawWithin?: string }): UpkeepOptions => ({
  out,
  software: { name: 'heed', version },
  random: randomBytes(3).toString('hex'),
  wallClock: Date.now,
  ...(withdrawWithin === undefined ? {} : { withinMs: spanMs('withdraw-within', withdrawWithin) }),
});

export const withinFlag = [
  '--withdraw-within <span>',
  'declared limit from the first sight of a refusal until its text has left every file (default 24h)',
] as const;
