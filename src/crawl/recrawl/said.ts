import { hash } from 'node:crypto';
import { linesInForce } from '../../signals/index.ts';
import { type Carriers, contentTypeOf, type Digest, type Exchange, type Instant } from '../../vocab/index.ts';
import type { CrawlOptions } from '../options.ts';

/** Who judges: whatever of it changes may change a verdict, and so may a record of the operator's that begins or ends. */
export function judgeOf(options: Pick<CrawlOptions, 'policy' | 'agents' | 'operator' | 'config' | 'wallClock'>): string {
  const { policy, agents, operator, config, wallClock } = options;
  const at = new Date(wallClock()).toISOString() as Instant;
  const records = operator ? [operator.source.digest, linesInForce(operator.records, at)] : null;
  return JSON.stringify([policy.digest, agents.digest, records, config.category]);
}

/**
 * What an origin says, as one digest: equal where every signal of the origin reads the same, whenever it was asked. Of the fields only the media type
 * is read by any of them.
 */
export function digestSaid({ robots, tdmrep, aiTxt, trustTxt, licenses }: Omit<Carriers, 'url' | 'page'>, judge: string): Digest {
  const files = [robots, tdmrep, aiTxt, trustTxt, ...licenses.values()].map(saidBy);
  return `sha256:${hash('sha256', JSON.stringify([judge, ...files]))}` as Digest;
}

function saidBy({ url, digest, retrieval }: Exchange): unknown {
  switch (retrieval.outcome) {
    case 'successful':
      return [
        url,
        retrieval.status,
        digest,
        retrieval.truncated,
        retrieval.bodyNotRead ?? null,
        contentTypeOf(retrieval.fields) ?? null,
      ];
    case 'unavailable':
      return [url, retrieval.status];
    case 'unreachable':
      return [url, retrieval.cause, retrieval.status ?? null];
    case 'not-attempted':
      return [url, retrieval.why];
  }
}
