import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { readKey, version } from '../../settings/index.ts';
import type { UpkeepOptions } from '../../upkeep/index.ts';
import { spanMs } from './spans.ts';

interface UpkeepFlags {
  readonly out: string;
  readonly withdrawWithin?: string;
  readonly signingKey?: string;
}

/** @throws CodedError ERR_USAGE, ERR_SIGNING_KEY */
export const upkeepOptions = ({ out, withdrawWithin, signingKey }: UpkeepFlags): UpkeepOptions => ({
  out,
  software: { name: 'heed', version },
  random: randomBytes(3).toString('hex'),
  wallClock: Date.now,
  ...(withdrawWithin === undefined ? {} : { withinMs: spanMs('withdraw-within', withdrawWithin) }),
  ...(signingKey === undefined ? {} : { signingKey: readKey(signingKey) }),
});

export const withUpkeepFlags = (command: Command): Command =>
  command
    .requiredOption('--out <dir>', 'dataset folder')
    .option(
      '--withdraw-within <span>',
      'declared limit from the first sight of a refusal until its text has left every file (default 24h)',
    )
    .option(
      '--signing-key <file>',
      'private Ed25519 key (PEM or JWK): the manifest is signed, as an in-toto statement in a DSSE envelope',
    );
