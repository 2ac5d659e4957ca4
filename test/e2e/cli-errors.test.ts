import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { heedInOneProcess } from './one-process.ts';
import { heed as heedAlone, temporaryFolder } from './run-heed.ts';

const heed = heedInOneProcess();

const identity = ['--operator', 'Test', '--contact', 'https://crawler.example/bot'];

describe('bad input gets a coded error with a next step, and loses nothing', () => {
  test.each([
    ['no command at all', [], 2, ''],
    ['an unknown command', ['crwal'], 2, 'Did you mean crawl?'],
    ['an unknown flag', ['crawl', '--max-page', '3'], 2, 'Did you mean --max-pages?'],
    [
      'a seed without a scheme',
      ['crawl', 'site.example', '--out', 'x', ...identity],
      2,
      'write the scheme too: `https://site.example`',
    ],
    ['a seed that is no web address', ['crawl', 'ftp://site.example/', '--out', 'x', ...identity], 2, 'ERR_SEED_URL'],
    ['no place for the dataset', ['crawl', 'https://site.example/', ...identity], 2, 'pass --out DIR'],
    ['nobody to contact', ['crawl', 'https://site.example/', '--out', 'x'], 7, 'ERR_CONTACT_MISSING'],
    [
      'a contact nobody can use',
      ['crawl', 'https://site.example/', '--out', 'x', '--contact', 'me'],
      2,
      'must be an https URL or an e-mail address',
    ],
    [
      'an unknown policy',
      ['crawl', 'https://site.example/', '--out', 'x', ...identity, '--policy', 'standrad'],
      3,
      'did you mean `standard`?',
    ],
    [
      'an unknown category',
      ['crawl', 'https://site.example/', '--out', 'x', ...identity, '--category', 'train'],
      2,
      '--category',
    ],
    [
      'a delay that is none',
      ['crawl', 'https://site.example/', '--out', 'x', ...identity, '--delay', 'soon'],
      2,
      'write 500, 500ms, 2s',
    ],
    [
      'a --resolve that is none',
      ['crawl', 'https://site.example/', '--out', 'x', ...identity, '--resolve', 'nonsense'],
      2,
      'ERR_RESOLVE_RULE',
    ],
    ['a configuration that is not there', ['crawl', '--config', '/no/such/file.yaml'], 3, 'ERR_CONFIG_UNREADABLE'],
    [
      'a seed list that is not there',
      ['crawl', '--seeds', '/no/such/seeds', '--out', 'x', ...identity],
      2,
      'ERR_SEEDS_UNREADABLE',
    ],
    [
      'a browser that is not there',
      ['crawl', 'https://site.example/', '--out', 'x', ...identity, '--render', 'auto', '--browser', '/no/such/chromium'],
      3,
      'ERR_BROWSER_MISSING',
    ],
    ['a dataset that is none', ['verify', '/no/such/dataset'], 2, 'ERR_NO_DATASET'],
    ['a URL that is none', ['explain', 'not a url', '--out', 'x'], 2, 'ERR_URL'],
  ])('%s', async (_what, args, code, text) => {
    const { code: actual, stderr, stdout } = await heed(args, { cwd: temporaryFolder() });
    expect(stderr + stdout).toContain(text);
    expect(actual).toBe(code);
  });

  test.each([
    ['unknown keys, with a suggestion', 'max-page: 3\n', ['ERR_CONFIG_KEY', 'did you mean `max-pages`?']],
    ['YAML that is broken, with line and column', 'out: [\n', ['ERR_CONFIG_YAML', ':2:1']],
    ['a key given twice', 'out: a\nout: b\n', ['ERR_CONFIG_YAML', 'unique']],
    ['tags that would run code', 'out: !!js/function "() => 1"\n', ['ERR_CONFIG_']],
    ['a list where keys belong', '- a\n- b\n', ['ERR_CONFIG_YAML']],
    ['a value of the wrong kind', 'concurrency: many\n', ['ERR_CONFIG_VALUE', '`concurrency`']],
  ])('a configuration with %s', async (_what, yaml, texts) => {
    const file = join(temporaryFolder(), 'heed.yaml');
    writeFileSync(file, yaml);
    const { code, stderr } = await heed(['crawl', 'https://site.example/', '--config', file, ...identity]);
    for (const text of texts) expect(stderr).toContain(text);
    expect(code).toBe(3);
  });

  test('an --out that cannot be written to', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { code, stderr } = await heed(['crawl', 'https://site.example/', '--out', join(file, 'dataset'), ...identity]);
    expect(stderr).toContain('ERR_OUT_UNWRITABLE');
    expect(code).toBe(9);
  });

  test('a place where no file can be is told as such, and is no fault of heed', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), '');
    const named = ['init', ...identity, '--file'];
    for (const [args, path] of [
      [named, 'file/heed.yaml'],
      [named, 'nowhere/heed.yaml'],
      [[...named.slice(0, -1), '--force', '--file'], '.'],
      [['bot-page', ...identity, '--out'], 'file/bot'],
      // Below it nothing can be made, and Node's way to make folders with their parents tries for ever.
      [['bot-page', ...identity, '--out'], '/proc/nowhere/bot'],
      [['audit', '--robots', 'file', '--out'], '/proc/nowhere/audit'],
      [['serve', '--listen', '127.0.0.1:0', '--out'], '/proc/nowhere/dataset'],
    ] as const) {
      const { code, stderr } = await heed([...args, path], { cwd });
      expect(stderr, path).toContain('error ERR_STORAGE_PATH');
      expect(code).toBe(9);
    }
  });

  test('an audit that is not finished is not called a crawl', async () => {
    const out = join(temporaryFolder(), 'audit');
    mkdirSync(join(out, 'state'), { recursive: true });
    const { stderr } = await heed(['report', out, '--against', out]);
    expect(stderr).toContain('ERR_NO_DATASET');
  });

  test('a second process on one --out is refused and told who holds it', async () => {
    const out = join(temporaryFolder(), 'dataset');
    mkdirSync(join(out, 'state'), { recursive: true });
    const { openDataset } = await import('../../src/store/index.ts');
    const dataset = openDataset(out, { now: Date.now });
    try {
      const { code, stderr } = await heed(['crawl', 'https://site.example/', '--out', out, ...identity]);
      expect(stderr).toContain('ERR_LOCKED');
      expect(stderr).toContain(String(process.pid));
      expect(code).toBe(13);
    } finally {
      await dataset.close();
    }
  });

  test('with --json an error is one JSON line on stderr and stdout stays empty', async () => {
    const { code, stderr, stdout } = await heedAlone(['crawl', 'https://site.example/', '--out', 'x', '--json'], {
      cwd: temporaryFolder(),
    });
    expect(JSON.parse(stderr)).toMatchObject({ level: 'error', code: 'ERR_CONTACT_MISSING', exitCode: 7 });
    expect(stdout).toBe('');
    expect(code).toBe(7);
  });

  test('init refuses without operator and contact, and never replaces a file unasked', async () => {
    const cwd = temporaryFolder();
    expect(await heed(['init'], { cwd })).toMatchObject({ code: 7, stderr: expect.stringContaining('ERR_CONTACT_MISSING') });
    expect(await heed(['init', ...identity], { cwd })).toMatchObject({ code: 0 });
    expect(await heed(['init', ...identity], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ERR_INIT_EXISTS'),
    });
  });

  test.each([[['policy']], [['erase']], [['agents']], [['help', 'policies']]])(
    '%j: what it lacks is told on stderr',
    async args => {
      const { code, stdout, stderr } = await heed(args);
      expect(stderr).toContain('Commands:');
      expect([code, stdout]).toEqual([2, '']);
    },
  );

  test.each([
    ...Object.keys(commands).filter(name => !['policy', 'agents'].includes(name)),
    ...['policy show', 'policy diff', 'agents list', 'agents update', 'erase plan'],
  ])('`heed %s --help` has examples, of flags that it knows', async name => {
    const { code, stdout } = await heed([...name.split(' '), '--help']);
    const [about = '', examples = ''] = stdout.split(/^Examples?:\n/m);
    expect(examples).toContain(`heed ${name.split(' ')[0]}`);
    // Those of other tools come behind a pipe; those of a command within it stand in its own help.
    const own = examples
      .split('\n')
      .filter(line => line.includes(`heed ${name}`))
      .map(line => line.replace(/^.*?heed /, '').replace(/ \| .*/, ''));
    for (const flag of own.join(' ').match(/--[a-z-]+/g) ?? []) if (name !== 'erase') expect(about).toContain(flag);
    expect(code).toBe(0);
  });

  test('no flag exists that would weaken identity, TLS or robots.txt', async () => {
    const { stdout } = await heed(['crawl', '--help']);
    expect(stdout).not.toMatch(/--[a-z-]*(robots|user-agent|insecure|ignore|proxy|cookie|header|disguise|stealth)[a-z-]*/);
  });
});

test('the list of commands loads none of them, and neither does the version', async () => {
  const told = `import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });`;
  const { code, stdout, stderr } = await heedAlone(['--help'], {
    node: ['--import', `data:text/javascript,${encodeURIComponent(told)}`],
  });
  expect(stderr).toContain('/cli/main.');
  expect(stderr).not.toMatch(/cli\/commands\/|settings\//);
  expect(stdout).toMatch(/^ {2}audit +who opted out/m);
  expect(code).toBe(0);
});

test("the machine's own Node 20, where there is one, is led to the Node 24 that the project brings", async context => {
  const own = '/usr/bin/node';
  const version = await run(own, ['--version']);
  if (!version.startsWith('v20.')) return context.skip('this machine has no Node 20 of its own');
  expect(await run(own, ['dist/cli/bin.js', '--version'])).toMatch(/^\d+\.\d+\.\d+/);
});

function run(file: string, args: readonly string[]): Promise<string> {
  return new Promise(resolve => {
    const child = spawn(file, args, { cwd: new URL('../../', import.meta.url) });
    let text = '';
    child.stdout.on('data', chunk => {
      text += chunk;
    });
    child.on('error', () => resolve(''));
    child.on('close', () => resolve(text.trim()));
  });
}
