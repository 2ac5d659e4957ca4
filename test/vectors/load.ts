import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { caseReader } from '../../src/assess/index.ts';
import type { AgentList, Digest, Policy } from '../../src/vocab/index.ts';

export interface VectorCase {
  readonly name: string;
  readonly spec: string;
  /** Where the expectation comes from: the standard, a draft, another project's suite, a file met in the wild, or our own decision. */
  readonly source: 'standard' | 'draft' | `port:${string}` | 'wild' | 'ours';
  /** A `heed decide` case without `id`; `url` defaults to `https://site.example/a`, omitted carriers to absent. */
  readonly case: Record<string, unknown>;
  readonly about?: string;
  /** When the question is asked; default: no clock. */
  readonly at?: string;
  /** The operator's own records; see `operator-facts.ts`. */
  readonly operator?: readonly Record<string, unknown>[];
  readonly expect: {
    readonly state: 'read' | 'silent' | 'unreadable' | 'unread' | 'no-asset';
    readonly statements?: readonly {
      readonly preference: 'allow' | 'disallow';
      readonly form?: string;
      readonly quote?: string;
      readonly locator?: unknown;
      readonly agent?: string;
      readonly about?: string;
    }[];
    /** The exact set of anomaly codes (order free). */
    readonly anomalies?: readonly string[];
  };
  /** Per policy: what the whole verdict for `about` is, everything else absent. */
  readonly verdicts?: Readonly<
    Record<string, { readonly preference: string; readonly because?: string; readonly disposition: string }>
  >;
}

export interface VectorFile {
  readonly signal: string;
  readonly spec: string;
  readonly cases: readonly VectorCase[];
}

const root = new URL('../../', import.meta.url);
const folder = new URL('fixtures/vectors/', root);

export const vectorFiles: readonly (VectorFile & { readonly file: string })[] = readdirSync(folder)
  .filter(file => file.endsWith('.json'))
  .sort()
  .map(file => ({ file, ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as VectorFile) }));

export const digestOf = (body: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(body).digest('hex')}` as Digest;

export const policies: Readonly<Record<string, Policy>> = Object.fromEntries(
  readdirSync(new URL('config/policies/', root)).map(file => {
    const bytes = readFileSync(new URL(`config/policies/${file}`, root), 'utf8');
    const policy = { ...JSON.parse(bytes), digest: digestOf(bytes) } as Policy;
    return [policy.id, policy];
  }),
);

export const agents: AgentList = JSON.parse(readFileSync(new URL('config/agents.json', root), 'utf8')) as AgentList;

export const reader = caseReader(digestOf);

export const withDefaults = (raw: Record<string, unknown>): Record<string, unknown> => ({
  id: 'vector',
  url: 'https://site.example/a',
  missing: 'absent',
  ...raw,
});
