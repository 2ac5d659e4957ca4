import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { exitCodes } from '../vocab/index.ts';
import { commands } from './commands.ts';
import type { Exit } from './exit.ts';
import { withOwnHelp } from './help-text.ts';
import { heedSignals } from './interrupt.ts';
import { leaveWhenSaid } from './leave.ts';
import { endWithParent } from './lifeline.ts';
import { reportError } from './talk/report-error.ts';

const exitCodeHelp = `
Exit codes:
  0   ok
  1   internal
  2   usage
  3   config invalid
  4   findings over threshold
  5   partly done (--strict-exit)
  6   limit reached (--strict-exit)
  7   refused by policy (no operator contact)
  8   network down
  9   storage failure
  10  database down
  11  interrupted softly, resumable
  12  interrupted hard
  13  lock held
  14  verification failed`;

/**
 * The command that is named, with a list of the others: for help, for a suggestion. `serve` asks what its jobs can be told, and has all of them.
 * @param argv of which a word that is no flag names the command
 */
async function buildProgram(argv: readonly string[], exit: Exit): Promise<Command> {
  const [first, second] = argv.filter(word => !word.startsWith('-'));
  const name = first === 'help' ? second : first;
  const program = new Command('heed')
    .description(
      'A crawler that builds AI-training corpora only from pages whose owners have not said no, and can prove it for every URL.',
    )
    .version(version())
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError(true);
  const listed = Object.entries(commands).map(async ([own, { says, load }]) =>
    (own === name || name === 'serve' ? (await load())(exit) : new Command(own)).description(says),
  );
  for (const made of await Promise.all(listed)) program.addCommand(made);
  return withOwnHelp(program);
}

/** Read here, because the settings that know it, too, take longer to load than all else it takes to print it. */
const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** The whole process: runs the command and leaves, whatever may still hold it (a name lookup, a connection kept open, a timer of a library). */
export async function run(argv: readonly string[]): Promise<never> {
  if (process.pid === 1) heedSignals();
  endWithParent();
  return leaveWhenSaid(await main(argv));
}

/** What a stream says when its reader went away, or when the terminal behind it was closed. */
const goneCodes: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** @returns the process exit code */
async function main(argv: readonly string[]): Promise<number> {
  const exit: Exit = { code: exitCodes.ok };
  // A reader that went away (`heed … | head`) is no error of ours: without data to give there is nothing left to do …
  process.stdout.on('error', error => {
    if (goneCodes.has((error as NodeJS.ErrnoException).code)) process.exit(exit.code);
    throw error;
  });
  // … and talk that nobody hears is no reason to give up a crawl.
  process.stderr.on('error', error => {
    if (!goneCodes.has((error as NodeJS.ErrnoException).code)) throw error;
  });
  try {
    const program = await buildProgram(argv, exit);
    if (argv.length === 0) {
      program.outputHelp();
      return exitCodes.usage;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return exit.code;
  } catch (error) {
    return reportError(error, argv);
  }
}
