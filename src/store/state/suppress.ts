import type { DatabaseSync } from 'node:sqlite';
import type { Instant, OriginKey } from '../../vocab/index.ts';
import type { Sha256, Suppression } from '../records/index.ts';
import { addressRemover, erasedMark, knownErasureKeys, recordKey } from './address-key.ts';
import { hostOf, namesAbove, originOf } from './places.ts';

/**
 * What is not collected or imported again. Asked for every URL that is offered, before it is fetched and before it is kept, so it lies in memory;
 * an addition is in force at once and durable with the next commit.
 */
export interface SuppressionList {
  readonly isEmpty: boolean;
  covers(url: string): Suppression | undefined;
  /** @param digest of text or payload */
  coversDigest(digest: Sha256): Suppression | undefined;
  /** Whether there is an e-mail address on it. */
  readonly hasAddresses: boolean;
  /** The text with every e-mail address taken out that is on the list; as it is where there is none. */
  withoutAddresses(text: string): string;
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

/** @throws CodedError ERR_ERASURE_KEY where addresses are on the list and cannot be recognised any more */
export function openSuppression(out: string, db: DatabaseSync): Suppressions {
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

  const isAddress = (keyed: string): boolean => find('email', keyed) !== undefined;
  let remove = byKind.has('email') ? addressRemover(knownErasureKeys(out), isAddress) : undefined;
  const withoutAddresses = (text: string): string => {
    if (!byKind.has('email')) return text;
    remove ??= addressRemover(knownErasureKeys(out), isAddress);
    return remove(text);
  };
  /** A URL with an address in it, or one that it was taken out of. */
  const isOfAddress = (url: string): boolean =>
    byKind.has('email') && (url.includes(erasedMark) || withoutAddresses(url) !== url);

  const list: SuppressionList = {
    get isEmpty() {
      return size === 0;
    },
    get hasAddresses() {
      return byKind.has('email');
    },
    withoutAddresses,
    covers(url) {
      if (size === 0) return undefined;
      if (isOfAddress(url)) return byKind.get('email')?.values().next().value;
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
          if (taken.some(({ kind }) => kind === 'email')) recordKey(db, knownErasureKeys(out)[0]);
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
