import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** Who may import whom: a room sees the rooms of its own line only. `src/ARCHITECTURE.md` draws it. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  vocab: [],
  signals: ['vocab'],
  policy: ['vocab'],
  content: ['vocab'],
  assess: ['signals', 'policy', 'content', 'vocab'],
  report: ['assess', 'signals', 'policy', 'content', 'vocab'],
  http: ['assess', 'signals', 'policy', 'content', 'vocab'],
  frontier: ['assess', 'signals', 'policy', 'content', 'vocab'],
  store: ['assess', 'signals', 'policy', 'content', 'vocab'],
  settings: ['assess', 'signals', 'policy', 'content', 'vocab'],
  serve: ['vocab'],
  audit: ['http', 'store', 'settings', 'assess', 'signals', 'policy', 'content', 'vocab'],
  crawl: ['http', 'frontier', 'store', 'settings', 'assess', 'signals', 'policy', 'content', 'vocab'],
  upkeep: ['http', 'frontier', 'store', 'settings', 'assess', 'signals', 'policy', 'content', 'vocab'],
  cli: [
    'crawl',
    'audit',
    'upkeep',
    'serve',
    'report',
    'http',
    'frontier',
    'store',
    'settings',
    'assess',
    'signals',
    'policy',
    'content',
    'vocab',
  ],
  'index.ts': ['assess', 'policy', 'signals', 'vocab'],
};

/** The store's storeys: a file sees its own and those of its line. `index.ts` is the door to all of them. */
const storeys: Readonly<Record<string, readonly string[]>> = {
  disk: [],
  records: ['disk'],
  state: ['disk', 'records'],
  seal: ['disk', 'records', 'state'],
  withdraw: ['disk', 'records', 'state', 'seal'],
  evidence: ['disk', 'records', 'state'],
  commit: ['disk', 'records', 'state', 'seal', 'withdraw', 'evidence'],
  read: ['disk', 'records', 'state', 'seal'],
};

/** Rooms without I/O, clock, randomness, logger or environment, and the packages each may use. */
const purePackages: Readonly<Record<string, readonly string[]>> = {
  vocab: [],
  signals: ['robots-parser', 'htmlparser2', 'structured-headers', 'saxes', 'entities'],
  policy: [],
  content: ['htmlparser2', 'saxes', 'cheerio', 'readabilitySAX', 'libphonenumber-js', 'ibantools', 'ipaddr.js'],
  assess: [],
  report: [],
};

/** Packages that live in one place only, so that replacing them is a change of one file. */
const soleHome: Readonly<Record<string, RegExp>> = {
  '@crawlee/basic': /^crawl\/(engine|render\/browser-engine)\.ts$/,
  '@crawlee/playwright': /^crawl\/render\/browser-engine\.ts$/,
  playwright: /^crawl\/render\//,
  '@sparticuz/chromium': /^crawl\/render\/unpack-browser\.ts$/,
  undici: /^http\//,
  'prom-client': /^serve\//,
  croner: /^serve\/timetable\.ts$/,
  // Nothing else listens, but the bundled web of `heed demo`.
  'node:http': /^(serve|cli\/demo)\//,
  'robots-parser': /^signals\/robots\/access\.ts$/,
  warcio: /^store\//,
  'hyparquet-writer': /^store\/disk\/parquet\.ts$/,
  commander: /^cli\//,
  pino: /^cli\//,
  yaml: /^(settings|cli)\//,
  zod: /^(settings|store)\//,
  'node:sqlite': /^(store|frontier)\//,
};

