import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { loadManifestKey, readSettings, version } from '../../settings/index.ts';
import type { UpkeepOptions } from '../../upkeep/index.ts';

interface UpkeepFlags {
  readonly out: string;
  readonly config?: string;
  readonly withdrawWithin?: string;
  readonly signingKey?: string;
}

/**
 * What the crawl's own configuration says of withdrawals and signatures holds for what is done to its dataset too.
 * @throws CodedError ERR_CONFIG_…, ERR_SIGNING_KEY
 */
export function upkeepOptions({ out, config: file, withdrawWithin, signingKey }: UpkeepFlags): UpkeepOptions {
  const flags = { 'withdraw-within': withdrawWithin, 'signing-key': signingKey };
  const { config } = readSettings({ flags, environment: process.env, file });
  return {
    out,
    software: { name: 'heed', version },
    random: randomBytes(3).toString('hex'),
    wallClock: Date.now,
    withinMs: config['withdraw-within'],
    signingKey: loadManifestKey(config),
  };
}

export const withUpkeepFlags = (command: Command): Command =>
  command
    .requiredOption('--out <dir>', 'dataset folder')
    .option('--config <file|->', 'YAML configuration of the crawl: its withdraw-within and signing-key hold here too')
    .option(
      '--withdraw-within <span>',
      'declared limit from the first sight of a refusal until its text has left every file (default 24h)',
    )
    .option(
      '--signing-key <file>',
      'private Ed25519 key (PEM or JWK): the manifest is signed, as an in-toto statement in a DSSE envelope',
    );
