import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { youngSpaceFlag } from '../../src/cli/young-space.ts';
import { bin, environment, node } from './run-heed.ts';

const commandLine = (pid: number | undefined): readonly string[] => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');

test.runIf(process.platform === 'linux')(
  'a crawl bounds its young objects: the process replaces itself, with its id, its standard input and all that was asked of it',
  async () => {
    // Waits for seeds on its standard input.
    const child = spawn(node, [bin, 'crawl', '--out', 'never-made', '--seeds', '-'], { env: environment() });
    const said = text(child.stderr);
    for (let tries = 0; !commandLine(child.pid).includes(youngSpaceFlag) && tries < 400; tries++) await sleep(25);
    expect(commandLine(child.pid).slice(1)).toEqual([youngSpaceFlag, bin, 'crawl', '--out', 'never-made', '--seeds', '-', '']);
    child.stdin.end('not a seed\n');
    const [code] = await once(child, 'exit');
    expect({ code, said: await said }).toEqual({ code: 2, said: expect.stringContaining('not a seed') });
  },
);