const impurity =
  /\b(Date\.now|new Date\(\)|performance\.now|Math\.random|crypto\.randomUUID|process\.|console\.|setTimeout|setInterval|fetch\()/;

interface Import {
  readonly file: string;
  readonly specifier: string;
}

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  .map(entry => relative(src, join(entry.parentPath, entry.name)));

const code = (file: string): string =>
  readFileSync(join(src, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');

/** Static, side-effect and dynamic imports, and re-exports. */
const imports: readonly Import[] = files.flatMap(file =>
  [...code(file).matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)['"]([^'"]+)['"]/gm)].map(match => ({
    file,
    specifier: match[1] ?? '',
  })),
);

const roomOf = (file: string): string => file.split('/', 1)[0] ?? file;
const targetOf = ({ file, specifier }: Import): string => relative(src, resolve(src, dirname(file), specifier));

describe('rooms', () => {
  test('every file lies in a room of the design', () => {
    expect(files.filter(file => !(roomOf(file) in mayImport))).toEqual([]);
  });

  test('imports only go right: a room sees the rooms below it, shells never each other', () => {
    const wrong = imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(i => ({ ...i, target: targetOf(i) }))
      .filter(({ file, target }) => roomOf(file) !== roomOf(target) && !mayImport[roomOf(file)]?.includes(roomOf(target)));
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('a room has one door: other rooms import its index.ts only', () => {
    const wrong = imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(i => ({ ...i, target: targetOf(i) }))
      .filter(({ file, target }) => roomOf(file) !== roomOf(target) && target !== `${roomOf(target)}/index.ts`);
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('pure rooms import no node: module, and only the packages on their list', () => {
    const wrong = imports
      .filter(({ file, specifier }) => roomOf(file) in purePackages && !specifier.startsWith('.'))
      .filter(
        ({ file, specifier }) =>
          !purePackages[roomOf(file)]?.some(name => specifier === name || specifier.startsWith(`${name}/`)),
      );
    expect(wrong.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  test('pure rooms know no clock, randomness, environment, logger or timer', () => {
    expect(files.filter(file => roomOf(file) in purePackages && impurity.test(code(file)))).toEqual([]);
  });

  test('no command waits for what another one loads: each is loaded where it is named', () => {
    const commands = /^cli\/commands\//;
    const early = ['cli/main.ts', 'cli/commands.ts'].flatMap(file =>
      [...code(file).matchAll(/^import .*'(.+)';$/gm)].map(([, specifier = '']) => targetOf({ file, specifier })),
    );
    expect(early.length).toBeGreaterThan(0);
    expect(early.filter(target => commands.test(target) || target.endsWith('index.ts'))).toEqual(['vocab/index.ts']);
    const named = imports.filter(({ file }) => file === 'cli/commands.ts').map(targetOf);
    expect(named.filter(target => commands.test(target)).length).toBeGreaterThan(20);
  });

  test.each(Object.entries(soleHome))('%s is imported in its one home only', (name, home) => {
    const wrong = imports.filter(
      ({ file, specifier }) => (specifier === name || specifier.startsWith(`${name}/`)) && !home.test(file),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test('the store only looks down: every file lies in a storey, and sees those below it', () => {
    const storeyOf = (file: string): string => file.split('/')[1] ?? '';
    const own = files.filter(file => file.startsWith('store/') && file !== 'store/index.ts');
    expect(own.filter(file => !(storeyOf(file) in storeys))).toEqual([]);
    const wrong = imports
      .filter(({ file, specifier }) => own.includes(file) && specifier.startsWith('.'))
      .map(i => ({ file: i.file, target: targetOf(i) }))
      .filter(({ target }) => target.startsWith('store/'))
      .filter(({ file, target }) => storeyOf(file) !== storeyOf(target) && !storeys[storeyOf(file)]?.includes(storeyOf(target)));
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('no circles: no file needs itself by way of others, be it for a type', () => {
    const own = Map.groupBy(
      imports.filter(({ specifier }) => specifier.startsWith('.')),
      ({ file }) => file,
    );
    const below = (file: string): readonly string[] => (own.get(file) ?? []).map(targetOf);
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, way: readonly string[]): void => {
      const at = way.indexOf(file);
      if (at >= 0) circles.push([...way.slice(at), file].join(' → '));
      if (at >= 0 || done.has(file)) return;
      for (const next of below(file)) walk(next, [...way, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(circles).toEqual([]);
  });

  test('files are small: none over 400 lines without a line at its head that says why it is one thing', () => {
    const long = files.filter(file => {
      const text = readFileSync(join(src, file), 'utf8');
      return text.split('\n').length > 400 && !/one thing/i.test(text.slice(0, 600));
    });
    expect(long).toEqual([]);
  });

  test('folders are small: none with more than thirty files, so that a newcomer sees where a line belongs', () => {
    const byFolder = Map.groupBy(files, file => dirname(file));
    expect([...byFolder].flatMap(([folder, own]) => (own.length > 30 ? [`${folder}: ${own.length}`] : []))).toEqual([]);
  });

  test('nothing is a utility drawer', () => {
    expect(files.filter(file => /(^|\/)(utils?|helpers?|common|misc|types)(\/|\.ts$)/.test(file))).toEqual([]);
  });
});

test('decision records are numbered in the order in which they stand, each number once', () => {
  const numbers = [...readFileSync(join(src, 'ARCHITECTURE.md'), 'utf8').matchAll(/^### D(\d+)\. /gm)].map(([, number]) =>
    Number(number),
  );
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
