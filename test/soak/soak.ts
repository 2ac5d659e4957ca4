// The same web crawled round after round in one process, beside hosts that hang, reset, drip and never end: does anything grow?
//   npm run soak [-- --minutes 5 --rounds 0 --pages 200]      needs --expose-gc; exits 1 where memory, descriptors or timers grow
//   --request-timeout 700 (ms), --content-threads 0: for short rounds      --json: the figures alone, whatever they are; exits 0
//   --leak heap|buffers|descriptors|active                    leaks on purpose, to see that it is found
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCrawl } from '../../src/cli/commands/crawl.ts';
import { terminal } from '../../src/cli/talk/terminal.ts';
import { readSettings } from '../../src/settings/index.ts';
import { startWeb } from '../bench/web.ts';
import { bounds, type Figure, growths, type Sample, warmUp } from './growth.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '0' },
    pages: { type: 'string', default: '200' },
    'request-timeout': { type: 'string', default: '700' },
    'content-threads': { type: 'string' },
    json: { type: 'boolean', default: false },
    leak: { type: 'string' },
  },
});
const collect = globalThis.gc ?? fail('run it with --expose-gc');
const maxRounds = Number(values.rounds) || Number.POSITIVE_INFINITY;
const endsAt = maxRounds === Number.POSITIVE_INFINITY ? performance.now() + Number(values.minutes) * 60_000 : maxRounds * 60_000;
const pages = Number(values.pages);

const folder = mkdtempSync(join(tmpdir(), 'heed-soak-'));
const web = await startWeb({ pages, hosts: Math.max(2, pages / 20), bytes: 20_000 });
const bad = await startBadHosts();
const samples: Sample[] = [];
const leaked: unknown[] = [];
const leaks: Readonly<Record<Figure, () => void>> = {
  heap: () => leaked.push(Array.from({ length: 100_000 }, (_, i) => ({ i }))),
  buffers: () => leaked.push(Buffer.alloc(4 * 2 ** 20)),
  rss: () => leaked.push(Buffer.alloc(64 * 2 ** 20, 1)),
  descriptors: () => leaked.push(openSync('/dev/null', 'r'), openSync('/dev/null', 'r')),
  active: () =>
    leaked.push(
      setInterval(() => {}, 60_000),
      setInterval(() => {}, 60_000),
    ),
};

say(
  `${pages} pages and ${bad.hosts.length} hosts that misbehave, ${Number.isFinite(maxRounds) ? `${maxRounds} rounds` : `for ${values.minutes} minutes`}\n`,
);
say(row('round', 'seconds', 'pages', 'heap MB', 'buffers MB', 'rss MB', 'descriptors', 'active'));
while (samples.length < maxRounds && performance.now() < endsAt) {
  const started = performance.now();
  const fetched = await crawlOnce(join(folder, `round-${samples.length}`));
  if (values.leak) leaks[values.leak as Figure]();
  const sample = await measure();
  samples.push(sample);
  const seconds = (performance.now() - started) / 1_000;
  say(row(samples.length, seconds.toFixed(1), fetched, ...shown(sample)));
}
await web.close();
await bad.close();
rmSync(folder, { recursive: true, force: true });
if (values.json) {
  console.log(JSON.stringify(samples));
  process.exit(0);
}

if (samples.length < warmUp(samples.length) + 3) fail(`only ${samples.length} rounds: give it more time`);
console.log(`\nAfter ${warmUp(samples.length)} rounds to warm up:\n`);
console.log(row('', 'first third', 'last third', 'by round', 'bound', 'and by round'));
const found = growths(samples);
for (const { figure, first, last, slope, isGrowing } of found) {
  const { most, perRound } = bounds[figure];
  const cells = [first, last, slope, most, perRound].map(value => inUnit(figure, value));
  console.log(row(figure, ...cells, ...(isGrowing ? ['GROWS'] : [])));
}
// Leaked timers must not keep it here.
process.exit(found.some(({ isGrowing }) => isGrowing) ? 1 : 0);

async function crawlOnce(out: string): Promise<number> {
  const { config } = readSettings({
    flags: {
      ...{
        out,
        'allow-private-network': true,
        delay: 0,
        'defer-limit': 300,
        'request-timeout': Number(values['request-timeout']),
        'max-bytes': 300_000,
      },
      ...{ resolve: [`*.bad.test=127.0.0.1:${bad.port}`, `*.test=127.0.0.1:${web.port}`] },
      ...(values['content-threads'] === undefined ? {} : { 'content-threads': Number(values['content-threads']) }),
      ...{ operator: 'soak', contact: 'https://heed.test/bot' },
    },
    environment: {},
  });
  const seeds = [...web.seeds, ...bad.hosts.map(host => `http://${host}/`)];
  const { pagesFetched, counts } = await runCrawl(config, out, seeds, terminal({ json: true, quiet: true }));
  const { keep = 0 } = counts.byDisposition;
  if (keep < pages / 2) fail(`only ${keep} of ${pages} pages were kept: the web is not being crawled`);
  rmSync(out, { recursive: true, force: true });
  return pagesFetched;
}

async function measure(): Promise<Sample> {
  // What was closed leaves the loop at its next turns.
  await sleep(150);
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await sleep(10);
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return {
    heap: heapUsed,
    buffers: arrayBuffers,
    rss,
    // The listing itself is open while it is made.
    descriptors: readdirSync('/proc/self/fd').length - 1,
    active: process.getActiveResourcesInfo().length,
  };
}

async function startBadHosts(): Promise<{ readonly port: number; readonly hosts: readonly string[]; close(): Promise<void> }> {
  const script = fileURLToPath(new URL('bad-hosts.ts', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { port, hosts } = JSON.parse(line) as { port: number; hosts: readonly string[] };
  const close = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  };
  return { port, hosts, close };
}

function say(line: string): void {
  if (!values.json) console.log(line);
}

function shown(sample: Sample): readonly string[] {
  return (Object.keys(bounds) as Figure[]).map(figure => inUnit(figure, sample[figure]));
}

function inUnit(figure: Figure, value: number): string {
  const isCount = figure === 'descriptors' || figure === 'active';
  const text = isCount ? value.toFixed(2) : (value / 2 ** 20).toFixed(2);
  return text.replace(/\.00$/, '');
}

function row(...cells: readonly (string | number)[]): string {
  return cells.map(cell => String(cell).padStart(12)).join('');
}

function fail(why: string): never {
  console.error(why);
  process.exit(2);
}
