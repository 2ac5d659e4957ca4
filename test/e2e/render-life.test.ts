import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readDocuments } from '../../src/store/index.ts';
import { recordsOf } from './demo-dataset.ts';
import {
  browserEnvironment,
  javascript,
  prose,
  type RenderWeb,
  renderWeb,
  type Said,
  shell,
  show,
  webFlags,
} from './render-web.ts';
import { ended, heed, startHeed, temporaryFolder } from './run-heed.ts';

/** How a browser is started, what it survives, and that it is gone afterwards. */

async function webOf(says: (place: string) => Said | undefined): Promise<RenderWeb> {
  const web = await renderWeb(says);
  onTestFinished(() => web.close());
  return web;
}

const start = (web: RenderWeb, seeds: readonly string[], out: string, ...flags: string[]): ChildProcess =>
  startHeed(['crawl', ...seeds.map(place => `http://${place}`), '--out', out, '--json', ...webFlags(web.port), ...flags], {
    env: browserEnvironment,
  });

const reasonsOf = async (out: string): Promise<Record<string, string>> =>
  Object.fromEntries((await recordsOf(out)).map(({ url, reason }) => [url.replace('http://', ''), reason]));

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 20) {
    if (waitedMs > 90_000) throw new Error(`never: ${what}`);
    await sleep(20);
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): readonly Process[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
    } catch {
      return [];
    }
  });
}

/** Browser processes below one of ours. */
function browsersOf({ pid }: ChildProcess): readonly Process[] {
  const all = new Map(processes().map(one => [one.pid, one]));
  const below = (at: number): boolean => {
    for (let next = at; next > 1; next = all.get(next)?.parent ?? 0) if (next === pid) return true;
    return false;
  };
  return [...all.values()].filter(one => one.pid !== pid && one.command.includes('heed/chromium-') && below(one.pid));
}

const mainBrowsersOf = (child: ChildProcess): readonly Process[] =>
  browsersOf(child).filter(({ command }) => !command.includes('--type='));

const areGone = (list: readonly Process[]): boolean => {
  const alive = new Set(processes().map(({ pid, command }) => `${pid} ${command}`));
  return list.every(({ pid, command }) => !alive.has(`${pid} ${command}`));
};

/** Sockets on which a process takes connections. */
function listeningOf(pid: number): readonly string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap(kind =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .filter(fields => fields[3] === '0A' && own.has(fields[9] ?? ''))
      .map(fields => fields[1] ?? ''),
  );
}

/** A page whose script is asked for and then kept waiting. */
const held = shell(`var s=document.createElement('script');s.src='/held.js';document.body.append(s)`);

