/**
 * What a crawl costs: 200 hosts × 50 articles of 45 KB and about 105 links on loopback, crawled by heed, by heed without its text, and by its rivals in turn, each in a
 * process of its own that is measured whole, start included.
 *   npm run bench -- [--pages 10000] [--hosts 200] [--bytes 45000] [--links 105] [--rounds 1] [--rival-pages 2500] [--only heed,heed-no-text,crawlee,undici,scrapy]
 *                    [--no-rival] [--json] [--cpu-prof DIR]
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { youngSpaceFlag } from '../../src/cli/young-space.ts';
import { startWeb } from './web.ts';

/** What a contender is told. */
export interface Contest {
  readonly out: string;
  readonly port: number;
  readonly seeds: readonly string[];
  /** A rival stops about here; heed crawls the whole web. */
  readonly maxPages: number;
  /** heed without text, language and masking. */
  readonly isTextOff: boolean;
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
  /** How long the loop that talks to the sites was late, in ms. */
  readonly lagMs?: Readonly<Record<'p50' | 'p99' | 'max', number>>;
  /** Total ms by stage: CPU for synchronous stages, waiting included for `fetch` and `evidence`. */
  readonly stages?: Readonly<Record<string, number>>;
}

const contenders = ['heed', 'heed-no-text', 'crawlee', 'undici', 'scrapy'] as const;
type Contender = (typeof contenders)[number];
const python = '/usr/bin/python3';

/** CPU s per 1,000 pages and MiB; and how many times as much a rival has to use. */
const budget = { heed: 4, 'heed-no-text': 2.6, rssMb: 500, scrapy: 8, crawlee: 3 } as const;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const commands: Readonly<Record<Contender, readonly string[]>> = {
  heed: [process.execPath, youngSpaceFlag, here('crawl-heed.ts')],
  'heed-no-text': [process.execPath, youngSpaceFlag, here('crawl-heed.ts')],
  crawlee: [process.execPath, here('crawl-crawlee.ts')],
  undici: [process.execPath, here('crawl-undici.ts')],
  scrapy: [python, here('crawl_scrapy.py')],
};
const isThere = (contender: Contender): boolean =>
  contender !== 'scrapy' || spawnSync(python, ['-c', 'import scrapy']).status === 0;

