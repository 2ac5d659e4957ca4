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
  readonly measured?: Measured;
}

/** What an audit was measured with, where it says so. */
interface Measured {
  /** Agents that were looked for, in lower case. */
  readonly agents: ReadonlySet<string>;
  /** Digests by id. */
  readonly policies: ReadonlyMap<string, string>;
}

/** @param path a folder that `heed audit` wrote, or its `audit.jsonl`, plain or gzip @throws CodedError ERR_NO_AUDIT (exit 2) where there is none */
export function auditSource(path: string): AuditSource {
  if (!existsSync(path)) throw missing(path, 'is not there');
  if (!statSync(path).isDirectory()) return { path, file: path };
  const file = ['audit.jsonl', 'audit.jsonl.gz'].map(name => join(path, name)).find(existsSync);
  if (file === undefined) throw missing(path, 'holds no `audit.jsonl`');
  return { path, file, folder: path, ...measureIn(join(path, 'summary.json')) };
}

const missing = (path: string, what: string): CodedError =>
  new CodedError('ERR_NO_AUDIT', exitCodes.usage, `\`${path}\` ${what}`, {
    next: 'name the folder of a finished audit, or its audit.jsonl',
  });

interface Header {
  readonly agents: { readonly version: string; readonly list: readonly { readonly token: string }[] };
  readonly policies: readonly { readonly id: string; readonly digest: string }[];
}

function measureIn(summary: string): Pick<AuditSource, 'agents' | 'measured'> {
  try {
    const { agents, policies } = (JSON.parse(readFileSync(summary, 'utf8')) as { audit: Header }).audit;
    if (typeof agents.version !== 'string') return {};
    const tokens = new Set(agents.list.map(({ token }) => token.toLowerCase()));
    return {
      agents: agents.version,
      measured: { agents: tokens, policies: new Map(policies.map(({ id, digest }) => [id, digest])) },
    };
  } catch {
    // The lines are what is compared; what they were measured with is not known then.
    return {};
  }
}
