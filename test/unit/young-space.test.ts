import { afterEach, describe, expect, test, vi } from 'vitest';
import { boundYoungSpace, youngSpaceFlag } from '../../src/cli/young-space.ts';

const cases = [
  ['a crawl', ['crawl', 'https://site.test/'], '', true],
  ['the demonstration', ['demo'], '', true],
  ['an audit', ['audit', 'site.test'], '', true],
  ['a comparison of audits', ['diff', 'a', 'b'], '', true],
  ['a command that ends at once', ['decide'], '', false],
  ['no command', [], '', false],
  ['a size somebody chose', ['crawl'], '--max-semi-space-size=32', false],
  ['a debugger that would lose its process', ['crawl'], '--inspect', false],
] as const;

describe('which processes replace themselves to bound their young objects', () => {
  afterEach(() => vi.restoreAllMocks().unstubAllEnvs());

  test.each(cases)('%s', (_name, argv, options, isReplaced) => {
    vi.stubEnv('NODE_OPTIONS', options);
    const execve = vi.spyOn(process as { execve: (...args: unknown[]) => void }, 'execve').mockImplementation(() => {});
    boundYoungSpace(argv);
    expect(execve.mock.calls.map(([, args]) => (args as string[]).includes(youngSpaceFlag))).toEqual(isReplaced ? [true] : []);
  });
});
