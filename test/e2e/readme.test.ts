import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from './run-heed.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const [commands = ''] = /(?<=```sh\n)[^`]+/.exec(readme) ?? [];
const clone = mkdtempSync(join(tmpdir(), 'heed-readme-'));
afterAll(() => rmSync(clone, { recursive: true, force: true }));

/** The PATH of a newcomer: without this checkout's own binaries, so that the machine's Node begins and the package's Node takes over. */
const newcomersPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter(folder => !folder.includes('node_modules'))
  .join(delimiter);

const isCopied = (path: string): boolean => !/^(node_modules|dist|\.git|coverage|heed-demo.*)$/.test(basename(path));

/** A fresh clone has what is in version control; what `.gitignore` names is left behind. @returns what it has */
function freshClone(): readonly string[] {
  const entries = readdirSync(root).filter(isCopied);
  for (const entry of entries) cpSync(join(root, entry), join(clone, entry), { recursive: true });
  return entries;
}

describe('the README', () => {
  test('gives two commands, and the continuous integration runs the second one', () => {
    expect(commands.trim().split('\n')).toEqual(['npm ci && npx heed demo', 'npm ci && npm test']);
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    expect(ci).toMatch(/^npm ci\nnpm test$/m);
  });

  test('first command: a fresh clone crawls the demo web, on whatever Node the machine has', { timeout: 300_000 }, () => {
    const cloned = freshClone();
    const [command = ''] = commands.split('\n');
    // Spares the registry what this machine just installed and asked; the command is the README's.
    const spared = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
    const env = { ...process.env, ...spared, PATH: newcomersPath, CI: '1' };
    const { status, stdout, stderr } = spawnSync(command, { cwd: clone, env, shell: '/bin/sh', encoding: 'utf8' });
    expect(stderr).not.toMatch(/npm error|ERR_/);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('agents-refused.test');
    expect(existsSync(join(clone, 'heed-demo/manifests'))).toBe(true);
    // What the first command leaves behind does not stop the second, which begins with a look at the style of every file that is not ignored.
    const left = readdirSync(clone).filter(entry => !cloned.includes(entry));
    expect(left.toSorted()).toEqual(['dist', 'heed-demo', 'node_modules']);
    const looked = spawnSync('npx', ['biome', 'check', ...left], { cwd: clone, env, encoding: 'utf8' });
    expect(looked.stderr).toContain('No files were processed');
  });

  test('names no file, and links to no page, that is not there', () => {
    const paths = [...readme.matchAll(/`((?:src|config|fixtures|test)\/[\w./-]+)`/g)].map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect.soft(existsSync(join(root, path)), path).toBe(true);
  });
});
