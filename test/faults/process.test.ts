import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newestManifest } from '../../src/store/index.ts';
import { ended, heed, root, startHeed } from '../e2e/run-heed.ts';
import { chain, newFolder, reasonsOf, type SmallWeb, smallWeb } from './small-web.ts';

const flagsFor = ({ port }: SmallWeb): readonly string[] => [
  ...['--resolve', `*.test=127.0.0.1:${port}`, '--allow-private-network', '--contact', 'https://heed.test/bot'],
  ...['--delay', '0', '--defer-limit', '1s', '--content-threads', '0'],
];
const crawlArgs = (web: SmallWeb, out: string, ...more: readonly string[]): string[] => [
  ...['crawl', ...(more.some(arg => arg.startsWith('http:')) ? [] : ['http://a.test/']), '--out', out],
  ...flagsFor(web),
  ...more,
];
/** Resolves when this has been asked for, after so many requests. */
const asked = async (web: SmallWeb, place: string, after = 0): Promise<void> => {
  while (!web.asked.slice(after).some(entry => entry.place === place)) await sleep(5);
};

/** Resolves when the process says that it heard this signal. */
const heardBy = (child: ChildProcess, signal: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', chunk => {
      said += chunk;
      if (said.includes(`"signal":"${signal}"`)) resolve();
    });
    child.once('close', () => reject(new Error(`ended without a word of ${signal}: ${said}`)));
  });

describe.concurrent('F13, F14: signals', () => {
  it('the first one lets what is in flight end; SIGUSR1 opens no debugger', async () => {
    const { promise: answered, resolve: release } = Promise.withResolvers<void>();
    const web = await smallWeb(chain(1), { before: place => (place === 'a.test/1' ? answered : undefined) });
    const out = join(newFolder(), 'out');
    const child = startHeed(crawlArgs(web, out, '--grace', '60s', '--json'));
    const end = ended(child);
    await asked(web, 'a.test/1');
    child.kill('SIGUSR1');
    child.kill('SIGHUP');
    await heardBy(child, 'SIGHUP');
    release();
    const { code, stderr } = await end;
    expect({ code, stderr }).toEqual({ code: 11, stderr: expect.not.stringContaining('Debugger') });
    expect(await reasonsOf(out, true)).toEqual({ 'a.test/': 'kept', 'a.test/1': 'kept' });
  });

  it('what does not end within the grace is given up; a second signal does not wait for it; the same command goes on', async () => {
    let isHanging = true;
    const web = await smallWeb(place => (place === 'b.test/1' && isHanging ? 'hang' : chain(1)(place)));
    const out = join(newFolder(), 'out');
    const crawl = (grace: string) => {
      const child = startHeed(crawlArgs(web, out, 'http://b.test/', '--grace', grace, '--json'));
      return { child, end: ended(child) };
    };

    // Four fifths of it for what is in flight, the rest for writing down what was judged.
    const first = crawl('4s');
    await asked(web, 'b.test/1');
    const signalledAt = performance.now();
    first.child.kill('SIGTERM');
    expect((await first.end).code).toBe(11);
    expect(performance.now() - signalledAt).toBeLessThan(10_000);
    expect(await reasonsOf(out, true)).toEqual({ 'b.test/': 'kept' });

    const askedBefore = web.asked.length;
    const second = crawl('60s');
    await asked(web, 'b.test/1', askedBefore);
    second.child.kill('SIGINT');
    await heardBy(second.child, 'SIGINT');
    const stoppedAt = performance.now();
    second.child.kill('SIGTERM');
    expect((await second.end).code).toBe(12);
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);

    isHanging = false;
    expect((await crawl('1s').end).code).toBe(0);
    expect((await newestManifest(out)).manifest.counts.byReason).toEqual({ kept: 2 });
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
    const out = join(newFolder(), 'out');
    const child = startHeed(crawlArgs(web, out, '-v'));
    child.stdout?.destroy();
    child.stderr?.destroy();
    const shown = startHeed(['schema', 'reasons']);
    shown.stdout?.destroy();
    let said = '';
    shown.stderr?.setEncoding('utf8').on('data', chunk => {
      said += chunk;
    });
    const [[code], [shownCode]] = await Promise.all([once(child, 'exit'), once(shown, 'close')]);
    expect({ code, shownCode, said }).toEqual({ code: 0, shownCode: 0, said: '' });
    expect((await newestManifest(out)).manifest.counts.byReason).toEqual({ kept: 3 });
  });
});

describe.concurrent('F5: ulimit -n 64', () => {
  it('lowers what is asked at the same time; no site seems to be down', async () => {
    const hosts = Array.from({ length: 40 }, (_, index) => `http://h${index}.test/`);
    const web = await smallWeb(chain(0));
    const out = join(newFolder(), 'out');
    const [bin = '', ...args] = startHeed([]).spawnargs;
    const limited = spawn(
      'bash',
      ['-c', 'ulimit -n 64; exec "$0" "$@"', bin, ...args, ...crawlArgs(web, out, ...hosts, '--json')],
      { env: process.env },
    );
    const { code, stdout, stderr } = await ended(limited);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).counts.byReason).toEqual({ kept: 40 });
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

describe.concurrent('F18, F19, F20: a container', () => {
  it('no home, no folder for temporary files, nothing writable but the dataset, no terminal: it runs, in plain lines', async () => {
    const web = await smallWeb(chain(2));
    const folder = newFolder();
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
    const { promise: answered, resolve: release } = Promise.withResolvers<void>();
    const web = await smallWeb(chain(2), { before: place => (place === 'a.test/1' ? answered : undefined) });
    const out = join(newFolder(), 'out');
    const [bin = '', ...args] = startHeed([]).spawnargs;
    const command = [bin, ...args, ...crawlArgs(web, out, '--grace', '60s', '--json')];
    const namespaces = await firstThatWorks([
      ['unshare', '--pid', '--fork'],
      ['unshare', '--user', '--map-root-user', '--pid', '--fork'],
      [],
    ]);
    const [file = '', ...rest] = [...namespaces, ...command];
    const child = spawn(file, rest, { detached: true, env: process.env });
    const end = ended(child);
    await asked(web, 'a.test/1');
    // To the whole group, as an orchestrator does; unshare itself does not pass signals on.
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await heardBy(child, 'SIGTERM');
    release();
    // It ends, and says how: what it writes to stays open as long as it runs, whatever becomes of unshare.
    expect(JSON.parse((await end).stdout)).toMatchObject({ ended: 'interrupted' });
    expect(await reasonsOf(out, true)).toEqual({ 'a.test/': 'kept', 'a.test/1': 'kept' });
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

describe.concurrent('F17: a second process on one folder', () => {
  it('is refused with exit code 13 and told who holds it, while the first goes on undisturbed', async () => {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const web = await smallWeb(chain(3), { before: place => (place === 'a.test/2' ? over : undefined) });
    const out = join(newFolder(), 'out');
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
