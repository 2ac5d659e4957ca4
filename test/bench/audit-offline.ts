/**
 * `heed audit --robots`: origins per CPU second and peak memory of the whole command, figures, tables and page included, over many origins: bodies that
 * repeat as they do in the file given, and bodies that are all different.
 *
 *     npm run build && node test/bench/audit-offline.ts FILE.jsonl.gz [origins]
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const heed = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));

/** Written when the process that did the work ends. */
type Usage = Pick<NodeJS.ResourceUsage, 'userCPUTime' | 'systemCPUTime' | 'maxRSS'>;
const reporter = (file: string): string =>
  `data:text/javascript,${encodeURIComponent(
    `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.resourceUsage())));`,
  )}`;

async function measure(name: string, origins: number, textOf: (index: number) => string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const input = join(folder, 'robots.jsonl');
  const usage = join(folder, 'usage.json');
  const lines = function* (): Iterable<string> {
    for (let index = 0; index < origins; index++)
      yield `${JSON.stringify({ host: `host-${index}.example`, date: '2026-11-27', text: textOf(index) })}\n`;
  };
  await pipeline(Readable.from(lines()), createWriteStream(input));
  const { status, stderr } = spawnSync(process.execPath, [heed, 'audit', '--robots', input, '--out', join(folder, 'audit')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: `--import=${reporter(usage)}` },
  });
  if (status !== 0) throw new Error(stderr);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usage, 'utf8')) as Usage;
  rmSync(folder, { recursive: true });
  const seconds = (userCPUTime + systemCPUTime) / 1e6;
  const rate = Math.round(origins / seconds);
  console.log(
    `${name}: ${origins} origins, ${seconds.toFixed(1)} s CPU, ${rate} origins per CPU second, peak ${Math.round(maxRSS / 1_024)} MiB`,
  );
}

const [file = '', count = '100000'] = process.argv.slice(2);
const bodies = gunzipSync(readFileSync(file))
  .toString()
  .trim()
  .split('\n')
  .map(line => (JSON.parse(line) as { text: string }).text);
const body = (index: number): string => bodies[index % bodies.length] ?? '';
await measure('bodies that repeat', Number(count), body);
await measure('bodies that are all different', Number(count), index => `${body(index)}\n# ${index}\n`);
