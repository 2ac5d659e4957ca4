/** Rows 77, 79, 83 and 85: what does not come over the network and is no more to be trusted. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/settings/index.ts';
import { heedInOneProcess } from '../e2e/one-process.ts';
import { heed, temporaryFolder } from '../e2e/run-heed.ts';
import { filled } from './says.ts';

const heedHere = heedInOneProcess();
const crawlInto = (out: string) => heedHere(['crawl', 'http://127.0.0.1/', '--out', out, '--contact', 'https://heed.test/bot']);

test.each([
  ['documents', 'a folder of the dataset'],
  ['state', 'the folder of the working state'],
])('row 77: a link in the place of `%s`, %s, is not followed', async name => {
  const [out, elsewhere] = [temporaryFolder(), temporaryFolder()];
  symlinkSync(elsewhere, join(out, name));
  const { code, stderr } = await crawlInto(out);
  expect(code, stderr).toBe(9);
  expect(stderr).toContain('ERR_OUT_UNWRITABLE');
  expect(readdirSync(elsewhere)).toEqual([]);
});

test.each(['state/heed.sqlite', 'state/lock'])('row 77: a link in the place of `%s` leads nowhere', async name => {
  const [out, elsewhere] = [temporaryFolder(), join(temporaryFolder(), 'precious')];
  writeFileSync(elsewhere, 'precious');
  mkdirSync(join(out, 'state'));
  symlinkSync(elsewhere, join(out, name));
  const { code, stderr } = await crawlInto(out);
  expect(code, stderr).toBe(9);
  expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
});

test.each(['state/heed.sqlite', 'state/lock'])(
  'row 77: a pipe in the place of `%s` holds nobody up',
  async name => {
    const out = temporaryFolder();
    mkdirSync(join(out, 'state'));
    execFileSync('mkfifo', [join(out, name)]);
    const { code, stderr } = await crawlInto(out);
    expect(code, stderr).toBe(9);
  },
  30_000,
);

const good = (id: string): string => JSON.stringify({ id, url: 'https://site.example/', missing: 'absent' });

test('row 79: lines that are none get their error in their place, and the others are judged', async () => {
  const lines: readonly (string | Buffer)[] = [
    `\ufeff${good('mark')}`,
    `${good('cr')}\r`,
    good('twice'),
    good('twice'),
    Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    '\0\0\0',
    filled('[', 2_000_000),
    `{"id":"deep","url":"https://site.example/","x":${filled('{"a":', 500_000)}`,
    '{"__proto__":{"id":"x"},"url":"https://site.example/"}',
    filled('x', 65 * 2 ** 20),
    good('after'),
    '{"id":"cut","url":"https://si',
  ];
  const input = Buffer.concat(
    lines.flatMap((line, index) => [Buffer.from(line), Buffer.from(index + 1 < lines.length ? '\n' : '')]),
  );
  const { code, stdout } = await heed(['decide'], { input });
  const answers = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(code).toBe(2);
  expect(answers.map(({ id, disposition, error }) => disposition ?? `${error.code} ${id}`)).toEqual([
    'keep',
    'keep',
    'keep',
    'keep',
    ...new Array(3).fill('ERR_CASE_JSON null'),
    'ERR_CASE_JSON null',
    expect.stringMatching(/^ERR_CASE_/),
    'ERR_CASE_TOO_LONG null',
    'keep',
    'ERR_CASE_JSON null',
  ]);
});

const laughs = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${new Array(9).fill(`*${'abcdefghi'[index]}`)}]`),
].join('\n');
test.each([
  [
    'a function',
    'out: !!js/function "function () { return 1 }"',
    { code: 'ERR_CONFIG_YAML', message: expect.stringContaining(':1:6') },
  ],
  [
    'a class',
    'out: !!python/object/apply:os.system ["id"]',
    { code: 'ERR_CONFIG_YAML', message: expect.stringContaining(':1:6') },
  ],
  ['aliases that multiply', laughs, { code: expect.stringMatching(/^ERR_CONFIG_(YAML|KEY)$/) }],
  ['aliases that multiply in a known key', `${laughs.replace(/^\w: /gm, 'include: ')}`, { code: 'ERR_CONFIG_YAML' }],
  ['one key twice', 'max-pages: 1\nmax-pages: 100000', { code: 'ERR_CONFIG_YAML', message: expect.stringContaining(':2:1') }],
  ['a name of the prototype', '__proto__: {contact: x@example.org}', { code: 'ERR_CONFIG_KEY' }],
  ['two documents', 'max-pages: 1\n---\nmax-pages: 2', { code: 'ERR_CONFIG_YAML' }],
  ['depth', filled('[', 20_000), { code: 'ERR_CONFIG_YAML' }],
])('row 83: a configuration with %s is refused, with its place', (_what, yaml, error) => {
  const file = join(temporaryFolder(), 'heed.yaml');
  writeFileSync(file, yaml);
  expect(() => readSettings({ flags: {}, environment: {}, file })).toThrow(expect.objectContaining(error));
});

test('row 83: a value is taken as it is written, not filled in from the environment', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'heed.yaml'), `contact: https://heed.test/bot\nmax-pages: \${SECRET}\n`);
  const { code, stderr } = await heed(
    ['crawl', 'http://a.test/', '--config', join(folder, 'heed.yaml'), '--out', join(folder, 'out')],
    { env: { SECRET: '4242' } },
  );
  expect(code).toBe(3);
  expect(stderr).not.toContain('4242');
});

test('row 85: proxies of the environment are shown by `doctor`, which says that they are ignored', async () => {
  const { stdout } = await heed(['doctor', '--json'], {
    env: { HTTPS_PROXY: 'http://127.0.0.1:9', all_proxy: 'socks://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' },
  });
  const { findings } = JSON.parse(stdout);
  const [found] = findings.filter(({ check }: { check: string }) => check === 'env');
  expect(found).toMatchObject({ state: 'note', next: expect.stringContaining('ignores') });
  for (const name of ['HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']) expect(found.detail).toContain(name);
});