async function run(
  contender: Contender,
  contest: Omit<Contest, 'out' | 'isTextOff'>,
  nodeFlags: readonly string[],
): Promise<Figures> {
  const out = mkdtempSync(join(tmpdir(), `bench-${contender}-`));
  const [command = '', ...rest] = commands[contender];
  const started = performance.now();
  try {
    const told = JSON.stringify({ ...contest, out, isTextOff: contender === 'heed-no-text' } satisfies Contest);
    const flags = contender.startsWith('heed') ? nodeFlags : [];
    const child = spawn(command, [...flags, ...rest, told], { stdio: ['ignore', 'pipe', 'inherit'] });
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

const line = (name: string, { pages, kept, cpuSecondsPer1000, cpuMs, wallMs, rssMb, lagMs }: Figures): string =>
  `${name.padEnd(12)} ${String(pages).padStart(6)} pages, ${String(kept).padStart(5)} kept  ${cpuSecondsPer1000.toFixed(2).padStart(6)} CPU s/1000 pages` +
  `  (${(cpuMs / 1_000).toFixed(1)} CPU s)  ${(wallMs / 1_000).toFixed(1).padStart(6)} s wall  ${((pages / wallMs) * 1_000).toFixed(0).padStart(4)} pages/s` +
  `  ${rssMb.toFixed(0).padStart(4)} MB peak${lagMs ? `  loop late by ${lagMs.p50.toFixed(1)} / ${lagMs.p99.toFixed(0)} / ${lagMs.max.toFixed(0)} ms (p50, p99, max)` : ''}`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      pages: { type: 'string', default: '10000' },
      hosts: { type: 'string', default: '200' },
      bytes: { type: 'string', default: '45000' },
      links: { type: 'string', default: '105' },
      rounds: { type: 'string', default: '1' },
      'rival-pages': { type: 'string', default: '2500' },
      only: { type: 'string', default: contenders.join(',') },
      json: { type: 'boolean', default: false },
      'no-rival': { type: 'boolean', default: false },
      'cpu-prof': { type: 'string' },
    },
  });
  const shape = {
    pages: Number(values.pages),
    hosts: Number(values.hosts),
    bytes: Number(values.bytes),
    links: Number(values.links),
  };
  const profile = values['cpu-prof'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`];
  const say = (said: string): void => void (values.json ? null : console.log(said));
  const wanted = contenders.filter(
    name => values.only.split(',').includes(name) && !(values['no-rival'] && !name.startsWith('heed')),
  );
  const taking = wanted.filter(isThere);
  for (const name of wanted) if (!taking.includes(name)) say(`${name} is not installed here and takes no part`);
  const web = await startWeb(shape);
  const rounds: Partial<Record<Contender, Figures>>[] = [];
  try {
    say(`${shape.pages} articles of ${shape.bytes} octets and about ${shape.links} links on ${shape.hosts} hosts`);
    for (let round = 0; round < Number(values.rounds); round++) {
      const figures: Partial<Record<Contender, Figures>> = {};
      for (const name of taking) {
        const maxPages = name.startsWith('heed') ? Number.MAX_SAFE_INTEGER : Number(values['rival-pages']);
        const found = await run(name, { port: web.port, seeds: web.seeds, maxPages }, profile);
        figures[name] = found;
        say(line(name, found));
      }
      rounds.push(figures);
    }
  } finally {
    await web.close();
  }

  const costOf = (name: Contender): number => median(rounds.flatMap(figures => figures[name]?.cpuSecondsPer1000 ?? []));
  const rssMb = Math.max(...rounds.flatMap(({ heed }) => heed?.rssMb ?? []));
  const ratioTo = (name: Contender): number =>
    median(
      rounds.flatMap(({ heed, [name]: rival }) => (heed && rival ? [rival.cpuSecondsPer1000 / heed.cpuSecondsPer1000] : [])),
    );
  const has = (name: Contender): boolean => taking.includes(name);
  const last = rounds.at(-1)?.heed;
  for (const [stage, ms] of Object.entries(last?.stages ?? {})) {
    say(`  ${stage.padEnd(10)} ${(ms / (last?.pages ?? 1)).toFixed(2).padStart(7)} ms/page`);
  }
  const bounds = [
    ...(has('heed') ? [{ what: 'CPU s/1000 pages', is: costOf('heed'), most: budget.heed }] : []),
    ...(has('heed') ? [{ what: 'MB peak', is: rssMb, most: budget.rssMb }] : []),
    ...(has('heed-no-text')
      ? [{ what: 'CPU s/1000 pages without text', is: costOf('heed-no-text'), most: budget['heed-no-text'] }]
      : []),
    ...(['scrapy', 'crawlee'] as const)
      .filter(name => has('heed') && has(name))
      .map(name => ({
        what: `of ${name}'s CPU time per page, times ${budget[name]}`,
        is: budget[name] / ratioTo(name),
        most: 1,
      })),
  ].map(bound => ({ ...bound, isKept: bound.is <= bound.most }));
  const ratios = Object.fromEntries(taking.filter(name => has('heed') && name !== 'heed').map(name => [name, ratioTo(name)]));
  for (const [name, ratio] of Object.entries(ratios))
    say(`a page costs ${name} ${ratio.toFixed(2)} times the CPU time it costs heed`);
  for (const { what, is, most, isKept } of bounds)
    say(`${isKept ? 'kept    ' : 'EXCEEDED'} ${is.toFixed(2)} ${what}, at most ${most}`);
  if (values.json) console.log(JSON.stringify({ shape, rounds, ratios, bounds }));
  process.exitCode = bounds.every(({ isKept }) => isKept) ? 0 : 1;
}
