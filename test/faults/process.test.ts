import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newestManifest } from '../../src/store/index.ts';
import { ended, heed, root, startHeed, temporaryFolder } from '../e2e/run-heed.ts';
import { chain, reasonsOf, type SmallWeb, smallWeb } from './small-web.ts';

const flagsFor = ({ port }: SmallWeb): readonly string[] => [
  ...['--resolve', `*.test=127.0.0.1:${port}`, '--allow-private-network', '--contact', 'https://heed.test/bot'],
  ...['--delay', '0', '--defer-limit', '1s', '--content-threads', '0'],
];
const crawlArgs = (web: SmallWeb, out: string, ...more: readonly string[]): string[] => [
  ...['crawl', ...(more.some(arg => arg.startsWith('http:')) ? [] : ['http://a.test/']), '--out', out],
  ...flagsFor(web),
  ...more,
];
const asked = async (web: SmallWeb, place: string): Promise<void> => {
  while (!web.asked.some(entry => entry.place === place)) await sleep(5);
};

describe('F13, F14: signals', () => {
  it('the first one lets what is in flight end within the grace, and gives up what does not; the second stops at once', async () => {
    // /1 takes its time, /2 never answers.
    let release = (): void => {};
    const answered = new Promise<void>(resolve => {
      release = resolve;
    });
    let isHanging = true;
    const web = await smallWeb(place => (place === 'b.test/1' && isHanging ? 'hang' : chain(1)(place)), {
      before: place => (place === 'a.test/1' ? answered : undefined),
    });
    const out = join(temporaryFolder(), 'out');
    const both = ['http://a.test/', 'http://b.test/'];

    const first = startHeed(crawlArgs(web, out, ...both, '--grace', '3s', '--quiet'));
    const end = ended(first);
    await Promise.all([asked(web, 'a.test/1'), asked(web, 'b.test/1')]);
    const signalledAt = performance.now();
    first.kill('SIGTERM');
    await sleep(200);
    release();
    expect((await end).code).toBe(11);
    expect(performance.now() - signalledAt).toBeLessThan(3_000 + 2_000);
    expect(await reasonsOf(out, true)).toEqual({ 'a.test/': 'kept', 'a.test/1': 'kept', 'b.test/': 'kept' });

    // Its debugger stays closed to SIGUSR1; the second signal ends it at once, whatever is in flight.
    const askedBefore = web.asked.length;
    const second = startHeed(crawlArgs(web, out, ...both, '--grace', '60s', '--json'));
    const secondEnd = ended(second);
    while (!web.asked.slice(askedBefore).some(({ place }) => place === 'b.test/1')) await sleep(5);
    second.kill('SIGUSR1');
    await sleep(100);
    second.kill('SIGHUP');
    await sleep(300);
    const stoppedAt = performance.now();
    second.kill('SIGTERM');
    const { code, stderr } = await secondEnd;
    expect(code).toBe(12);
    expect(performance.now() - stoppedAt).toBeLessThan(5_000);
    expect(stderr).toContain('"signal":"SIGHUP"');
    expect(stderr).not.toContain('Debugger');

    isHanging = false;
    expect(await heed(crawlArgs(web, out, ...both, '--quiet'))).toMatchObject({ code: 0 });
    expect((await newestManifest(out)).manifest.counts.byReason).toEqual({ kept: 4 });
  });

  it('at once means at once: a name lookup whose thread does not come back is not waited for', async () => {
    const script = `
      import { pbkdf2 } from 'node:crypto';
      import { lookup } from 'node:dns';
      import { leave } from '${new URL('../../src/cli/leave.ts', import.meta.url).href}';
      pbkdf2("a", "b", 30_000_000, 64, 'sha512', () => {});
      lookup('site.invalid', () => {});
      setTimeout(() => leave(12), 100);`;
    const startedAt = performance.now();
    const { code } = await ended(
      spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } }),
    );
    expect(code).toBe(12);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it('nobody reads what it says: the crawl goes on and ends with its own code, without a word', async () => {
    const web = await smallWeb(chain(2));
    const out = join(temporaryFolder(), 'out');
    const child = startHeed(crawlArgs(web, out, '-v'));
    child.stdout?.destroy();
    child.stderr?.destroy();
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect((await newestManifest(out)).manifest.counts.byReason).toEqual({ kept: 3 });
    const shown = startHeed(['schema', 'reasons']);
    shown.stdout?.destroy();
    let said = '';
    shown.stderr?.setEncoding('utf8').on('data', chunk => {
      said += chunk;
    });
    const [shownCode] = await once(shown, 'close');
    expect({ shownCode, said }).toEqual({ shownCode: 0, said: '' });
  });
});

