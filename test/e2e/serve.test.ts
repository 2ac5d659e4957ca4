import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ScheduleState } from '../../src/serve/index.ts';
import { heldBy, readManifests, readProvenance } from '../../src/store/index.ts';
import { heedInOneProcess } from './one-process.ts';
import { bin, environment, node, root, temporaryFolder } from './run-heed.ts';

const heed = heedInOneProcess();

/** A site of as many pages as wanted, each of which takes its time. */
async function slowSite(pages: number, pageMs: number): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { url = '/' } = request;
    asked.push(url);
    if (!/^\/\d*$/.test(url)) return void response.writeHead(404).end();
    const links = url === '/' ? Array.from({ length: pages }, (_, n) => `<a href="/${n}">page ${n}</a>`).join(' ') : '';
    const text = `<!doctype html><html lang="en"><title>${url}</title><p>This is the page at ${url}, and it has a sentence of its own. ${links}</p>`;
    setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(text), url === '/' ? 0 : pageMs);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

interface Setting {
  readonly folder: string;
  readonly out: string;
  readonly config: string;
}

function setting(port: number, schedule: string): Setting {
  const folder = temporaryFolder();
  const config = join(folder, 'heed.yaml');
  writeFileSync(join(folder, 'seeds.txt'), 'http://site.test/\n');
  writeFileSync(
    config,
    `operator: Example Lab
contact: https://example.org/bot
seeds: ${join(folder, 'seeds.txt')}
resolve: "*.test=127.0.0.1:${port}"
allow-private-network: true
delay: 0
content-threads: 0
listen: 127.0.0.1:0
schedule: ${schedule}
`,
  );
  return { folder, config, out: join(folder, 'dataset') };
}

/** As if the service had been there yesterday and gone when the job was due. */
function leaveMissed({ out }: Setting, timetable: string, names: readonly string[] = ['crawl']): void {
  mkdirSync(join(out, 'state'), { recursive: true });
  const job = { timetable, due: '2026-01-01T03:00:00.000Z', failures: 0, runs: 0, failed: 0, skipped: 0 };
  const jobs = Object.fromEntries(names.map(name => [name, job]));
  const file = join(out, 'state/schedule.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ScheduleState).jobs : {};
  writeFileSync(file, JSON.stringify({ version: 1, jobs: { ...before, ...jobs } }));
}

interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
  readonly events: Record<string, unknown>[];
  readonly ended: Promise<number | null>;
  /** The next event of that name, or one that came already. */
  event(name: string, of?: (event: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  ask(path: string): Promise<{ status: number; text: string }>;
}

async function start({ out, config }: Setting): Promise<Serving> {
  const child = spawn(node, [bin, 'serve', '--json', '--out', out, '--config', config], { cwd: root, env: environment() });
  onTestFinished(() => void child.kill('SIGKILL'));
  const events: Record<string, unknown>[] = [];
  let said = '';
  let wake = (): void => {};
  child.stdout?.resume();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const lines = said.split('\n');
    said = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line));
    wake();
  });
  const ended = new Promise<number | null>(resolve =>
    child.on('close', code => {
      wake();
      resolve(code);
    }),
  );
  const event: Serving['event'] = async (name, of = () => true) => {
    for (;;) {
      const found = events.find(known => known.event === name && of(known));
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`ended before ${name}: ${JSON.stringify(events)}`);
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  };
  const url = String((await event('serve.listening')).url);
  const ask = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return { child, url, events, ended, event, ask };
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const stateOf = ({ out }: Setting): ScheduleState => JSON.parse(readFileSync(join(out, 'state/schedule.json'), 'utf8'));
const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise(resolve => setTimeout(resolve, 20));
};