describe('the browser of a run', () => {
  test('runs every page with --render always, at the pace of its origin; what never comes to rest is not kept', async () => {
    const web = await webOf(place => {
      switch (place) {
        case 'real.test/':
          return { headers: { 'content-type': 'text/html' }, body: `<article><p>${prose('sent')}</p></article>${scripts}` };
        case 'real.test/noai':
          return {
            headers: { 'content-type': 'text/html' },
            body: `<article><p>${prose('sent, then refused')}</p></article><script>document.head.innerHTML='<meta name=robots content=noai>'</script>`,
          };
        case 'real.test/1.js':
        case 'real.test/2.js':
        case 'real.test/3.js':
          return javascript(`document.querySelector('article').insertAdjacentHTML('beforeend','<p>${prose('added')}</p>')`);
        case 'loop.test/':
          return shell(`${show('looper')}setTimeout(()=>{for(;;);},50)`);
        default:
          return undefined;
      }
    });
    const scripts = [1, 2, 3].map(n => `<script src="/${n}.js"></script>`).join('');
    const out = join(temporaryFolder(), 'out');
    const flags = ['--render', 'always', '--delay', '150', '--render-timeout', '5s'];
    const run = await ended(start(web, ['real.test/', 'real.test/noai', 'loop.test/'], out, ...flags));
    expect(run.code, run.stderr).toBe(0);
    expect(await reasonsOf(out)).toEqual({
      'real.test/': 'kept',
      'real.test/noai': 'withheld.markup.robots',
      'loop.test/': 'failed.timeout',
    });
    const texts: string[] = [];
    for await (const { record } of readDocuments(out)) texts.push(record.text);
    expect(texts).toEqual([expect.stringContaining('The added has a story')]);
    const times = web.asked.filter(({ place }) => place.startsWith('real.test/')).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps.length).toBeGreaterThanOrEqual(9);
    expect(Math.min(...gaps)).toBeGreaterThan(145);
  });

  test('may die: the page is run once more, and one in which it dies twice is given up alone', async () => {
    let child: ChildProcess | undefined;
    let kills = 0;
    const kill = (): void => {
      kills++;
      for (const { pid } of child ? mainBrowsersOf(child) : []) process.kill(pid, 'SIGKILL');
    };
    const fragile = (script: string) => shell(`var s=document.createElement('script');s.src='${script}';document.body.append(s)`);
    const web = await webOf(place => {
      const fresh = { 'cache-control': 'no-store' };
      if (place === 'app.test/once') return fragile('/once.js');
      if (place === 'app.test/twice') return fragile('/twice.js');
      if (place === 'app.test/after') return shell(show('page after'));
      if (place === 'app.test/once.js') {
        if (kills === 0) kill();
        return javascript(show('page once'), fresh);
      }
      if (place === 'app.test/twice.js') {
        kill();
        return javascript(show('page twice'), fresh);
      }
      return undefined;
    });
    const out = join(temporaryFolder(), 'out');
    const seeds = ['app.test/once', 'app.test/twice', 'app.test/after'];
    child = start(web, seeds, out, '--render', 'auto', '--render-concurrency', '1');
    const run = await ended(child);
    expect(run.code, run.stderr).toBe(0);
    expect(await reasonsOf(out)).toEqual({
      'app.test/once': 'kept',
      'app.test/twice': 'failed.protocol',
      'app.test/after': 'kept',
    });
    expect(web.places.filter(place => place === 'app.test/twice.js')).toHaveLength(2);
    // Whether in its sandbox is the system's to permit; that it is said, once, is ours.
    expect(run.stderr.match(/"sandbox":(?:true|false),"event":"browser.started"/g)).toHaveLength(1);
  });

  test('takes no connections, and is gone soon after heed is killed', async () => {
    const web = await renderWeb(
      place => (place === 'app.test/' ? held : undefined),
      place => place === 'app.test/held.js',
    );
    onTestFinished(() => web.close());
    const child = start(web, ['app.test/'], join(temporaryFolder(), 'out'), '--render', 'auto');
    const end = ended(child);
    await until(() => web.places.includes('app.test/held.js'), 'the held script is asked for');
    const browsers = browsersOf(child);
    expect(browsers.length).toBeGreaterThan(2);
    expect([child.pid ?? 0, ...browsers.map(({ pid }) => pid)].flatMap(listeningOf)).toEqual([]);
    child.kill('SIGKILL');
    await end;
    await until(() => areGone(browsers), 'the browser is gone');
  });

  test('is closed when the run is interrupted; one that cannot be started ends the run with what to do, and the run goes on with another', async () => {
    let isHeld = true;
    const web = await renderWeb(
      place => (place === 'app.test/' ? held : place === 'app.test/held.js' ? javascript(show('page held')) : undefined),
      place => isHeld && place === 'app.test/held.js',
    );
    onTestFinished(() => web.close());
    const out = join(temporaryFolder(), 'out');
    const child = start(web, ['app.test/'], out, '--render', 'auto');
    const end = ended(child);
    await until(() => web.places.includes('app.test/held.js'), 'the held script is asked for');
    const browsers = browsersOf(child);
    child.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code, stderr).toBe(11);
    expect(areGone(browsers)).toBe(true);
    isHeld = false;
    const broken = await ended(start(web, [], out, '--render', 'auto', '--browser', '/bin/false'));
    expect(broken.code, broken.stderr).toBe(3);
    expect(broken.stderr).toContain('ERR_BROWSER_LAUNCH');
    const again = await ended(start(web, [], out, '--render', 'auto'));
    expect(again.code, again.stderr).toBe(0);
    expect(await reasonsOf(out)).toEqual({ 'app.test/': 'kept' });
  });

  test('is what `heed doctor` names', async () => {
    const { stdout } = await heed(['doctor', '--json'], { env: browserEnvironment });
    const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; detail: string }[] };
    expect(findings.find(({ check }) => check === 'browser')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/: .*chrom/i),
    });
  });
});
