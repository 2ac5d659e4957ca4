import { previewWithdrawal, type Withdrawn } from '../store/index.ts';
import type { Instant } from '../vocab/index.ts';
import { offlineRun, type UpkeepOptions } from './offline-run.ts';
import type { Selector } from './selectors.ts';

export interface RevokeOptions extends UpkeepOptions {
  readonly selectors: readonly Selector[];
  /** In words, for the rows. */
  readonly reason: string;
  readonly ticket?: string | undefined;
  /** When the request was received; default: now. */
  readonly sightedAt?: Instant | undefined;
}

export interface Revoked {
  readonly run: string;
  readonly documents: number;
  readonly bySelector: readonly (Selector & { readonly documents: number })[];
  readonly manifest: string;
}

/** Withdraws what the selectors name, in one commit, and suppresses it: it is not collected again. @throws StoreError */
export async function revoke({ selectors, reason, ticket, sightedAt, ...options }: RevokeOptions): Promise<Revoked> {
  const since = new Date(options.wallClock()).toISOString() as Instant;
  const about = { reason, ...(ticket === undefined ? {} : { ticket }) };
  const { value, run } = await offlineRun(options, { kind: 'revoke', config: { ...about, selectors } }, async dataset => {
    // In one turn, and so in one commit.
    dataset.suppress(
      selectors.map(({ kind, value }) => ({
        ...{ kind, value, reason: 'withdrawn.revoked' as const, since },
        ...(ticket === undefined ? {} : { ticket }),
      })),
    );
    const withdrawal = { reason: 'withdrawn.revoked' as const, sightedAt: sightedAt ?? since, ticket, detail: reason };
    return Promise.all(selectors.map(selector => dataset.withdraw(selector, withdrawal)));
  });
  return {
    run,
    documents: value.reduce((sum, { documents }) => sum + documents, 0),
    bySelector: counted(selectors, value),
    manifest: `manifests/${run}.json`,
  };
}

const counted = (selectors: readonly Selector[], found: readonly Withdrawn[]): Revoked['bySelector'] =>
  selectors.map((selector, index) => ({ ...selector, documents: found[index]?.documents ?? 0 }));

export interface RevokePreview {
  readonly documents: number;
  readonly bySelector: Revoked['bySelector'];
  readonly byShard: Readonly<Record<string, number>>;
}

/** What `revoke` would withdraw; changes nothing. @throws StoreError ERR_NO_DATASET */
export function previewRevoke(out: string, selectors: readonly Selector[]): RevokePreview {
  const { documents, bySelection, byShard } = previewWithdrawal(out, selectors);
  const bySelector = selectors.map((selector, index) => ({ ...selector, documents: bySelection[index] ?? 0 }));
  return { documents, bySelector, byShard };
}
