import { previewWithdrawal, type Withdrawn } from '../store/index.ts';
import type { Instant } from '../vocab/index.ts';
import { aliasesOf, textsNamed } from './aliases.ts';
import { type Copies, copiesOf, textsTaken } from './copies.ts';
import { offlineRun, type UpkeepOptions } from './offline-run.ts';
import type { Selector } from './selectors.ts';
import { refuseAddresses, toldSelectors } from './told.ts';

export interface RevokeOptions extends UpkeepOptions {
  readonly selectors: readonly Selector[];
  /** In words, for the rows. */
  readonly reason: string;
  readonly ticket?: string | undefined;
  /** When the request was received; default: now. */
  readonly sightedAt?: Instant | undefined;
  /** Takes documents of other sites with the same texts along, and collects those texts from nowhere again. Default false. */
  readonly takesCopies?: boolean;
}

export interface Revoked {
  readonly run: string;
  readonly documents: number;
  readonly bySelector: readonly (Selector & { readonly documents: number })[];
  /** Of what lies below a prefix, an origin or a domain; of a page that is named by its URL they are withdrawn in any case. */
  readonly copies: Copies;
  readonly manifest: string;
}

/** Withdraws what the selectors name, under its other names too, in one commit, and suppresses it: it is not collected again. @throws StoreError */
export async function revoke({ selectors, reason, ticket, sightedAt, ...options }: RevokeOptions): Promise<Revoked> {
  const { out, takesCopies = false } = options;
  refuseAddresses({ reason, ticket });
  const since = new Date(options.wallClock()).toISOString() as Instant;
  const about = { reason, ...(ticket === undefined ? {} : { ticket }) };
  const { all, copies, taken } = await namedBy(out, selectors, takesCopies);
  const texts = takesCopies ? textsTaken(out, all, copies.urls) : textsNamed(out, all);
  const { value, run } = await offlineRun(
    options,
    { kind: 'revoke', config: { ...about, selectors: toldSelectors(selectors) } },
    async dataset => {
      // In one turn, and so in one commit.
      dataset.suppress(
        [...all, ...texts].map(({ kind, value }) => ({
          ...{ kind, value, reason: 'withdrawn.revoked' as const, since },
          ...(ticket === undefined ? {} : { ticket }),
        })),
      );
      const withdrawal = { reason: 'withdrawn.revoked' as const, sightedAt: sightedAt ?? since, ticket, detail: reason };
      return Promise.all([...all, ...taken].map(selector => dataset.withdraw(selector, withdrawal)));
    },
  );
  return {
    run,
    documents: value.reduce((sum, { documents }) => sum + documents, 0),
    bySelector: counted(selectors.length, all, value),
    copies,
    manifest: `manifests/${run}.json`,
  };
}

/** What was named always stands there, other names of it where there was something under them. */
const counted = (
  named: number,
  all: readonly Selector[],
  found: readonly Pick<Withdrawn, 'documents'>[],
): Revoked['bySelector'] =>
  all
    .map((selector, index) => ({ ...selector, documents: found[index]?.documents ?? 0 }))
    .filter(({ documents }, index) => index < named || documents > 0);

interface Named {
  /** What was named, under its other names too. */
  readonly all: readonly Selector[];
  readonly copies: Copies;
  /** Those of the copies that go as well. */
  readonly taken: readonly Selector[];
}

async function namedBy(out: string, selectors: readonly Selector[], takesCopies: boolean): Promise<Named> {
  const all = [...selectors, ...(await aliasesOf(out, selectors))];
  const urls = await copiesOf(out, all);
  const taken = takesCopies ? urls.map(value => ({ kind: 'url' as const, value })) : [];
  return { all, copies: { urls, areTaken: takesCopies }, taken };
}

export interface RevokePreview {
  readonly documents: number;
  readonly bySelector: Revoked['bySelector'];
  readonly byShard: Readonly<Record<string, number>>;
  readonly copies: Copies;
}

/** What `revoke` would withdraw; changes nothing. @throws StoreError ERR_NO_DATASET */
export async function previewRevoke(out: string, selectors: readonly Selector[], takesCopies = false): Promise<RevokePreview> {
  const { all, copies, taken } = await namedBy(out, selectors, takesCopies);
  const { documents, bySelection, byShard } = previewWithdrawal(out, [...all, ...taken]);
  const found = bySelection.map(count => ({ documents: count }));
  return { documents, bySelector: counted(selectors.length, all, found), byShard, copies };
}
