import { hash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { leafOf, type Manifest, rootOf } from '../../src/store/index.ts';
import { compact, revoke, selectorOf, verify } from '../../src/upkeep/index.ts';
import { chain, crawlHere, newFolder, robots, smallWeb } from '../faults/small-web.ts';
import { hookMs } from './demo-dataset.ts';
import { type Lie, lies, placeOf, type Rows } from './lies.ts';

/** A linear congruential generator: the same tamperings in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const folder = newFolder();
const whole = join(folder, 'whole');

const pathOf = (out: string, kind: string, suffix: string): string => {
  const found = readdirSync(join(out, kind), { recursive: true })
    .map(String)
    .filter(name => name.endsWith(suffix) && !(suffix === '.jsonl.gz' && name.includes('.declarations.')))
    .sort();
  return join(kind, found.at(-1) ?? expect.fail(`no ${suffix} below ${kind}`));
};

interface Target {
  readonly name: string;
  readonly find: (out: string) => string;
}

const targets: readonly Target[] = [
  { name: 'shard', find: out => pathOf(out, 'documents', '.jsonl.gz') },
  { name: 'provenance', find: out => pathOf(out, 'provenance', '.jsonl.gz') },
  { name: 'tombstones', find: out => pathOf(out, 'tombstones', '0.jsonl') },
  { name: 'receipts', find: out => pathOf(out, 'receipts', '.jsonl') },
  { name: 'feed', find: () => 'feed/withdrawals.jsonl' },
];

type Lines = (lines: string[], below: (n: number) => number) => string[];

/** One change of the lines, written back as a sound file: the line that differs first is known. */
const ofLines: readonly (readonly [string, Lines])[] = [
  [
    'a character of a line changed',
    (lines, below) => lines.with(below(lines.length), (lines[0] ?? '').replace(/[0-9a-f]{4}/, 'dead')),
  ],
  ['two lines swapped', lines => lines.with(0, lines[1] ?? '').with(1, lines[0] ?? '')],
  ['a line left out', (lines, below) => lines.toSpliced(below(lines.length), 1)],
  ['a line added', lines => [...lines, lines[0] ?? '']],
];

const readText = (path: string): string => {
  const content = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(content) : content).toString();
};
const writeText = (path: string, text: string): void => writeFileSync(path, path.endsWith('.gz') ? gzipSync(text) : text);

/** The first line that is another one. */
const firstDifference = (before: readonly string[], after: readonly string[]): number => {
  const found = after.findIndex((line, index) => line !== before[index]);
  return (found < 0 ? Math.min(before.length, after.length) : found) + 1;
};

let copies = 0;
function copyOf(): string {
  const out = join(folder, `copy-${copies++}`);
  mkdirSync(out);
  cpSync(whole, out, { recursive: true });
  return out;
}

async function told(out: string): Promise<readonly string[]> {
  const { failures } = await verify(out);
  rmSync(out, { recursive: true });
  return failures.map(({ where, message }) => `${where}: ${message}`);
}

beforeAll(async () => {
  const pages = chain(6);
  const web = await smallWeb(place =>
    /^[cde]\.test\/robots/.test(place) ? robots('User-agent: *\nDisallow: /1\n') : pages(place),
  );
  await crawlHere({ web, out: whole, places: ['a', 'b', 'c', 'd', 'e'].map(name => `${name}.test/`), flags: { scope: 'host' } });
  const options = (random: string) => ({ out: whole, software: { name: 'heed', version: '0' }, random, wallClock: Date.now });
  const selectors = ['a.test/1', 'a.test/2', 'b.test/3', 'b.test/4'].map(place => selectorOf('url', web.url(place)));
  await revoke({ ...options('y001'), selectors, reason: 'an objection', ticket: 'T-1' });
  await compact({ ...options('z001'), graceMs: 0 });
  expect((await verify(whole)).failures).toEqual([]);
}, hookMs);

