import { afterEach, describe, expect, test, vi } from 'vitest';
import { auditYoungSpace, boundYoungSpace, youngSpaceFlag } from '../../src/cli/young-space.ts';

const cases = [
  ['a crawl', ['crawl', 'https://site.test/'], '', [youngSpaceFlag]],
  ['the demonstration', ['demo'], '', [youngSpaceFlag]],
  ['an audit', ['audit', 'site.test'], '', auditYoungSpace],
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
});
