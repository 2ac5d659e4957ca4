/**
 * Help as wide as the terminal. commander wraps its own lists; what it would leave unwrapped beside long flags goes below them here, and so do our own
 * words after them.
 */
import { type Command, Help } from 'commander';

/** Columns below which a description stands under its flag. */
const leastBeside = 40;
/** Columns that words are wrapped to at least. */
const least = 16;

const ownFormat: Pick<Help, 'minWidthToWrap' | 'formatItem' | 'subcommandTerm'> = {
  minWidthToWrap: least,
  // What a command takes is loaded with it, and told by its own help.
  subcommandTerm: command => command.name(),
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80;
    if (description === '' || width - termWidth - 4 >= leastBeside)
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    return `  ${term}\n${helper.boxWrap(description, width - 6).replaceAll(/^/gm, '      ')}`;
  },
};

/** Of the command and all within it. Errors are thrown; help goes to stdout where it was asked for, and to stderr where a command is missing. */
export function withOwnHelp(command: Command): Command {
  const output = { writeOut: writeTo(process.stdout), writeErr: writeTo(process.stderr), outputError: () => {} };
  command.exitOverride().configureHelp(ownFormat).configureOutput(output);
  for (const inner of command.commands) withOwnHelp(inner);
  return command;
}

const writeTo =
  (stream: NodeJS.WriteStream) =>
  (text: string): void => {
    stream.write(wrapped(text, stream.isTTY ? stream.columns : 80));
  };

/**
 * Sentences are broken where the line ends, and lists (`  word   meaning`) below their meaning. Examples stay as they are: they are there to be copied.
 * @param width in columns
 */
export function wrapped(text: string, width: number): string {
  const wrap = (words: string, hang: number): string => wrapper.boxWrap(words, Math.max(least, width - hang));
  const lines: string[] = [];
  let isExample = false;
  let sentence: string[] = [];
  const endSentence = (): void => {
    if (sentence.length > 0) lines.push(wrap(sentence.join(' '), 0));
    sentence = [];
  };
  for (const line of text.split('\n')) {
    isExample = /^Examples?:/.test(line) || (isExample && line !== '');
    if (!isExample && /^\S/.test(line) && !/^(?:Usage:|\S.*:$)/.test(line)) {
      sentence.push(line);
      continue;
    }
    endSentence();
    const hang = /^ +\S+(?: \S+)*? {2,}(?=\S)|^ +/.exec(line)?.[0].length ?? 0;
    lines.push(
      isExample || line.length <= width
        ? line
        : `${line.slice(0, hang)}${wrap(line.slice(hang), hang).replaceAll('\n', `\n${' '.repeat(hang)}`)}`,
    );
  }
  endSentence();
  return lines.join('\n');
}

const wrapper = Object.assign(new Help(), { minWidthToWrap: least });
