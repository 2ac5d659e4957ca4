import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { withOwnHelp, wrapped } from '../../src/cli/help-text.ts';

const after = `Usage: heed thing [options]

A sentence that goes on for longer
than a narrow terminal is wide, over two lines.

--fail-on KIND ends with exit code 4 where there are any:
  opt-out      a domain that refuses AI training by any mechanism
  gone         a domain

Examples:
  heed thing --with "a long command line" --that nobody --would like --to see broken
`;

test('help is as wide as the terminal: sentences run on, lists hang below their meaning, examples stay whole', () => {
  expect(wrapped(after, 44)).toBe(`Usage: heed thing [options]

A sentence that goes on for longer than a
narrow terminal is wide, over two lines.

--fail-on KIND ends with exit code 4 where
there are any:
  opt-out      a domain that refuses AI
               training by any mechanism
  gone         a domain

Examples:
  heed thing --with "a long command line" --that nobody --would like --to see broken
`);
});

test.each([40, 80])('what a long flag leaves no room for stands below it, at %d columns', width => {
  const command = withOwnHelp(
    new Command('thing').option('--a-very-long-flag-indeed <pattern=addr[:port]>', 'what it means '.repeat(5)),
  );
  const help = command.configureOutput({ getOutHelpWidth: () => width }).helpInformation();
  expect(help).toContain('  --a-very-long-flag-indeed <pattern=addr[:port]>\n      what it means');
  for (const line of help.split('\n').filter(line => !line.includes('--a-very'))) expect(line.length).toBeLessThanOrEqual(width);
});

test.each(Object.keys(commands))('what `heed %s` is for is written once, in the list', async name => {
  const text = readFileSync(new URL(`../../src/cli/commands/${name}.ts`, import.meta.url), 'utf8');
  const { says } = commands[name]!;
  expect(text).not.toContain(says);
  expect(says.length).toBeGreaterThan(20);
});
