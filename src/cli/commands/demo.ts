import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { packagePath, readSettings } from '../../settings/index.ts';
import { serveSites } from '../demo/serve-sites.ts';
import type { Exit } from '../exit.ts';
import { plain, type Terminal } from '../talk/terminal.ts';
import { command, terminalOf } from './command.ts';
import { runCrawl } from './crawl.ts';

export const demoCommand = (_exit: Exit): Command =>
  command('demo')
    .option('--out <dir>', 'dataset folder (default: heed-demo, or heed-demo-2, … when that exists)')
    .option('--policy <name|file>', 'policy', 'standard')
    .addHelpText('after', '\nExamples:\n  heed demo\n  heed demo --policy strict --out strict-demo')
    .action(async options => {
      const terminal = terminalOf(options);
      const out: string = options.out ?? freeFolder('heed-demo');
      const web = await serveSites(packagePath('fixtures/sites'));
      try {
        const { config } = readSettings({ flags: demoFlags(out, options.policy, web.port), environment: {} });
        const summary = await runCrawl(config, out, web.seeds, terminal);
        if (terminal.isJson) return await terminal.data(`${JSON.stringify(summary)}\n`);
        await terminal.data(await table(out, summary.run, terminal));
        await terminal.data(nextSteps(out, summary.counts.urls, summary.counts.byDisposition.keep ?? 0));
      } finally {
        await web.close();
      }
    });

/** An ordinary crawl of an extraordinary web: no pause, and one second of patience with the site that is down. */
const demoFlags = (out: string, policy: string, port: number): Record<string, unknown> => ({
  out,
  policy,
  operator: 'heed demo',
  contact: 'https://heed.test/bot',
  resolve: [`*.test=127.0.0.1:${port}`],
  'allow-private-network': true,
  delay: 0,
  'defer-limit': 1_000,
});

function freeFolder(name: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!existsSync(candidate)) return candidate;
  }
}

interface SiteRow {
  kept: number;
  readonly reasons: Map<string, number>;
  /** The first row that shows what the site said. */
  example: string;
}

/** One line a site: what it says, what was kept, and why the rest was not. */
async function table(out: string, run: string, { style, columns }: Terminal): Promise<string> {
  const { readProvenance } = await import('../../store/index.ts');
  const says = sayings();
  const rows = new Map<string, SiteRow>();
  for await (const { record } of readProvenance(out, { run })) {
    const { host } = new URL(record.url);
    const row = rows.get(host) ?? { kept: 0, reasons: new Map(), example: record.url };
    if (record.disposition === 'keep') row.kept++;
    else {
      if (row.reasons.size === 0) row.example = record.url;
      row.reasons.set(record.reason, (row.reasons.get(record.reason) ?? 0) + 1);
    }
    rows.set(host, row);
  }
  const sites = [...rows].filter(([host]) => says.has(host)).sort(([a], [b]) => (a < b ? -1 : 1));
  const hostWidth = Math.max(...sites.map(([host]) => host.length), 4);
  const lines = sites.map(([host, { kept, reasons }]) => {
    const why = [...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ');
    const head = `${host.padEnd(hostWidth)}  ${style(kept > 0 ? 'green' : 'red', String(kept).padStart(4))}  `;
    const text = plain(says.get(host) ?? '');
    return `${head}${text}\n${' '.repeat(hostWidth + 8)}${style('dim', why === '' ? 'everything kept' : why)}`;
  });
  const title = `${'site'.padEnd(hostWidth)}  kept  what it says, and why the rest is not kept`;
  return `\n${style('bold', title.slice(0, columns))}\n${lines.join('\n')}\n`;
}

/** What each fixture site says, in its own words for people. */
function sayings(): ReadonlyMap<string, string> {
  const folder = packagePath('fixtures/sites');
  const sites = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return new Map(
    sites.map(({ name }) => {
      const { host, title } = JSON.parse(readFileSync(join(folder, name, 'site.json'), 'utf8')) as {
        host: string;
        title: string;
      };
      return [host, title];
    }),
  );
}

const nextSteps = (out: string, urls: number, kept: number): string =>
  [
    '',
    `${urls} URLs seen, ${kept} documents kept. Every one of them has a row with a reason and the bytes that prove it.`,
    '',
    'Look further:',
    `  npx heed verify ${out}`,
    `  npx heed explain http://agents-refused.test/ --out ${out}`,
    `  zcat ${out}/documents/*/*.jsonl.gz | head -1`,
    `  npx heed policy show strict`,
    '',
  ].join('\n');
