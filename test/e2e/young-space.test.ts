import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { youngSpaceFlag } from '../../src/cli/young-space.ts';
import { bin, environment, node } from './run-heed.ts';

/** Every process that begins says who it is and what it was given. */
const witness = `data:text/javascript,${encodeURIComponent("console.error('BEGUN ' + JSON.stringify([process.pid, process.execArgv, process.argv.slice(2)]))")}`;

test('a crawl bounds its young objects: the process replaces itself, with its id, its standard input and all that was asked of it', async () => {
  const asked = ['crawl', '--out', 'never-made', '--seeds', '-'];
  const child = spawn(node, [bin, ...asked], { env: { ...environment(), NODE_OPTIONS: `--import ${witness}` } });
  const stderr = text(child.stderr);
  child.stdin.end('not a seed\n');
  const [code] = await once(child, 'exit');
  const said = await stderr;
  const begun = [...said.matchAll(/^BEGUN (.*)$/gm)].map(([, line = '']) => JSON.parse(line));
  expect(begun).toEqual([
    [child.pid, [], asked],
    [child.pid, [youngSpaceFlag], asked],
  ]);
  expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('not a seed') });
});
