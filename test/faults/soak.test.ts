import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Sample } from '../soak/growth.ts';

const script = fileURLToPath(new URL('../soak/soak.ts', import.meta.url));
const run = promisify(execFile);

async function soak(...more: readonly string[]): Promise<readonly Sample[]> {
  const short = ['--rounds', '4', '--pages', '20', '--request-timeout', '200', '--content-threads', '0', '--json'];
  const { stdout } = await run(process.execPath, ['--expose-gc', script, ...short, ...more]);
  return JSON.parse(stdout) as readonly Sample[];
}

/** The second round has opened everything that is opened once. */
const more = ([, second, ...rest]: readonly Sample[], of: (sample: Sample) => number): number =>
  of(rest.at(-1) as Sample) - of(second as Sample);

describe('a process that crawls again and again beside hosts that hang, reset, drip and never end', () => {
  // Memory needs more rounds than a test has: `npm run soak` measures it.
  test('has no socket, file or timer more after each crawl', async () => {
    const samples = await soak();
    expect(samples).toHaveLength(4);
    expect(more(samples, ({ descriptors }) => descriptors)).toBeLessThanOrEqual(0);
    expect(more(samples, ({ active }) => active)).toBeLessThanOrEqual(1);
  });
});
