/**
 * What an audit costs: a list of synthetic domains on loopback (`audit-sites.ts`: all kinds of answers, slow, dead and hostile ones included), audited by the
 * command line in a process of its own that is measured whole, from its start to the last output. What it says must be the truth, domain by domain.
 *   npm run build && node test/bench/audit.ts [--domains 5000] [--rounds 1] [--node-flags '--cpu-prof'] [--json]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { AuditRecord } from '../../src/assess/index.ts';
import { sitesOf, type Truth } from './audit-sites.ts';
import { differences, toldBy } from './audit-truth.ts';

/** Domains a CPU second of heed's process, and MiB at its peak. */
const bounds = { perCpuSecond: 150, rssMb: 400 } as const;

interface Figures {
  readonly domains: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly wallSeconds: number;
  /** Lines that are not the truth. */
  readonly wrong: readonly string[];
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Written when the process ends, also where it was replaced by itself. */
const measuring = (file: string): string =>
  `data:text/javascript,import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.resourceUsage())));`;

async function audit(count: number, flags: readonly string[]): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-audit-'));
  const web = spawn(process.execPath, [here('audit-web.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = (await once(web.stdout.setEncoding('utf8'), 'data')) as [string];
    const sites = sitesOf(count);
    const [list, out, usage] = ['list.txt', 'audit', 'usage.json'].map(name => join(folder, name)) as [string, string, string];
    writeFileSync(list, `${sites.map(({ entry }) => entry).join('\n')}\n`);
    const startedMs = performance.now();
    const args = [
      ...['audit', '--domains', list, '--out', out, '--contact', 'https://example.org/bot', '--allow-private-network', '-q'],
      ...['--resolve', `*.test=127.0.0.1:${port.trim()}`, '--delay', '0', '--request-timeout', '5s', '--defer-limit', '10s'],
      ...['--address-concurrency', '256', '--domain-concurrency', '64'],
    ];
    const heed = spawn(process.execPath, [...flags, '--import', measuring(usage), here('../../dist/cli/bin.js'), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(heed, 'exit');
    if (code !== 0) throw new Error(`heed ended with ${code}`);
    const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usage, 'utf8'));
    const told = new Map<string, Truth>();
    for await (const line of createInterface(createReadStream(join(out, 'audit.jsonl')))) {
      const record = JSON.parse(line) as AuditRecord;
      told.set(record.asked, toldBy(record));
    }
    return {
      domains: count,
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      rssMb: maxRSS / 1_024,
      wallSeconds: (performance.now() - startedMs) / 1_000,
      wrong: differences(sites, told),
    };
  } finally {
    web.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same work at any time, in CPU s: how fast the machine is just now, before and after. */
function yardstick(): number {
  const before = process.cpuUsage();
  for (let n = 0; n < 300; n++) JSON.parse(JSON.stringify(Array.from({ length: 2_000 }, (_, k) => ({ a: k, b: `x${k}` }))));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const { values } = parseArgs({
  options: {
    domains: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '1' },
    'node-flags': { type: 'string', multiple: true, default: [''] },
    json: { type: 'boolean', default: false },
  },
});
let isMet = true;
for (let round = 0; round < Number(values.rounds); round++) {
  for (const flags of values['node-flags']) {
    const before = yardstick();
    const figures = await audit(Number(values.domains), flags.split(' ').filter(Boolean));
    const { domains, cpuSeconds, rssMb, wallSeconds, wrong } = figures;
    const perCpuSecond = domains / cpuSeconds;
    // A shared machine may be another one by the end.
    const machine = [before, yardstick()] as const;
    const between = machine.map(seconds => seconds.toFixed(2)).join(' and ');
    isMet &&= wrong.length === 0 && perCpuSecond >= bounds.perCpuSecond && rssMb <= bounds.rssMb;
    if (values.json) process.stdout.write(`${JSON.stringify({ flags, machine, ...figures, perCpuSecond })}\n`);
    else
      process.stdout.write(
        `${flags} ${domains} domains, ${perCpuSecond.toFixed(0)} a CPU s (${cpuSeconds.toFixed(1)} CPU s, yardstick ${between} s), ${rssMb.toFixed(0)} MiB, ${wallSeconds.toFixed(1)} s wall, ${wrong.length} wrong\n${wrong.slice(0, 20).join('\n')}`,
      );
  }
}
process.exitCode = isMet ? 0 : 1;
