import { styleText } from 'node:util';

/** Where a command reads and writes. stdout is data, stderr is talk; remote text passes `plain` before it reaches either. */
export interface Terminal {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  /** Both streams are a person's terminal and JSON was not asked for. */
  readonly isInteractive: boolean;
  readonly columns: number;
  /** Of stdout; absent where it is a file or a pipe. */
  readonly dataColumns?: number;
  /** Resolves when the chunk may be followed by another (back-pressure). */
  data(text: string): Promise<void>;
  talk(text: string): void;
  style(format: Parameters<typeof styleText>[0], text: string): string;
}

export interface TerminalOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly color?: boolean | undefined;
}

/** Control characters (ANSI escapes, CR, bidi overrides) of remote text become visible and harmless. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);

/** The same of JSON text, which stays the same JSON: its own line ends are left, and what is below U+0020 within strings is escaped already. */
export const plainJson = (json: string): string =>
  json.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

export function terminal(
  { json, quiet, verbose, color }: TerminalOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Terminal {
  const isJson = json === true;
  const shown = isJson ? plainJson : (text: string): string => text;
  const isForced = !['', '0', 'false'].includes(environment.FORCE_COLOR ?? '');
  // A file or a pager that one of them goes to would hold the colours as signs.
  const wantsColor = color !== false && !environment.NO_COLOR && (isForced || (process.stderr.isTTY && process.stdout.isTTY));
  return {
    isJson,
    isQuiet: quiet === true,
    isVerbose: verbose === true,
    isInteractive: !isJson && process.stderr.isTTY === true && environment.TERM !== 'dumb',
    columns: process.stderr.columns ?? 100,
    ...(process.stdout.isTTY ? { dataColumns: process.stdout.columns } : {}),
    data: text =>
      new Promise(resolve => {
        if (process.stdout.write(shown(text))) resolve();
        else process.stdout.once('drain', resolve);
      }),
    talk: text => {
      if (!quiet) process.stderr.write(shown(text));
    },
    style: (format, text) => (wantsColor && !isJson ? styleText(format, text, { validateStream: false }) : text),
  };
}
