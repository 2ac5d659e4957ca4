import { Command } from 'commander';
import { exitCodes } from '../vocab/index.ts';
import type { Exit } from './exit.ts';
import { heedSignals } from './interrupt.ts';
import { leaveWhenSaid } from './leave.ts';
import { endWithParent } from './lifeline.ts';
import { reportError } from './report-error.ts';

const exitCodeHelp = `
Exit codes:
  0 ok · 1 internal · 2 usage · 3 config invalid · 4 findings over threshold · 5 partly done (--strict-exit)
  6 limit reached (--strict-exit) · 7 refused by policy (no operator contact) · 8 network down · 9 storage failure
  10 database down · 11 interrupted softly, resumable · 12 interrupted hard · 13 lock held · 14 verification failed`;

/**
 * In the order of the help. What a command is made of is loaded when it is asked for: all of them together take longer to load than most of them take
 * to do their work.
 */
const commands: Readonly<Record<string, () => Promise<(exit: Exit) => Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  init: async () => (await import('./commands/init.ts')).initCommand,
  crawl: async () => (await import('./commands/crawl.ts')).crawlCommand,
  recheck: async () => (await import('./commands/recheck.ts')).recheckCommand,
  audit: async () => (await import('./commands/audit.ts')).auditCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  diff: async () => (await import('./commands/diff.ts')).diffCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  decide: async () => (await import('./commands/decide.ts')).decideCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  prove: async () => (await import('./commands/prove.ts')).proveCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  revoke: async () => (await import('./commands/revoke.ts')).revokeCommand,
  erase: async () => (await import('./commands/erase.ts')).eraseCommand,
  compact: async () => (await import('./commands/compact.ts')).compactCommand,
  'apply-feed': async () => (await import('./commands/apply-feed.ts')).applyFeedCommand,
  policy: async () => (await import('./commands/policy.ts')).policyCommand,
  agents: async () => (await import('./commands/agents.ts')).agentsCommand,
  'bot-page': async () => (await import('./commands/bot-page.ts')).botPageCommand,
  schema: async () => (await import('./commands/schema.ts')).schemaCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
};

/** The command that is named, or all of them: for help, for a suggestion, for the version, and for `serve`, which asks what its jobs can be told. */
async function buildProgram(argv: readonly string[], exit: Exit): Promise<Command> {
  const [name = ''] = argv;
  const isOfAll = name === 'serve' || argv.includes('--version') || argv.includes('-V');
  const named = !isOfAll && Object.hasOwn(commands, name) ? commands[name] : undefined;
  const wanted = named ? [named] : Object.values(commands);
  const version = named ? '' : (await import('../settings/index.ts')).version;
  const program = new Command('heed')
    .description(
      'A crawler that builds AI-training corpora only from pages whose owners have not said no, and can prove it for every URL.',
    )
    .version(version)
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
  for (const make of await Promise.all(wanted.map(load => load()))) program.addCommand(withHabits(make(exit)));
  return program;
}

/** Errors surface in one place; help goes to stdout, everything else through `reportError`. */
function withHabits(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  for (const inner of command.commands) withHabits(inner);
  return command;
}

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
      process.stdout.write(`${program.helpInformation()}${exitCodeHelp}\n`);
      return exitCodes.usage;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return exit.code;
  } catch (error) {
    return reportError(error, { isJson: argv.includes('--json'), isVerbose: argv.includes('-v') || argv.includes('--verbose') });
  }
}
