import { lookup } from 'node:dns/promises';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadAgents, loadPresets, version } from '../../settings/index.ts';
import { ensureTree } from '../../store/index.ts';
import { type CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { command, terminalOf } from './command.ts';

interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'note' | 'problem';
  readonly detail: string;
  readonly next?: string;
  /** What the command ends with. Default 1. */
  readonly exitCode?: number;
}

export const doctorCommand = (exit: Exit): Command =>
  command('doctor')
    .option('--out <dir>', 'dataset folder to look at')
    .option('--browser <path>', 'the Chromium that --render would be told to use')
    .option('--repair', 'put right what a crash left in the dataset folder, and a damaged index of its state database')
    .addHelpText('after', '\nExamples:\n  heed doctor\n  heed doctor --out dataset --repair')
    .action(async options => {
      const { data, isJson, style } = terminalOf(options);
      const findings = [
        node(),
        facts(),
        proxies(),
        clock(),
        ...(options.out ? [folder(options.out), await state(options.out, options.repair === true)] : []),
        space(options.out ?? '.'),
        await dns(),
        await browser(options.browser),
      ];
      const problem = findings.find(f => f.state === 'problem');
      if (problem) exit.code = problem.exitCode ?? exitCodes.internal;
      if (isJson) return data(`${JSON.stringify({ heed: version, findings })}\n`);
      const colour = { ok: 'green', note: 'yellow', problem: 'red' } as const;
      for (const { check, state, detail, next } of findings) {
        await data(
          `${style(colour[state], state.padEnd(8))}${check.padEnd(10)}${detail}${next ? `\n${' '.repeat(18)}next: ${next}` : ''}\n`,
        );
      }
    });

function node(): Finding {
  const isNew = Number(process.versions.node.split('.')[0]) >= 24;
  const detail = `${process.version}, SQLite ${process.versions.sqlite ?? 'missing'}`;
  return isNew
    ? { check: 'node', state: 'ok', detail }
    : { check: 'node', state: 'problem', detail, next: 'heed needs Node 24; `npm ci` brings it' };
}

function facts(): Finding {
  const agents = loadAgents();
  return {
    check: 'policies',
    state: 'ok',
    detail: `${loadPresets().length} presets, ${agents.agents.length} agents (list of ${agents.version})`,
  };
}

/** heed sends nothing through a proxy it was not told about. */
function proxies(): Finding {
  const set = [
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'NODE_USE_ENV_PROXY',
    'NODE_OPTIONS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
  ].filter(name => process.env[name] ?? process.env[name.toLowerCase()]);
  return set.length === 0
    ? { check: 'env', state: 'ok', detail: 'no proxy variables' }
    : {
        check: 'env',
        state: 'note',
        detail: `${set.join(', ')} set`,
        next: 'heed ignores proxy variables and always checks certificates; unset them if that surprises you',
      };
}

function clock(): Finding {
  const now = new Date();
  return now.getUTCFullYear() >= 2026
    ? { check: 'clock', state: 'ok', detail: now.toISOString() }
    : { check: 'clock', state: 'problem', detail: now.toISOString(), next: 'set the clock: evidence is dated with it' };
}

function folder(out: string): Finding {
  const path = resolve(out);
  try {
    ensureTree(path);
    accessSync(path, constants.W_OK);
    return { check: 'out', state: 'ok', detail: `${path} is writable` };
  } catch (error) {
    return { check: 'out', state: 'problem', detail: (error as Error).message, next: 'choose a writable --out' };
  }
}

/** Looks by opening the dataset as a crawl would, which cuts back what a crash left; without `--repair` only where nobody works on it. */
async function state(out: string, isRepair: boolean): Promise<Finding> {
  const check = 'state';
  const { databaseName, openDataset, repairDataset, StoreError } = await import('../../store/index.ts');
  if (!existsSync(join(out, databaseName))) return { check, state: 'ok', detail: `no dataset at ${out} yet` };
  try {
    if (isRepair) {
      const { truncated, deleted, putAside } = await repairDataset(out, Date.now());
      const aside = putAside ? `; a mended copy took the place of ${putAside}` : '';
      return { check, state: 'ok', detail: `${truncated.length} files cut back, ${deleted.length} removed${aside}` };
    }
    const dataset = openDataset(out, { now: Date.now });
    const unfinished = dataset.unfinished();
    await dataset.close();
    const detail = unfinished ? `run ${unfinished.name} is not finished` : 'whole';
    if (unfinished && Date.parse(unfinished.started) > Date.now())
      return { check, state: 'problem', detail: `${detail} and began in the future`, next: 'set the clock: it went back' };
    return { check, state: 'ok', detail };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const next = error.code === 'ERR_STATE_CORRUPT' && !isRepair ? 'heed doctor --out DIR --repair' : 'see the message';
    return { check, state: 'problem', detail: `${error.code}: ${error.message}`, next, exitCode: error.exitCode };
  }
}

function space(out: string): Finding {
  let path = resolve(out);
  while (!existsSync(path)) path = dirname(path);
  const { bavail, bsize } = statfsSync(path);
  const free = bavail * bsize;
  const detail = `${(free / 2 ** 30).toFixed(1)} GiB free at ${path}`;
  return free > 2 ** 30
    ? { check: 'disk', state: 'ok', detail }
    : { check: 'disk', state: 'problem', detail, next: 'a crawl of any size needs more than 1 GiB' };
}

/** Needed for --render only. */
async function browser(configured?: string): Promise<Finding> {
  const { findBrowser, describeBrowser } = await import('../../crawl/index.ts');
  try {
    return { check: 'browser', state: 'ok', detail: describeBrowser(await findBrowser({ configured })) };
  } catch (error) {
    const { message, next } = error as CodedError;
    return { check: 'browser', state: 'note', detail: `${message}: --render will not work`, ...(next ? { next } : {}) };
  }
}

async function dns(): Promise<Finding> {
  const started = performance.now();
  try {
    await lookup('example.org');
    return { check: 'dns', state: 'ok', detail: `example.org answered in ${Math.round(performance.now() - started)} ms` };
  } catch (error) {
    return {
      check: 'dns',
      state: 'note',
      detail: `example.org: ${(error as NodeJS.ErrnoException).code ?? 'no answer'}`,
      next: 'offline commands (demo, decide, explain, verify) work all the same',
    };
  }
}
