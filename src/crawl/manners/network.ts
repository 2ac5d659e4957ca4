import { createRetriever, parseResolveRule, type Retriever, type UrlRules } from '../../http/index.ts';
import { isDenied } from '../../signals/index.ts';
import type { Facts, Instant } from '../../vocab/index.ts';
import type { CrawlOptions } from '../options.ts';
import type { Politeness } from './politeness.ts';

export const operatorFacts = ({ operator }: Pick<CrawlOptions, 'operator'>): Pick<Facts, 'operator'> =>
  operator ? { operator: operator.records } : {};

const instantOf = (ms: number): Instant => new Date(ms).toISOString() as Instant;

/** What may be known about a URL before anything is asked. */
export const urlRules = ({ config, wallClock, ...options }: CrawlOptions): UrlRules => ({
  resolveRules: config.resolve.map(parseResolveRule),
  allowPrivateNetwork: config['allow-private-network'],
  ports: config.port.map(Number),
  ...(options.operator ? { isDenied: url => isDenied(operatorFacts(options), url, instantOf(wallClock())) } : {}),
});

export function retrieverFor(
  { config, identity, wallClock }: CrawlOptions,
  rules: UrlRules,
  { maxConnections, ...network }: Politeness['network'] & { readonly maxConnections: number },
): Retriever {
  return createRetriever({
    identity,
    ...rules,
    ...network,
    limits: {
      maxConnections,
      totalMs: config['request-timeout'],
      maxBytes: config['max-bytes'],
      maxRetryAfterMs: config['max-delay'],
    },
    now: () => instantOf(wallClock()),
  });
}