describe('what verify finds, with file and record', () => {
  const random = seeded(20261127);

  test.each(targets.flatMap(target => ofLines.map(([what, change]) => [target.name, what, target, change] as const)))(
    '%s: %s',
    async (_name, _what, target, change) => {
      const out = copyOf();
      const file = target.find(out);
      const lines = readText(join(out, file)).split('\n').slice(0, -1);
      const changed = change(lines, random);
      expect(changed).not.toEqual(lines);
      writeText(join(out, file), `${changed.join('\n')}\n`);
      const found = await told(out);
      const line = firstDifference(lines, changed);
      // Where the last line is missing there is no line to name but the one before it.
      const names = [line, Math.max(1, line - 1)].map(number => `${file} line ${number}:`);
      expect(
        found.some(text => names.some(name => text.startsWith(name))),
        `${found}; expected line ${line}`,
      ).toBe(true);
    },
  );

  test.each(targets.map(target => [target.name, target] as const))('%s: a bit turned', async (_name, target) => {
    const out = copyOf();
    const file = target.find(out);
    const content = readFileSync(join(out, file));
    const at = random(content.length);
    content[at] = (content[at] ?? 0) ^ (1 << random(8));
    writeFileSync(join(out, file), content);
    const found = await told(out);
    expect(
      found.some(text => text.startsWith(`${file} line `)),
      `${found}`,
    ).toBe(true);
  });

  test.each(targets.map(target => [target.name, target] as const))('%s: cut off', async (_name, target) => {
    const out = copyOf();
    const file = target.find(out);
    const content = readFileSync(join(out, file));
    writeFileSync(join(out, file), content.subarray(0, content.length - 1 - random(content.length - 1)));
    const found = await told(out);
    expect(
      found.some(text => text.startsWith(`${file} line `)),
      `${found}`,
    ).toBe(true);
  });

  const edit = (
    out: string,
    index: number,
    change: (manifest: { resources: { path: string; sha256: string; bytes: number }[] }) => void,
  ): string => {
    const names = readdirSync(join(out, 'manifests')).sort();
    const name = names.at(index) ?? '';
    const path = join(out, 'manifests', name);
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    change(manifest);
    writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
    return `manifests/${name}`;
  };

  test('an older manifest edited: the one after it does not know it any more', async () => {
    const out = copyOf();
    const name = edit(out, 0, manifest => Object.assign(manifest, { created: '2020-01-01T00:00:00.000Z' }));
    expect((await told(out)).join()).toContain(`${name}: is not the manifest that manifests/`);
  });

  test('the newest manifest edited: the working state knows it', async () => {
    const out = copyOf();
    const name = edit(out, -1, manifest => Object.assign(manifest, { agents: { version: 'another' } }));
    expect((await told(out)).join()).toContain(`${name}: is not the manifest that the run ended with`);
  });

  test('a line changed and the digests of the newest manifest with it, without the working state: its root is another', async () => {
    const out = copyOf();
    rmSync(join(out, 'state'), { recursive: true });
    const file = pathOf(out, 'documents', '.jsonl.gz');
    writeText(join(out, file), readText(join(out, file)).replace('story', 'stork'));
    const content = readFileSync(join(out, file));
    edit(out, -1, manifest => {
      Object.assign(manifest.resources.find(({ path }) => path === file) ?? {}, {
        sha256: hash('sha256', content),
        bytes: content.length,
      });
    });
    expect((await told(out)).join()).toContain(`${file}: does not have the root`);
  });

  test.each([
    ['removed', 0],
    ['removed, the newest one', -1],
  ])('a manifest %s', async (_what, index) => {
    const out = copyOf();
    const name = readdirSync(join(out, 'manifests')).sort().at(index) ?? '';
    rmSync(join(out, 'manifests', name));
    expect((await told(out)).join()).toContain(name.replace('.json', ''));
  });

  test('a manifest that is none any more', async () => {
    const out = copyOf();
    const name = readdirSync(join(out, 'manifests')).sort().at(-1) ?? '';
    const path = join(out, 'manifests', name);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -40));
    expect((await told(out)).join()).toContain(`manifests/${name}`);
  });

  test('a withdrawn document put back into its shard', async () => {
    const out = copyOf();
    const file = pathOf(out, 'documents', '.jsonl.gz');
    const text = readText(join(out, file));
    writeText(join(out, file), `${text}${text.split('\n')[0]?.replace(/"id":"[0-9a-f]{4}/, '"id":"0000')}\n`);
    expect((await told(out)).join()).toMatch(/documents\/.* line \d+: was added/);
  });
});

describe.each(Object.entries(lies))(
  'lies about %s, told throughout, with digests, roots and manifests of their own, and no state that knows better',
  (_, told) => {
    let found: readonly { readonly check: string; readonly says: string }[];

    beforeAll(async () => {
      const out = copyOf();
      rmSync(join(out, 'state'), { recursive: true });
      const names = readdirSync(join(out, 'manifests')).sort();
      const made: Manifest[] = names.map(name => JSON.parse(readFileSync(join(out, 'manifests', name), 'utf8')));
      /** Of which page each line speaks. */
      const places = new Map<string, string>();
      for (const resource of made.at(-1)?.resources ?? []) {
        const own = told.filter(({ in: kind, rows }) => rows !== undefined && kind === resource.kind);
        if (own.length === 0) continue;
        const path = join(out, resource.path);
        const given: Rows = readText(path)
          .split('\n')
          .slice(0, -1)
          .map(line => JSON.parse(line));
        const rows = own.reduce((changed, { rows: change }) => change?.(changed) ?? changed, given);
        for (const [index, row] of rows.entries()) places.set(`${resource.path} line ${index + 1}`, placeOf(row));
        const lines = rows.map(row => JSON.stringify(row));
        writeText(path, lines.map(line => `${line}\n`).join(''));
        const content = readFileSync(path);
        const root = rootOf(Buffer.concat(lines.map(line => leafOf(line))));
        Object.assign(resource, {
          bytes: content.length,
          sha256: hash('sha256', content),
          records: lines.length,
          merkle_root: root,
        });
      }
      const byKind = Object.fromEntries(made.map(one => [one.kind, one])) as Parameters<NonNullable<Lie['manifests']>>[0];
      for (const { manifests } of told) manifests?.(byKind);
      let before = '';
      for (const [index, one] of made.entries()) {
        if (one.previous) Object.assign(one.previous, { sha256: before });
        const text = `${JSON.stringify(one)}\n`;
        writeFileSync(join(out, 'manifests', names[index] ?? ''), text);
        before = hash('sha256', text);
      }
      const { failures } = await verify(out);
      rmSync(out, { recursive: true });
      found = failures.map(({ check, where, message }) => ({ check, says: `${where}: ${message}; ${places.get(where) ?? ''};` }));
    });

    test.each(told.map(lie => [lie.what, lie] as const))('%s', (_what, { found: expected }) => {
      for (const [check, says] of expected)
        expect(found, `${check} ${says}`).toContainEqual({ check, says: expect.stringContaining(says) });
    });
  },
);
