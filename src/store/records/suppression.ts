import { z } from 'zod';
import type { Instant } from '../../vocab/index.ts';
import { instant } from './words.ts';

/**
 * One entry of the list of what is not collected or imported again. `domain`: the host and every host below it. `digest`: SHA-256 of a text or a
 * payload. `email`: HMAC-SHA-256 of a normalised address under the dataset's own key: the address itself is stored nowhere.
 */
export interface Suppression {
  readonly kind: 'url' | 'prefix' | 'origin' | 'domain' | 'digest' | 'email';
  readonly value: string;
  readonly reason: 'withdrawn.revoked' | 'withdrawn.erased';
  readonly ticket?: string;
  readonly since: Instant;
}

export const suppression: z.ZodType<Suppression> = z.strictObject({
  kind: z.enum(['url', 'prefix', 'origin', 'domain', 'digest', 'email']),
  value: z.string().min(1),
  reason: z.enum(['withdrawn.revoked', 'withdrawn.erased']),
  ticket: z.string().exactOptional(),
  since: instant,
}) as unknown as z.ZodType<Suppression>;
