import { allFields, statedLifeMs } from '../../http/index.ts';
import type { FieldLine, Instant } from '../../vocab/index.ts';

/** What a page may be handed: an answer of its origin, whatever its status. */
export interface Resource {
  readonly status: number;
  readonly fields: readonly FieldLine[];
  readonly body: Uint8Array;
}

/** Answers that several pages of a run ask for, such as their common scripts. In memory, bounded, and by the rules of an honest cache. */
export interface ResourceCache {
  get(key: string): Resource | undefined;
  /** Keeps it where its fields permit. @param isScript a script without a word on its life is taken to live for a while */
  put(key: string, resource: Resource, retrievedAt: Instant | null, isScript: boolean): void;
}

const maxEntryBytes = 8 * 2 ** 20;
/** RFC 9111 §4.2.2 leaves the guess to the cache. */
const guessedLifeMs = 10 * 60_000;

/** @param now wall clock, ms @param maxBytes all bodies together */
export function createResourceCache(now: () => number, maxBytes: number = 64 * 2 ** 20): ResourceCache {
  const kept = new Map<string, { readonly resource: Resource; readonly expiresAtMs: number }>();
  let bytes = 0;
  const drop = (key: string): void => {
    bytes -= kept.get(key)?.resource.body.length ?? 0;
    kept.delete(key);
  };
  return {
    get: key => {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      if (found.expiresAtMs <= now()) {
        drop(key);
        return undefined;
      }
      // Most recently used last.
      kept.delete(key);
      kept.set(key, found);
      return found.resource;
    },
    put: (key, resource, retrievedAt, isScript) => {
      const { status, fields, body } = resource;
      const lifeMs = lifeOf(fields, retrievedAt) ?? (isScript ? guessedLifeMs : 0);
      if (status !== 200 || lifeMs <= 0 || body.length > Math.min(maxEntryBytes, maxBytes)) return;
      if (allFields(fields, 'vary').some(value => value.includes('*'))) return;
      drop(key);
      kept.set(key, { resource, expiresAtMs: now() + lifeMs });
      bytes += body.length;
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
  };
}

const lifeOf = (fields: readonly FieldLine[], retrievedAt: Instant | null): number | undefined =>
  statedLifeMs(fields, retrievedAt === null ? undefined : Date.parse(retrievedAt));
