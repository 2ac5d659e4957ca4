import { afterEach, describe, expect, test, vi } from 'vitest';
import { auditYoungSpace, boundYoungSpace, givenYoungSpace, youngSpaceFlag } from '../../src/cli/young-space.ts';

const cases = [
  ['a crawl', ['crawl', 'https://site.test/'], '', [youngSpaceFlag]],
  ['the demonstration', ['demo'], '', [youngSpaceFlag]],
  ['an audit', ['audit', 'site.test'], '', auditYoungSpace],
  ['an audit of given bodies', ['audit', '--robots', 'bodies.jsonl'], '', givenYoungSpace],
  ['an audit of stored evidence', ['audit', '--from-evidence=audit'], '', givenYoungSpace],
  ['a comparison of audits', ['diff', 'a', 'b'], '', [youngSpaceFlag]],
  ['a command that ends at once', ['decide'], '', []],
  ['no command', [], '', []],
  ['a size somebody chose', ['crawl'], '--max-semi-space-size=32', []],
  ['a debugger that would lose its process', ['crawl'], '--inspect', []],
] as const;

describe('which processes replace themselves to bound their young objects', () => {
  afterEach(() => vi.restoreAllMocks().unstubAllEnvs());

  test.each(cases)('%s', (_name, argv, options, flags) => {
    vi.stubEnv('NODE_OPTIONS', options);
    const execve = vi.spyOn(process as { execve: (...args: unknown[]) => void }, 'execve').mockImplementation(() => {});
    boundYoungSpace(argv);
    const given = execve.mock.calls.map(([, args]) => (args as string[]).filter(arg => arg.includes('semi-space-size')));
    expect(given).toEqual(flags.length > 0 ? [flags] : []);
  });

  test.each([
    ['24.21.0', 1],
    ['26.0.0', 0],
  ])('options of V8 itself are given to the Node they were tried with, and to no other: %s', (version, internal) => {
    vi.stubEnv('NODE_OPTIONS', '');
    const execve = vi.spyOn(process as { execve: (...args: unknown[]) => void }, 'execve').mockImplementation(() => {});
    boundYoungSpace(['audit', 'site.test'], version);
    const given = execve.mock.calls.flatMap(([, args]) => args as string[]);
    expect(given.filter(arg => arg.startsWith('--heap-growing'))).toHaveLength(internal);
    expect(given.filter(arg => arg.includes('semi-space-size'))).toEqual(auditYoungSpace);
  });

  const environments = [
    ['an audit allocates in one place', ['audit', 'site.test'], undefined, '1'],
    ['unless somebody chose a number', ['audit', 'site.test'], '4', '4'],
    ['a crawl does as it did', ['crawl', 'https://site.test/'], undefined, undefined],
  ] as const;

  test.each(environments)('%s', (_name, argv, before, after) => {
    vi.stubEnv('NODE_OPTIONS', '');
    vi.stubEnv('MALLOC_ARENA_MAX', before);
    const execve = vi.spyOn(process as { execve: (...args: unknown[]) => void }, 'execve').mockImplementation(() => {});
    boundYoungSpace(argv);
    expect(execve.mock.calls[0]?.[2]).toMatchObject({ PATH: process.env.PATH });
    expect(Object.entries(execve.mock.calls[0]?.[2] ?? {}).find(([name]) => name === 'MALLOC_ARENA_MAX')?.[1]).toBe(after);
  });
});
