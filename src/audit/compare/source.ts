import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, exitCodes } from '../../vocab/index.ts';

/** An audit as a file of lines, and the folder it lies in, where its evidence may be. */
export interface AuditSource {
  /** As it was given. */
  readonly path: string;
  readonly file: string;
  /** Undefined where only the lines were given. */
  readonly folder?: string;
  /** Version of the list of agents it was measured with, where it says so. */
  readonly agents?: string;
}

/** @param path a folder that `heed audit` wrote, or its `audit.jsonl`, plain or gzip @throws CodedError ERR_NO_AUDIT (exit 2) where there is none */
export function auditSource(path: string): AuditSource {
  if (!existsSync(path)) throw missing(path, 'is not there');
  if (!statSync(path).isDirectory()) return { path, file: path };
  const file = ['audit.jsonl', 'audit.jsonl.gz'].map(name => join(path, name)).find(existsSync);
  if (file === undefined) throw missing(path, 'holds no `audit.jsonl`');
  const agents = agentsOf(join(path, 'summary.json'));
  return { path, file, folder: path, ...(agents === undefined ? {} : { agents }) };
}

const missing = (path: string, what: string): CodedError =>
  new CodedError('ERR_NO_AUDIT', exitCodes.usage, `\`${path}\` ${what}`, {
    next: 'name the folder of a finished audit, or its audit.jsonl',
  });

function agentsOf(summary: string): string | undefined {
  try {
    const { version } = (JSON.parse(readFileSync(summary, 'utf8')) as { audit: { agents: { version: unknown } } }).audit.agents;
    return typeof version === 'string' ? version : undefined;
  } catch {
    // It is a note for the reader; the lines are what is compared.
    return undefined;
  }
}
