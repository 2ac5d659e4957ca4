import { resolve, sep } from 'node:path';
import { CommanderError } from 'commander';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { eventLog, type LoggedEvent } from './event-log.ts';
import { plain, plainJson } from './terminal.ts';

interface Coded {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
  readonly next?: string | undefined;
}

const noPlace = {
  code: 'ERR_STORAGE_PATH',
  exitCode: exitCodes.storage,
  next: 'check the path: a folder stands where a file was named, or something on the way to it is no folder or is not there',
} as const;

const systemErrors: Readonly<Record<string, { code: string; exitCode: number; next: string }>> = {
  ENOSPC: {
    code: 'ERR_STORAGE_FULL',
    exitCode: exitCodes.storage,
    next: 'free some space and run the same command again; what was committed is safe',
  },
  EROFS: { code: 'ERR_STORAGE_READ_ONLY', exitCode: exitCodes.storage, next: 'choose a writable --out' },
  EACCES: { code: 'ERR_STORAGE_ACCESS', exitCode: exitCodes.storage, next: 'check the permissions of the folder' },
  ENOTDIR: noPlace,
  EISDIR: noPlace,
  EMFILE: { code: 'ERR_TOO_MANY_FILES', exitCode: exitCodes.storage, next: 'raise `ulimit -n` or lower --concurrency' },
};

/** A file that is not there is a fault of ours unless the command line names it, with another ending, something below it, or what it is to lie in. */
function isNamed(path: string | undefined, argv: readonly string[]): boolean {
  if (path === undefined) return false;
  const missing = resolve(path);
  return argv
    .filter(word => !word.startsWith('-'))
    .map(word => resolve(word))
    .some(named => missing.startsWith(named.replace(/\.[^./]*$/, '')) || named.startsWith(`${missing}${sep}`));
}

function coded(error: unknown, argv: readonly string[]): Coded {
  if (error instanceof CodedError) return error;
  const { code, message, exitCode } = error as NodeJS.ErrnoException & { exitCode?: number };
  const system = code === 'ENOENT' && isNamed((error as NodeJS.ErrnoException).path, argv) ? noPlace : systemErrors[code ?? ''];
  if (system) return { message, ...system };
  if (typeof code === 'string' && code.startsWith('ERR_') && typeof exitCode === 'number') return { code, message, exitCode };
  return {
    code: 'ERR_INTERNAL',
    message: message ?? String(error),
    exitCode: exitCodes.internal,
    next: 'this is a bug in heed: please report it with the command and the output of -v',
  };
}

/** Prints an error once, in the form asked for, and returns the exit code. */
export function reportError(error: unknown, argv: readonly string[]): number {
  const options = { isJson: argv.includes('--json'), isVerbose: argv.includes('-v') || argv.includes('--verbose') };
  if (error instanceof CommanderError) return reportUsage(error, options.isJson);
  const { code, message, exitCode, next } = coded(error, argv);
  if (options.isJson) {
    errorLine({ event: 'error', code, message, ...(next ? { next } : {}), exitCode });
  } else {
    process.stderr.write(`error ${code}: ${plain(message)}\n${next ? `  next: ${plain(next)}\n` : ''}`);
    if (options.isVerbose) process.stderr.write(`${(error as Error).stack ?? ''}\n`);
  }
  return exitCode;
}

/** Also where --quiet wants nothing else said. */
const errorLine = (event: LoggedEvent): void =>
  eventLog({ talk: text => void process.stderr.write(plainJson(text)), isVerbose: false })(event);

/** commander has printed its own text (with its "did you mean") already, except in JSON mode. */
function reportUsage(error: CommanderError, isJson: boolean): number {
  const isHelp =
    error.code === 'commander.helpDisplayed' || error.code === 'commander.version' || error.code === 'commander.help';
  if (isHelp) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  const next = '`heed --help` lists commands, `heed <command> --help` its flags';
  const { usage: exitCode } = exitCodes;
  if (isJson) errorLine({ event: 'error', code: 'ERR_USAGE', message, next, exitCode });
  else process.stderr.write(`error ERR_USAGE: ${plain(message)}\n  next: ${next}\n`);
  return exitCodes.usage;
}
