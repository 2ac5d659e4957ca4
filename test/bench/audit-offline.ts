/**
 * `heed audit --robots`: origins per CPU second and peak memory over many origins, of bodies that repeat as they do in the file given, and of bodies that are
 * all different. The pass runs in a process of its own, started as the command starts itself.
 *
 *     npm run build && node test/bench/audit-offline.ts FILE.jsonl.gz [origins]
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

interface Measured {
  readonly records: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/** The built modules, whose types are those of the sources. */
const built = <T>(room: string): Promise<T> => import(new URL(`../../dist/${room}/index.js`, import.meta.url).href) as Promise<T>;

async function pass(input: string): Promise<void> {
  const { recordsFromRobots, saved } = await built<typeof import('../../src/audit/index.ts')>('audit');
  const { loadAgents, loadPolicy, presetNames } = await built<typeof import('../../src/settings/index.ts')>('settings');
  const yardstick = { productToken: 'heed', policies: presetNames.map(loadPolicy), facts: { agents: loadAgents() } };
  const before = process.cpuUsage();
  let records = 0;
  for await (const _ of saved(recordsFromRobots(createReadStream(input), { yardstick, onBad: () => {} }), `${input}.audit`))
    records++;
  const { user, system } = process.cpuUsage(before);
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(JSON.stringify({ records, cpuSeconds: (user + system) / 1e6, peakMiB } satisfies Measured));
}

async function measure(name: string, origins: number, textOf: (index: number) => string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const input = join(folder, 'robots.jsonl');
  const lines = function* (): Iterable<string> {
    for (let index = 0; index < origins; index++)
      yield `${JSON.stringify({ host: `host-${index}.example`, date: '2026-11-27', text: textOf(index) })}\n`;
  };
  await pipeline(Readable.from(lines()), createWriteStream(input));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-semi-space-size=8', ...process.execArgv, fileURLToPath(import.meta.url), 'pass', input],
    {
      encoding: 'utf8',
    },
  );
  rmSync(folder, { recursive: true });
  if (stdout === '') throw new Error(stderr);
  const { records, cpuSeconds, peakMiB } = JSON.parse(stdout) as Measured;
  const rate = Math.round(records / cpuSeconds);
  console.log(`${name}: ${records} origins, ${cpuSeconds.toFixed(1)} s CPU, ${rate} origins per CPU second, peak ${peakMiB} MiB`);
}

const [file = '', second = '100000'] = process.argv.slice(2);
if (file === 'pass') await pass(second);
else {
  const bodies = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { text: string }).text);
  const body = (index: number): string => bodies[index % bodies.length] ?? '';
  await measure('bodies that repeat', Number(second), body);
  await measure('bodies that are all different', Number(second), index => `${body(index)}\n# ${index}\n`);
}
