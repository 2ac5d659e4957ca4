import { readFileSync } from 'node:fs';
import { CodedError, exitCodes } from '../../vocab/index.ts';

const shortest = 24;

/** @throws CodedError ERR_TOKEN_FILE (exit 3): unreadable, or a secret that could be guessed or not be sent */
export function readSecret(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw refuse(`cannot read \`${file}\``, cause);
  }
  if (text.length < shortest || !/^[\x21-\x7e]+$/.test(text)) throw refuse(`\`${file}\` holds no secret that will do`);
  return text;
}

const refuse = (problem: string, cause?: unknown): CodedError =>
  new CodedError('ERR_TOKEN_FILE', exitCodes.config, `--token-file: ${problem}`, {
    next: `write one line of at least ${shortest} letters and digits, e.g. \`openssl rand -hex 32 > token\``,
    cause,
  });
