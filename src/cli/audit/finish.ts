/** From the records of an audit, wherever they come from, to its files and what is said on standard output. */
import { join, resolve } from 'node:path';
import type { AuditRecord, Trend, Yardstick } from '../../assess/index.ts';
import { readAuditRecords, saved } from '../../audit/index.ts';
import type { AuditHeader, AuditSummary } from '../../report/index.ts';
import { loadAgents, loadPolicy, loadPresets, version } from '../../settings/index.ts';
import { ensureTree } from '../../store/index.ts';
import type { Policy } from '../../vocab/index.ts';
import { type FindingCounts, findingCounter } from './findings.ts';
import { writeAuditOutputs } from './outputs.ts';

/** What every domain is measured with: all presets, and a policy of one's own behind them. */
export interface Measuring {
  readonly yardstick: Yardstick;
  /** Whose verdicts stand for the audit where one has to. */
  readonly policy: Policy;
  readonly header: Omit<AuditHeader, 'run'>;
  /** Also makes `audit.sarif`. */
  readonly sarif: boolean;
}

export interface MeasuringOptions {
  /** What else a reader must know. */
  readonly notes?: readonly string[];
  readonly sarif?: boolean;
}

const productToken = 'heed';
const order = ['standard', 'rfc9309', 'apertus', 'strict', 'opt-in'];

/** @param list what the domains were named by, as far as it has a name @throws CodedError of a policy that cannot be read */
export function measuring(
  policyName: string,
  list: string | undefined,
  { notes = [], sarif = false }: MeasuringOptions,
): Measuring {
  const agents = loadAgents();
  const presets = [...loadPresets()].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const policy = ownName(loadPolicy(policyName), presets);
  const policies = presets.some(({ digest }) => digest === policy.digest) ? presets : [...presets, policy];
  return {
    yardstick: { productToken, policies, facts: { agents } },
    policy,
    sarif,
    header: {
      ...(list === undefined ? {} : { list }),
      software: { name: 'heed', version },
      policies: policies.map(({ id, digest }) => ({ id, digest })),
      policy: policy.id,
      agents: {
        version: agents.version,
        list: agents.agents.map(({ token, operator, class: kind }) => ({ token, operator, class: kind })),
      },
      ...(notes.length > 0 ? { notes } : {}),
    },
  };
}

/** Verdicts are told apart by the policy's id: one that was made of a preset, and kept its id, is another policy. */
const ownName = (policy: Policy, presets: readonly Policy[]): Policy =>
  presets.some(({ id, digest }) => id === policy.id && digest !== policy.digest) ? { ...policy, id: `own-${policy.id}` } : policy;

export interface FinishedAudit {
  readonly summary: AuditSummary;
  readonly findings: FindingCounts;
}

/** Writes `audit.jsonl` and everything made of it into a folder, which is made where it is missing; whole files or none. */
export async function finishAudit(
  records: AsyncIterable<AuditRecord>,
  folder: string,
  run: string,
  { header, policy, sarif }: Measuring,
): Promise<FinishedAudit> {
  ensureTree(resolve(folder));
  const counter = findingCounter(policy.id);
  const lines = saved(records, join(folder, 'audit.jsonl'));
  const counted = async function* (): AsyncGenerator<AuditRecord> {
    for await (const record of lines.records) {
      counter.add(record);
      yield record;
    }
  };
  // Lines of one audit beside figures of another would tell whatever either does not.
  const summary = await writeAuditOutputs(folder, counted(), { header: { ...header, run }, sarif }).catch(async error => {
    await lines.discard();
    throw error;
  });
  await lines.commit();
  return { summary, findings: counter.counts(summary) };
}

/** The outputs once more, with what changed since an earlier audit on the page: it is known only when the lines are there to be compared. */
export async function showSince(
  { summary: { audit } }: FinishedAudit,
  folder: string,
  { audits, steps, topics, uncompared }: Trend,
  sarif: boolean,
): Promise<void> {
  const records = readAuditRecords(join(folder, 'audit.jsonl'));
  await writeAuditOutputs(folder, records, {
    header: audit,
    trend: { audits, steps, topics, ...(uncompared ? { uncompared } : {}) },
    sarif,
  });
}