describe('F5: ulimit -n 64', () => {
  it('lowers what is asked at the same time; no site seems to be down', async () => {
    const hosts = Array.from({ length: 40 }, (_, index) => `http://h${index}.test/`);
    const web = await smallWeb(chain(1));
    const out = join(temporaryFolder(), 'out');
    const [bin = '', ...args] = startHeed([]).spawnargs;
    const limited = spawn('bash', [
      '-c',
      'ulimit -n 64; exec "$0" "$@"',
      bin,
      ...args,
      ...crawlArgs(web, out, ...hosts, '--json'),
    ]);
    const { code, stdout, stderr } = await ended(limited);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).counts.byReason).toEqual({ kept: 80 });
  });
});

/** Somebody who owns nothing here, where this machine lets us become that. */
const nobody = 65_532;
const mayBeNobody = ((): boolean => {
  if (process.getuid?.() !== 0) return false;
  for (let folder = root; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return false;
    if (folder === dirname(folder)) return true;
  }
})();
const as = mayBeNobody ? { uid: nobody } : {};

describe('F18, F19, F20: a container', () => {
  it('no home, no folder for temporary files, nothing writable but the dataset, no terminal: it runs, in plain lines', async () => {
    const web = await smallWeb(chain(2));
    const folder = temporaryFolder();
    const out = join(folder, 'data');
    mkdirSync(out);
    if (mayBeNobody) for (const path of [folder, out]) chownSync(path, nobody, nobody);
    chmodSync(folder, 0o555);
    const bare = { cwd: folder, env: { HOME: '/nonexistent', TMPDIR: '/nonexistent', TERM: 'dumb', COLUMNS: '20' }, ...as };
    const { code, stdout, stderr } = await heed(crawlArgs(web, out), bare);
    expect(code, stderr).toBe(0);
    expect((await newestManifest(out)).manifest.counts.byReason).toEqual({ kept: 3 });
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);

    // F4: the same place without the right to write there.
    const askedBefore = web.asked.length;
    const refused = await heed(crawlArgs(web, mayBeNobody || process.getuid?.() !== 0 ? join(folder, 'new') : '/proc/new'), bare);
    expect(refused).toMatchObject({ code: 9, stderr: expect.stringContaining('ERR_OUT_UNWRITABLE') });
    expect(web.asked.length).toBe(askedBefore);
    chmodSync(folder, 0o755);
  });

  it('as the first process of its own: a signal is heard all the same', async () => {
    const web = await smallWeb(place => (place === 'a.test/1' ? 'hang' : chain(1)(place)));
    const out = join(temporaryFolder(), 'out');
    const [bin = '', ...args] = startHeed([]).spawnargs;
    const command = [bin, ...args, ...crawlArgs(web, out, '--grace', '1s', '--quiet')];
    const namespaces = await firstThatWorks([
      ['unshare', '--pid', '--fork'],
      ['unshare', '--user', '--map-root-user', '--pid', '--fork'],
      [],
    ]);
    const [file = '', ...rest] = [...namespaces, ...command];
    const child = spawn(file, rest, { detached: true });
    const end = ended(child);
    await asked(web, 'a.test/1');
    // To the whole group, as an orchestrator does; unshare itself does not pass signals on.
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await end;
    await expect.poll(() => reasonsOf(out, true), { timeout: 10_000 }).toEqual({ 'a.test/': 'kept' });
    expect(await heed(crawlArgs(web, out, '--request-timeout', '300ms', '--quiet'))).toMatchObject({ code: 0 });
  });
});

/** The first of these prefixes that this machine lets us use; the last is none. */
async function firstThatWorks(prefixes: readonly (readonly string[])[]): Promise<readonly string[]> {
  for (const prefix of prefixes) {
    const [file, ...args] = [...prefix, 'true'];
    const { code } = await ended(spawn(file ?? 'true', args)).catch(() => ({ code: 1 }));
    if (code === 0) return prefix;
  }
  return [];
}

describe('F17: a second process on one folder', () => {
  it('is refused with exit code 13 and told who holds it, while the first goes on undisturbed', async () => {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const web = await smallWeb(chain(3), { before: place => (place === 'a.test/2' ? over : undefined) });
    const out = join(temporaryFolder(), 'out');
    const first = startHeed(crawlArgs(web, out, '--quiet'));
    const end = ended(first);
    await asked(web, 'a.test/2');
    const second = await heed(crawlArgs(web, out));
    resolve();
    expect(second.code).toBe(13);
    expect(second.stderr).toContain(`process ${first.pid} on \`${hostname()}\``);
    expect((await end).code).toBe(0);
  });
});
