import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { signalIds } from '../signals/index.ts';
import { CodedError, exitCodes, forms, type Policy, type SignalId } from '../vocab/index.ts';
import { agentClasses } from './agents-file.ts';
import { canonicalJson, digestOf } from './digest.ts';
import { packagePath } from './package.ts';
import { suggest } from './suggest.ts';

const disposition = z.enum(['keep', 'withhold', 'defer']);
const unknowns = z.strictObject({
  silent: disposition.describe('every carrier was looked at and nothing was there'),
  unreachable: disposition.describe('a carrier did not answer'),
  unreadable: disposition.describe('a carrier was there and could not be parsed'),
  'not-attempted': disposition.describe('a carrier was not asked'),
});
const agentClass = z.enum([...agentClasses, 'everyone']);

/** What no policy may turn off: our own rules in robots.txt, the status of the page, and the operator's promises to stay away. */
const always: readonly SignalId[] = ['robots.rule', 'http.status', 'operator.denylist'];

const signalList = z.array(z.string()).superRefine((list, context) => {
  const unknown = list.find(id => !signalIds.includes(id as SignalId));
  if (unknown !== undefined) context.addIssue(`\`${unknown}\` is no signal; ${suggest(unknown, signalIds)}`);
  const missing = always.find(id => !list.includes(id));
  if (missing !== undefined) context.addIssue(`\`${missing}\` cannot be left out`);
});

/** The shape of `config/policies/*.json`. */
const policySchema = z.strictObject({
  $schema: z.string().optional(),
  digest: z.string().optional().describe('ignored: it is computed from the other members'),
  id: z.string().min(1).describe('name written into every verdict'),
  description: z.string(),
  signals: z.union([z.literal('all'), signalList]).describe('signals that are read; `all` includes signals added later'),
  hears: z
    .array(z.enum(forms as [string, ...string[]]))
    .refine(list => list.includes('conformant'), {
      error: 'what is said as its specification has it cannot be left out: `conformant`',
    })
    .describe('forms of statements that count'),
  namedAgents: z.union([
    z.literal('ignore'),
    z.strictObject({ classes: z.array(agentClass) }),
    z.strictObject({ tokens: z.array(z.string().toLowerCase()) }),
  ]),
  onUnknown: z.strictObject({ acquisition: unknowns, usage: unknowns }),
  allowBesideUnknown: z.enum(['allow', 'unknown']),
  silenceMustBeClean: z.boolean(),
  omitsNosnippet: z.boolean().describe('elements marked `data-nosnippet` leave the text'),
});

export const presetNames: readonly string[] = ['rfc9309', 'apertus', 'standard', 'strict', 'opt-in'];

const cache = new Map<string, Policy>();

/**
 * @param nameOrFile a preset of `config/policies/` or a path to a JSON file
 * @throws CodedError ERR_POLICY_UNKNOWN, ERR_POLICY_UNREADABLE, ERR_POLICY_INVALID (exit 3)
 */
export function loadPolicy(nameOrFile: string): Policy {
  const known = cache.get(nameOrFile);
  if (known) return known;
  const isPath = /[./\\]/.test(nameOrFile);
  if (!isPath && !presetNames.includes(nameOrFile)) {
    throw new CodedError('ERR_POLICY_UNKNOWN', exitCodes.config, `unknown policy \`${nameOrFile}\``, {
      next: `${suggest(nameOrFile, presetNames)}; a file is given by its path, e.g. ./my-policy.json`,
    });
  }
  const policy = readPolicyFile(isPath ? nameOrFile : packagePath(`config/policies/${nameOrFile}.json`));
  cache.set(nameOrFile, policy);
  return policy;
}

export const loadPresets = (): readonly Policy[] =>
  readdirSync(packagePath('config/policies'))
    .filter(file => file.endsWith('.json'))
    .map(file => loadPolicy(file.slice(0, -'.json'.length)));

function readPolicyFile(path: string): Policy {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CodedError('ERR_POLICY_UNREADABLE', exitCodes.config, `cannot read the policy file \`${path}\``, {
      next: 'check the path',
      cause,
    });
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new CodedError('ERR_POLICY_INVALID', exitCodes.config, `\`${path}\` is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  const parsed = policySchema.safeParse(raw);
  if (!parsed.success) {
    throw new CodedError(
      'ERR_POLICY_INVALID',
      exitCodes.config,
      `\`${path}\`: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
      {
        next: '`heed schema policy` prints the shape; start from `heed policy show standard --json`',
      },
    );
  }
  const { $schema: _schema, digest: _digest, ...rest } = parsed.data;
  return {
    ...rest,
    signals: rest.signals as 'all' | SignalId[],
    hears: rest.hears as Policy['hears'],
    digest: digestOf(canonicalJson(rest)),
  };
}

export const policyJsonSchema = (): Record<string, unknown> => ({
  title: 'heed policy',
  ...z.toJSONSchema(policySchema, { io: 'input' }),
});
