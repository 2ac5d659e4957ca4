import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type AgentClass, type AgentList, CodedError, type Digest, exitCodes } from '../vocab/index.ts';
import { canonicalJson, digestOf } from './digest.ts';
import { packagePath } from './package.ts';

/** Classes an agent of the list can have; `everyone` is for policies only. */
export const agentClasses: readonly Exclude<AgentClass, 'everyone'>[] = [
  'train',
  'control-only',
  'search',
  'user-fetch',
  'data-provider',
  'coding-agent',
  'undocumented',
];

const schema = z.object({
  version: z.string(),
  agents: z.array(
    z.object({
      token: z.string().min(1),
      operator: z.string(),
      class: z.enum(agentClasses),
      source: z.string(),
      since: z.string(),
    }),
  ),
});

export type DatedAgents = AgentList & { readonly digest: Digest };

let loaded: DatedAgents | undefined;

/** `config/agents.json`: dated facts about other operators' AI agents. */
export function loadAgents(): DatedAgents {
  if (loaded) return loaded;
  const path = packagePath('config/agents.json');
  const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) {
    throw new CodedError(
      'ERR_AGENTS_INVALID',
      exitCodes.config,
      `\`${path}\`: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
    );
  }
  loaded = { ...parsed.data, digest: digestOf(canonicalJson(parsed.data)) };
  return loaded;
}
