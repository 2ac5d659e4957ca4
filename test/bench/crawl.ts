/**
 * What a crawl costs: 2 000 articles of 45 KB on 200 hosts, on loopback, crawled by heed and by Crawlee's CheerioCrawler in turn, each in a process
 * of its own that is measured whole, start included.
 *   npm run bench -- [--pages 2000] [--hosts 200] [--bytes 45000] [--rounds 1] [--json] [--no-rival] [--cpu-prof DIR]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startWeb } from './web.ts';

/** What a contender is told. */
export interface Contest {
  readonly out: string;
  readonly port: number;
  readonly seeds: readonly string[];
}

interface Figures {
  /** Pages that were asked for, whatever the answer; declarations not counted. */
  readonly pages: number;
  readonly kept: number;
  readonly wallMs: number;
  /** User and system time of the whole process, all its threads. */
  readonly cpuMs: number;
  /** Peak resident size, MiB. */
  readonly rssMb: number;
  readonly cpuSecondsPer1000: number;
  /** Total ms by stage: CPU for synchronous stages, waiting included for `fetch` and `evidence`. */
  readonly stages?: Readonly<Record<string, number>>;
}

const budget = { cpuSecondsPer1000: 8, rssMb: 500 };

async function run(contender: 'heed' | 'crawlee', contest: Omit<Contest, 'out'>, nodeFlags: readonly string[]): Promise<Figures> {
  const out = mkdtempSync(join(tmpdir(), `bench-${contender}-`));
  const script = fileURLToPath(new URL(`crawl-${contender}.ts`, import.meta.url));
  const started = performance.now();
  try {
    const child = spawn(process.execPath, [...nodeFlags, script, JSON.stringify({ ...contest, out })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (code !== 0) throw new Error(`${contender} ended with ${code}`);
    const wallMs = performance.now() - started;
    const figures = JSON.parse(said) as Omit<Figures, 'wallMs' | 'cpuSecondsPer1000'>;
    return { ...figures, wallMs, cpuSecondsPer1000: figures.cpuMs / figures.pages };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const line = (name: string, { pages, kept, cpuSecondsPer1000, cpuMs, wallMs, rssMb }: Figures): string =>
  `${name.padEnd(8)} ${String(pages).padStart(5)} pages, ${String(kept).padStart(5)} kept  ${cpuSecondsPer1000.toFixed(2).padStart(6)} CPU s/1000 pages` +
  `  (${(cpuMs / 1_000).toFixed(1)} CPU s)  ${(wallMs / 1_000).toFixed(1).padStart(5)} s wall  ${rssMb.toFixed(0).padStart(4)} MB peak`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      pages: { type: 'string', default: '2000' },
      hosts: { type: 'string', default: '200' },
      bytes: { type: 'string', default: '45000' },
      rounds: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      'no-rival': { type: 'boolean', default: false },
      'cpu-prof': { type: 'string' },
    },
  });
  const shape = { pages: Number(values.pages), hosts: Number(values.hosts), bytes: Number(values.bytes) };
  const profile = values['cpu-prof'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`];
  const say = (text: string): void => void (values.json ? null : console.log(text));
  const web = await startWeb(shape);
  const rounds: { heed: Figures; crawlee?: Figures }[] = [];
  try {
    say(`${shape.pages} articles of ${shape.bytes} octets on ${shape.hosts} hosts`);
    for (let round = 0; round < Number(values.rounds); round++) {
      const heed = await run('heed', web, profile);
      say(line('heed', heed));
      const crawlee = values['no-rival'] ? undefined : await run('crawlee', web, []);
      if (crawlee) say(line('crawlee', crawlee));
      rounds.push({ heed, ...(crawlee ? { crawlee } : {}) });
    }
  } finally {
    await web.close();
  }
  const cpuSecondsPer1000 = median(rounds.map(({ heed }) => heed.cpuSecondsPer1000));
  const rssMb = Math.max(...rounds.map(({ heed }) => heed.rssMb));
  const ratios = rounds.flatMap(({ heed, crawlee }) => (crawlee ? [heed.cpuSecondsPer1000 / crawlee.cpuSecondsPer1000] : []));
  const isWithin = cpuSecondsPer1000 <= budget.cpuSecondsPer1000 && rssMb <= budget.rssMb;
  const ratio = ratios.length > 0 ? median(ratios) : undefined;
  if (values.json) console.log(JSON.stringify({ shape, rounds, cpuSecondsPer1000, rssMb, ratio, budget, isWithin }));
  for (const [stage, ms] of Object.entries(rounds.at(-1)?.heed.stages ?? {})) {
    say(`  ${stage.padEnd(10)} ${(ms / (rounds.at(-1)?.heed.pages ?? 1)).toFixed(2).padStart(7)} ms/page`);
  }
  if (ratio !== undefined) say(`heed costs ${ratio.toFixed(2)} of the CPU time a page costs Crawlee`);
  say(`budget: ${budget.cpuSecondsPer1000} CPU s/1000 pages and ${budget.rssMb} MB: ${isWithin ? 'kept' : 'EXCEEDED'}`);
  process.exitCode = isWithin ? 0 : 1;
}
