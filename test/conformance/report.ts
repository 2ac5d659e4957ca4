/** `npm run conformance [-- POLICY]`: prints Markdown tables, writes nothing. Exit 1 where heed does not do what a vector says. */
import { compare, type SignalRow, type Tally } from './compare.ts';

const sum = (rows: readonly SignalRow[], name: string): Tally =>
  rows.reduce(
    (total, { others }) => {
      const one = others.get(name);
      return {
        agrees: total.agrees + (one?.agrees ?? 0),
        permissive: total.permissive + (one?.permissive ?? 0),
        stricter: total.stricter + (one?.stricter ?? 0),
        cannotRead: total.cannotRead + (one?.cannotRead ?? 0),
      };
    },
    { agrees: 0, permissive: 0, stricter: 0, cannotRead: 0 },
  );

const cell = ({ agrees, permissive, stricter, cannotRead }: Tally): string =>
  `${agrees} / ${permissive} / ${stricter} / ${cannotRead}`;

function table(rows: readonly SignalRow[]): string {
  const names = [...(rows[0]?.others.keys() ?? [])];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cases = rows.reduce((total, row) => total + row.cases, 0);
  const missed = rows.reduce((total, row) => total + row.missed.length, 0);
  return [
    line(['signal', 'vectors', 'heed as the vectors say', ...names]),
    line(['---', '---:', '---:', ...names.map(() => '---:')]),
    ...rows.map(row =>
      line([
        `\`${row.signal}\``,
        String(row.cases),
        String(row.cases - row.missed.length),
        ...names.map(name => cell(row.others.get(name) as Tally)),
      ]),
    ),
    line(['**all**', `**${cases}**`, `**${cases - missed}**`, ...names.map(name => `**${cell(sum(rows, name))}**`)]),
  ].join('\n');
}

/** The report, and the vectors heed misses. */
export function report(policy: string): { readonly markdown: string; readonly missed: readonly string[] } {
  const robotsOnly = compare('rfc9309', signal => signal === 'robots.rule');
  // The operator's own records are known to heed alone: they are checked and not compared.
  const everything = compare(policy);
  const markdown = `Cells of the other tools: agrees with heed / more permissive / stricter / cannot read.

### The question they were made for: may this URL be fetched? (\`rfc9309\`)

${table(robotsOnly)}

### The question of a training corpus: may this page be used? (\`${policy}\`)

${table(everything.filter(({ signal }) => !signal.startsWith('operator.')))}
`;
  return { markdown, missed: everything.flatMap(row => row.missed.map(name => `${row.signal}: ${name}`)) };
}

if (import.meta.main) {
  const { markdown, missed } = report(process.argv[2] ?? 'standard');
  process.stdout.write(markdown);
  for (const name of missed) process.stderr.write(`not as the vector says: ${name}\n`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}
