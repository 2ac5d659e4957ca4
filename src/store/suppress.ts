import type { DatabaseSync } from 'node:sqlite';
import type { Instant, OriginKey } from '../vocab/index.ts';
import { hostOf, namesAbove, originOf } from './places.ts';
import type { Sha256, Suppression } from './records/index.ts';

/**
 * What is not collected or imported again. Asked for every URL that is offered, before it is fetched and before it is kept, so it lies in memory;
 * an addition is in force at once and durable with the next commit.
 */
export interface SuppressionList {
  readonly isEmpty: boolean;
  /** Whether pages are to be looked through for e-mail addresses. */
  readonly hasAddresses: boolean;
  covers(url: string): Suppression | undefined;
  /** @param digest of text or payload */
  coversDigest(digest: Sha256): Suppression | undefined;
  /** @param keyed HMAC-SHA-256 of the normalised address under the dataset's key, hexadecimal */
  coversAddress(keyed: Sha256): Suppression | undefined;
}

export interface Suppressions {
  readonly list: SuppressionList;
  add(entries: readonly Suppression[]): void;
  /** What was added and is not recorded yet. */
  take(): TakenSuppressions;
}

export interface TakenSuppressions {
  readonly count: number;
  /** Inside the commit's transaction. */
  record(runId: number): void;
}

export function openSuppression(db: DatabaseSync): Suppressions {
  const byKind = new Map<Suppression['kind'], Map<string, Suppression>>();
  const prefixes = new Map<OriginKey, Suppression[]>();
  let added: Suppression[] = [];
  let size = 0;

  const remember = (entry: Suppression): void => {
    const { kind, value } = entry;
    const known = byKind.get(kind) ?? new Map<string, Suppression>();
    byKind.set(kind, known);
    if (known.has(value)) return;
    known.set(value, entry);
    size++;
    const origin = kind === 'prefix' ? originOf(value) : undefined;
    if (origin !== undefined) prefixes.set(origin, [...(prefixes.get(origin) ?? []), entry]);
  };
  for (const entry of recordedSuppressions(db)) remember(entry);
  const insert = db.prepare(
    'INSERT INTO suppression (kind, value, reason, ticket, since, run_id) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const find = (kind: Suppression['kind'], value: string): Suppression | undefined => byKind.get(kind)?.get(value);

  const list: SuppressionList = {
    get isEmpty() {
      return size === 0;
    },
    get hasAddresses() {
      return (byKind.get('email')?.size ?? 0) > 0;
    },
    covers(url) {
      if (size === 0) return undefined;
      const origin = originOf(url);
      if (origin === undefined) return find('url', url);
      const domains = byKind.get('domain');
      const domain = domains === undefined ? undefined : [...namesAbove(hostOf(origin))].find(name => domains.has(name));
      return (
        find('url', url) ??
        find('origin', origin) ??
        (domain === undefined ? undefined : domains?.get(domain)) ??
        prefixes.get(origin)?.find(({ value }) => url.startsWith(value))
      );
    },
    coversDigest: digest => find('digest', digest),
    coversAddress: keyed => find('email', keyed),
  };

  return {
    list,
    add(entries) {
      for (const entry of entries) remember(entry);
      added.push(...entries);
    },
    take() {
      const taken = added;
      added = [];
      return {
        count: taken.length,
        record(runId) {
          for (const { kind, value, reason, ticket, since } of taken)
            insert.run(kind, value, reason, ticket ?? null, since, runId);
        },
      };
    },
  };
}

export function* recordedSuppressions(db: DatabaseSync): Iterable<Suppression> {
  const rows = db.prepare('SELECT kind, value, reason, ticket, since FROM suppression ORDER BY kind, value');
  for (const { kind, value, reason, ticket, since } of rows.iterate())
    yield {
      kind: String(kind) as Suppression['kind'],
      value: String(value),
      reason: String(reason) as Suppression['reason'],
      ...(ticket === null ? {} : { ticket: String(ticket) }),
      since: String(since) as Instant,
    };
}
