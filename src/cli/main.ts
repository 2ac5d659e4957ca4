import { Command } from 'commander';
import { version } from '../settings/index.ts';
import { exitCodes } from '../vocab/index.ts';
import { agentsCommand } from './commands/agents.ts';
import { applyFeedCommand } from './commands/apply-feed.ts';
import { auditCommand } from './commands/audit.ts';
import { botPageCommand } from './commands/bot-page.ts';
import { checkCommand } from './commands/check.ts';
import { compactCommand } from './commands/compact.ts';
import { crawlCommand } from './commands/crawl.ts';
import { decideCommand } from './commands/decide.ts';
import { demoCommand } from './commands/demo.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eraseCommand } from './commands/erase.ts';
import { explainCommand } from './commands/explain.ts';
import { initCommand } from './commands/init.ts';
import { policyCommand } from './commands/policy.ts';
import { proveCommand } from './commands/prove.ts';
import { recheckCommand } from './commands/recheck.ts';
import { reportCommand } from './commands/report.ts';
import { revokeCommand } from './commands/revoke.ts';
import { schemaCommand } from './commands/schema.ts';
import { serveCommand } from './commands/serve.ts';
import { verifyCommand } from './commands/verify.ts';
import { heedSignals } from './interrupt.ts';
import { leaveWhenSaid } from './leave.ts';
import { reportError } from './report-error.ts';

const exitCodeHelp = `
Exit codes:
  0 ok · 1 internal · 2 usage · 3 config invalid · 4 findings over threshold · 5 partly done (--strict-exit)
  6 limit reached (--strict-exit) · 7 refused by policy (no operator contact) · 8 network down · 9 storage failure
  10 database down · 11 interrupted softly, resumable · 12 interrupted hard · 13 lock held · 14 verification failed`;

/** Sub-commands report how they ended through this cell; errors are thrown. */
export interface Exit {
  code: number;
}

const commands = [
  demoCommand,
  initCommand,
  crawlCommand,
  recheckCommand,
  auditCommand,
  checkCommand,
  diffCommand,
  explainCommand,
  decideCommand,
  verifyCommand,
  reportCommand,
  proveCommand,
  serveCommand,
  revokeCommand,
  eraseCommand,
  compactCommand,
  applyFeedCommand,
  policyCommand,
  agentsCommand,
  botPageCommand,
  schemaCommand,
  doctorCommand,
];

function buildProgram(exit: Exit): Command {
  const program = new Command('heed')
    .description(
      'A crawler that builds AI-training corpora only from pages whose owners have not said no, and can prove it for every URL.',
    )
    .version(version)
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
  for (const make of commands) {
    program.addCommand(withHabits(make(exit)));
  }
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
    const program = buildProgram(exit);
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
