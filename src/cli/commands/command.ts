import { Command } from 'commander';
import { type Terminal, type TerminalOptions, terminal } from '../talk/terminal.ts';

/** A command with the flags all of them share. @param description of one within another; what the others are for stands in their list */
export const command = (name: string, description = ''): Command =>
  new Command(name)
    .description(description)
    .option('--json', 'print one JSON document on stdout and JSON lines on stderr')
    .option('-q, --quiet', 'say nothing on stderr but errors')
    .option('-v, --verbose', 'say more')
    .option('--no-color', 'no colours (also NO_COLOR)');

export const terminalOf = (options: TerminalOptions): Terminal => terminal(options);

/** For repeatable flags. */
export const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  value,
];
