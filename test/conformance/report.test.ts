import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { vectorFiles } from '../vectors/load.ts';
import { compare } from './compare.ts';
import { report } from './report.ts';
import { tools } from './tools.ts';

const { markdown, missed } = report('standard');

test('heed does what every vector says', () => {
  expect(missed).toEqual([]);
});

test('the report has a row per signal, and every case is counted once for each tool', () => {
  for (const { signal, cases } of vectorFiles.filter(file => !file.signal.startsWith('operator.')))
    expect(markdown).toContain(`| \`${signal}\` | ${cases.length} | ${cases.length} |`);
  for (const { cases, others } of compare('standard')) {
    expect([...others.keys()]).toEqual(tools.map(({ name }) => name));
    for (const { agrees, permissive, stricter, cannotRead } of others.values())
      expect(agrees + permissive + stricter + cannotRead).toBe(cases);
  }
});

test('tools that read robots.txt alone let through what a header refuses', () => {
  const [row] = compare('standard', signal => signal === 'field.content-usage');
  for (const { permissive } of row?.others.values() ?? []) expect(permissive).toBeGreaterThanOrEqual(0);
  expect(row?.others.get("Crawlee's gate")?.permissive).toBeGreaterThan(0);
});

test('an unknown policy is named', () => {
  expect(() => report('standrad')).toThrow('unknown policy standrad; known are');
});

test('both READMEs say what the report says now', () => {
  const readme = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(readme('README.md')).toContain(markdown.trim());
  const all = markdown.slice(markdown.lastIndexOf('| **all** |'));
  const [total = '', right = '', alone = '', gate = ''] = [...all.matchAll(/\*\*([\d /]+)\*\*/g)].map(([, cell = '']) => cell);
  for (const line of [
    `| of ${total} vectors |`,
    `| heed answers as the vector says | ${right} |`,
    `cannot read the carrier | ${alone} |`,
    `is stricter | ${gate.replace(/ \/ 0$/, '')} |`,
  ])
    expect(readme('../../README.md')).toContain(line);
});
