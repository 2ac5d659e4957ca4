import { CodedError, exitCodes } from '../../vocab/index.ts';
import { linesOfFile } from './lines.ts';

const maxUrlBytes = 8_192;

/**
 * Seeds from arguments and from a file (one URL a line, `#` comments, `-` for standard input), each an absolute URL.
 * @throws CodedError ERR_SEED_URL, ERR_SEEDS_UNREADABLE (exit 2)
 */
export async function readSeeds(given: readonly string[], file: string | undefined): Promise<readonly string[]> {
  const seeds = given.map(text => seedOf(text, 'the command line'));
  if (file !== undefined) seeds.push(...(await seedsOfFile(file)));
  return [...new Set(seeds)];
}

async function seedsOfFile(file: string): Promise<string[]> {
  const seeds: string[] = [];
  const named = { file, maxBytes: maxUrlBytes, code: 'ERR_SEEDS_UNREADABLE', what: `the seeds \`${file}\`` } as const;
  for await (const { text, number } of linesOfFile(named)) {
    const seed = text?.trim() ?? '';
    if (text === null)
      throw new CodedError('ERR_SEED_URL', exitCodes.usage, `${file}:${number}: the line is longer than ${maxUrlBytes} bytes`, {
        next: 'write one URL a line',
      });
    if (seed !== '' && !seed.startsWith('#')) seeds.push(seedOf(seed, `${file}:${number}`));
  }
  return seeds;
}

/**
 * One absolute http(s) URL.
 * @throws CodedError ERR_SEED_URL (exit 2)
 */
export function seedOf(text: string, place: string): string {
  const url = URL.parse(text.trim());
  if (url && /^https?:$/.test(url.protocol)) return url.href;
  const isHostLike = /^[\p{L}\p{N}.-]+(:\d+)?(\/|$)/u.test(text.trim());
  throw new CodedError(
    'ERR_SEED_URL',
    exitCodes.usage,
    `${place}: \`${text.slice(0, 200)}\` is not an absolute http or https URL`,
    {
      next: isHostLike
        ? `write the scheme too: \`https://${text.trim().slice(0, 200)}\``
        : 'a seed looks like `https://site.example/`',
    },
  );
}