describe('heed serve', () => {
  test('that is killed takes its crawl with it: softly, so that nothing is asked in vain and the next one goes on', async () => {
    const { port, asked } = await slowSite(100, 100);
    const set = setting(port, '0 3 1 1 * UTC');
    leaveMissed(set, '0 3 1 1 * UTC');
    const serving = await start(set);
    await serving.event('run.started');
    await until(() => asked.includes('/3'));
    const { pid } = JSON.parse(readFileSync(join(set.out, 'state/lock'), 'utf8')) as { pid: number };
    serving.child.kill('SIGKILL');
    expect(await serving.ended).toBeNull();
    await until(() => !isThere(pid));
    // Everything that was fetched is committed, and most of the site was never asked for.
    const rows = [];
    for await (const { record } of readProvenance(set.out, { unfinished: true })) rows.push(new URL(record.url).pathname);
    expect(rows.toSorted()).toEqual(
      [...new Set(asked.filter(path => path !== '/robots.txt' && /^\/\d*$/.test(path)))].toSorted(),
    );
    expect(asked.length).toBeLessThan(60);
    expect(heldBy(set.out)).toBeUndefined();
    expect(stateOf(set)).toMatchObject({ running: { job: 'crawl' } });
  });

  test('makes up for the crawl it missed, is stopped in the middle, and goes on with the same run after the restart', async () => {
    const { port, asked } = await slowSite(12, 150);
    const set = setting(port, '0 3 1 1 * UTC');
    leaveMissed(set, '0 3 1 1 * UTC');

    const first = await start(set);
    expect(await first.event('job.started')).toMatchObject({ job: 'crawl', why: 'missed' });
    const { run } = await first.event('run.started');
    await until(() => asked.includes('/3'));
    expect(await first.ask('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect(await first.ask('/readyz')).toMatchObject({ status: 200, text: expect.stringMatching(/^ready\n/) });
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(11);
    expect(stateOf(set)).toMatchObject({
      jobs: { crawl: { last: { outcome: 'interrupted', code: 11, run }, waiting: { why: 'resume' }, failures: 0 } },
    });

    // Meanwhile the rest of the schedule was missed.
    leaveMissed(set, '0 3 1 1 * UTC', ['recheck', 'compact', 'report']);
    const all = ['crawl', 'recheck', 'compact', 'report'].map(job => `${job}: "0 3 1 1 * UTC"`).join(', ');
    writeFileSync(set.config, readFileSync(set.config, 'utf8').replace(/^schedule: .*$/m, `schedule: { ${all} }`));
    const second = await start(set);
    expect(await second.event('job.started')).toMatchObject({ job: 'recheck', why: 'missed' });
    expect(await second.event('job.started', ({ job }) => job === 'crawl')).toMatchObject({ why: 'resume' });
    expect(await second.event('run.started', ({ job }) => job === 'crawl')).toMatchObject({ run, resumed: true });
    await second.event('job.ended', ({ job }) => job === 'report');
    // What was interrupted comes first, then what takes text out; but a crawl lets a recheck go before it.
    const ends = second.events.filter(({ event }) => event === 'job.ended').map(({ job, code }) => `${job} ${code}`);
    expect(ends).toEqual(['recheck 0', 'crawl 0', 'compact 0', 'report 0']);
    expect(existsSync(join(set.out, 'reports', String(run), 'report.html'))).toBe(true);
    const { text } = await second.ask('/metrics');
    expect(text).toContain('heed_schedule_runs_total{job="crawl"} 2\n');
    expect(text).toContain('heed_schedule_last_exit_code{job="crawl"} 0\n');
    expect(text).toContain('heed_ready_now 1\n');
    // What the crawl counted stands when it is over.
    expect(Number(/heed_requests_total (\d+)/.exec(text)?.[1])).toBeGreaterThan(3);
    expect(text).not.toContain('heed_frontier_pending');
    expect((await second.ask('/')).text).toContain('recheck');
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);

    // What is published with the dataset says nothing of where its dashboard is.
    const { config } = (await readManifests(set.out)).find(({ manifest }) => manifest.run === run)!.manifest;
    expect(config).toMatchObject({ delay: 0 });
    expect(Object.keys(config).filter(key => ['listen', 'schedule', 'token-file', 'server-name'].includes(key))).toEqual([]);

    const kept: string[] = [];
    for await (const { record } of readProvenance(set.out)) if (record.disposition === 'keep') kept.push(record.url);
    expect(kept).toHaveLength(13);
    // Nothing that was read before the stop was asked again.
    expect(asked.filter(path => path === '/1')).toHaveLength(1);
  });

  test('a second signal ends the job and the service at once', async () => {
    const { port, asked } = await slowSite(3, 60_000);
    const set = setting(port, '0 3 1 1 *');
    leaveMissed(set, '0 3 1 1 *');
    const { child, ended, event } = await start(set);
    await until(() => asked.includes('/0'));
    const sentAtMs = performance.now();
    child.kill('SIGTERM');
    // Two signals at the same instant would be one.
    await event('run.interrupted', ({ job }) => job === 'crawl');
    child.kill('SIGTERM');
    expect(await ended).toBe(12);
    expect(performance.now() - sentAtMs).toBeLessThan(5_000);
    await until(() => !existsSync(join(set.out, 'state/lock')) || lockIsFree(set.out));
  });

  test('a job that fails is told: by /readyz, by its numbers, and with its error; a second service on the dataset is refused', async () => {
    const set = setting(1, '0 3 1 1 *');
    leaveMissed(set, '0 3 1 1 *');
    writeFileSync(join(set.folder, 'seeds.txt'), '# nothing\n');
    const { child, event, ask, ended } = await start(set);
    expect(await event('job.ended')).toMatchObject({ outcome: 'refused', code: 2 });
    expect(await ask('/readyz')).toMatchObject({
      status: 503,
      text: expect.stringMatching(/^no {2}jobs: failed: crawl$/m),
    });
    expect((await ask('/metrics')).text).toContain('heed_ready_check{check="jobs"} 0\n');
    expect(stateOf(set).jobs.crawl?.last?.error).toMatch(/^ERR_SEEDS/);
    // Two services would start every job twice.
    const another = await heed(['serve', '--json', '--out', set.out, '--config', set.config]);
    expect(another).toMatchObject({ code: 13, stderr: expect.stringContaining('ERR_LOCKED') });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

const lockIsFree = (out: string): boolean => {
  const { pid } = JSON.parse(readFileSync(join(out, 'state/lock'), 'utf8')) as { pid: number };
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('what is wrong is said before anything begins', () => {
  test.each<[string, string, string[], string, number]>([
    ['a schedule that is none', 'every night', [], 'ERR_SCHEDULE', 3],
    ['a job there is no command for', '{ audits: "@daily" }', [], 'ERR_CONFIG_VALUE', 3],
    ['an address others can reach, without a secret', '"@daily"', ['--listen', '0.0.0.0:0'], 'ERR_TOKEN_MISSING', 3],
    ['a secret that is not there', '"@daily"', ['--token-file', '/nonexistent'], 'ERR_TOKEN_FILE', 3],
    ['a secret that could be guessed', '"@daily"', ['--token-file', 'package.json'], 'ERR_TOKEN_FILE', 3],
    ['a configuration that cannot be read twice', '"@daily"', ['--config', '-'], 'ERR_CONFIG_STDIN', 2],
  ])('%s', async (_what, schedule, flags, code, exitCode) => {
    const { out, config } = setting(1, schedule);
    const { code: left, stderr } = await heed(['serve', '--json', '--out', out, '--config', config, ...flags]);
    expect(stderr).toContain(code);
    expect(left).toBe(exitCode);
  });

  test('seeds that every crawl of the schedule would wait for', async () => {
    const { out, config } = setting(1, '"@daily"');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/^seeds: .*$/m, 'seeds: "-"'));
    expect(await heed(['serve', '--json', '--out', out, '--config', config])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('ERR_CONFIG_STDIN'),
    });
  });

  test('nobody asks anonymously, at no time of the night', async () => {
    const { out, config } = setting(1, '"@daily"');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/contact: .*\n/, ''));
    expect(await heed(['serve', '--json', '--out', out, '--config', config])).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('ERR_CONTACT_MISSING'),
    });
  });
});
