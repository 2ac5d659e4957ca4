/**
 * `npm run audit:agreement [-- DIR]`: prints how far an audit agrees with Google's parser and with published lists, over the files of DIR (or of
 * HEED_ROBOTS_DATA), else over the excerpt that the repository holds. Exit 1 where they disagree and no listed body says why.
 */
import { join } from 'node:path';
import {
  type Agreement,
  type AnsweredBody,
  agreementOf,
  type Mentioned,
  readLines,
  stricterBodies,
} from './audit-agreement-run.ts';

const directory = process.argv[2] ?? process.env.HEED_ROBOTS_DATA;
const excerpt = new URL('../../fixtures/wild/robots-answered.jsonl.gz', import.meta.url);
const bodies = readLines<AnsweredBody>(directory === undefined ? excerpt : join(directory, 'audit-licensed.jsonl.gz'));
const months = directory === undefined ? [] : readLines<Mentioned>(join(directory, 'answers-samber-2024-02_2026-01.jsonl.gz'));

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function table({ rows }: Agreement): string {
  return [
    line(['answer', 'compared', 'equal', 'we say yes, they no', 'we say no, they yes', 'bodies']),
    line(['---', '---:', '---:', '---:', '---:', '---:']),
    ...rows.map(row => line([row.what, row.compared, row.equal, row.more, row.less, row.bodies])),
  ].join('\n');
}

const agreement = await agreementOf(bodies, months, stricterBodies);
console.log(`${agreement.bodies} bodies, ${agreement.agents} agents\n`);
console.log(table(agreement));
console.log('\nBodies on which the lenient reading closes more, on purpose:\n');
for (const { host, digest, agents, reason } of stricterBodies)
  console.log(`- ${host} \`${digest.slice(0, 23)}…\`, ${agents.length === 1 ? agents[0] : `${agents.length} agents`}: ${reason}`);
for (const failure of agreement.failures) console.error(`DIFFERS ${failure}`);
if (agreement.failures.length > 0) process.exitCode = 1;
