import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, node, root, startHeed, temporaryFolder } from '../e2e/run-heed.ts';

test('Ctrl-C in the middle of an audit of given bodies leaves nothing half-written', async () => {
  const out = join(temporaryFolder(), 'audit');
  const child = startHeed(['audit', '--robots', '-', '--out', out, '-q']);
  const end = once(child, 'close');
  // More is to come, and does not.
  child.stdin?.write(`${JSON.stringify({ host: 'a.example', text: 'User-agent: *\nDisallow: /' })}\n`);
  const beside = ['audit.jsonl.tmp', 'domains.csv.tmp', 'domains.parquet.tmp'].map(name => join(out, name));
  while (!beside.every(file => existsSync(file))) await new Promise(resolve => setTimeout(resolve, 20));
  child.kill('SIGINT');
  expect(await end).toEqual([null, 'SIGINT']);
  expect(readdirSync(out)).toEqual([]);
});

test('a comparison that ends early takes what it sorted with it', async () => {
  const folder = join(temporaryFolder(), 'tmp');
  mkdirSync(folder);
  const script = `
    import { readdirSync } from 'node:fs';
    import { sortedStates } from ${JSON.stringify(join(root, 'src/audit/compare/sorted-states.ts'))};
    import { auditRecords } from ${JSON.stringify(join(root, 'test/audit/records.ts'))};
    for await (const _ of sortedStates((async function* () { yield* auditRecords(30); })(), 10).states) {
      process.stdout.write(readdirSync(process.env.TMPDIR).join());
      process.exit(12);
    }`;
  const child = spawn(node, ['--input-type=module', '--eval', script], { env: { ...process.env, TMPDIR: folder } });
  const { code, stdout } = await ended(child);
  expect([code, stdout]).toEqual([12, expect.stringMatching(/^heed-diff-\w+$/)]);
  expect(readdirSync(folder)).toEqual([]);
});
