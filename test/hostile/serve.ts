/**
 * The hostile web as a server of its own, for any crawler: `node test/hostile/serve.ts [--port N]`. With `--list` its cases, one a line;
 * with `--list --json` as one JSON document. Nothing but Node is needed.
 */
import { parseArgs } from 'node:util';
import { urlOf } from './case.ts';
import { authority } from './certificates.ts';
import { neighbourSeeds } from './neighbours.ts';
import { cases, rows } from './rows/index.ts';
import { startHostileWeb } from './server.ts';

export interface CatalogueEntry {
  readonly row: number;
  readonly id: string;
  readonly url: string;
  readonly what: string;
  /** Whether a careful crawler stores anything of the URL; `either` where the list leaves it open. */
  readonly stored: 'yes' | 'no' | 'either';
  /** The reasons heed ends it with. */
  readonly heed: readonly string[];
}

export const catalogue = (port: number): readonly CatalogueEntry[] =>
  rows.flatMap(({ row, cases: list }) =>
    list.map(one => {
      const heed = [one.ends].flat();
      const stored = !heed.includes('kept') ? 'no' : heed.length === 1 ? 'yes' : 'either';
      return { row, id: one.id, url: urlOf(one, port), what: one.what, stored, heed };
    }),
  );

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8930' },
      list: { type: 'boolean' },
      json: { type: 'boolean' },
      authority: { type: 'boolean' },
    },
  });
  const port = Number(values.port);
  if (values.authority) process.stdout.write(`${authority}\n`);
  else if (values.list && values.json) process.stdout.write(`${JSON.stringify(catalogue(port), null, 1)}\n`);
  else if (values.list)
    for (const { id, stored, url, what } of catalogue(port))
      process.stdout.write(`${id.padEnd(24)} ${stored.padEnd(7)} ${url.slice(0, 80)}  ${what}\n`);
  else {
    const web = await startHostileWeb(cases, port);
    process.stdout.write(
      `${cases.length} cases of ${rows.length} rows at 127.0.0.1:${web.port}, and ${neighbourSeeds.length} healthy hosts:\n`,
    );
    for (const { row, title, cases: list } of rows)
      process.stdout.write(`  ${String(row).padStart(2)}  ${title} (${list.length})\n`);
    process.stdout.write(
      `map every host under .test to it, for example: heed crawl http://r23-endless.test/ http://n0.healthy.test/ --out /tmp/hostile \\\n  --resolve '*.test=127.0.0.1:${web.port}' --allow-private-network --contact you@example.org\n`,
    );
  }
}
