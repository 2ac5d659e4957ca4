import type { Exchange, FieldLine } from '../../vocab/index.ts';
import { allFields, firstField } from './fields.ts';
import { parseHttpDate } from './retry-after.ts';

const maxFreshMs = 24 * 3_600_000; // RFC 9309 §2.4
// A crawl asks thousands of URLs of one origin; a declaration that may not be cached at all is still good for this long.
const minFreshMs = 5 * 60_000;
const failureFreshMs = 2 * 60_000;

/**
 * How long a declaration may be used without asking again, in ms. A shorter life than 24 hours is honoured (RFC 9111 §4.2, §5.2.2), a longer
 * one is not; what could not be fetched is asked for again within minutes.
 */
export function freshForMs({ retrieval, retrievedAt }: Exchange): number {
  if (retrieval.outcome === 'not-attempted') return 0;
  if (retrieval.outcome === 'unreachable') return failureFreshMs;
  const { fields, status } = retrieval;
  // A redirect that led nowhere is a fault that may be mended soon; 304 carries the fields of what it confirms.
  if (status >= 300 && status < 400 && status !== 304) return failureFreshMs;
  const life = statedLifeMs(fields, retrievedAt === null ? undefined : Date.parse(retrievedAt)) ?? maxFreshMs;
  return Math.min(Math.max(life, minFreshMs), maxFreshMs);
}

/** The life of an answer, in ms, that its fields state, less the time already spent in caches; undefined where they say nothing. Contradictions count as the shortest. */
export function statedLifeMs(fields: readonly FieldLine[], retrievedAtMs: number | undefined): number | undefined {
  const directives = allFields(fields, 'cache-control').flatMap(value => value.split(',').map(item => item.trim().toLowerCase()));
  if (directives.some(directive => /^no-(?:store|cache)(?:=|$)/.test(directive))) return 0;
  const lives = directives.flatMap(directive => {
    const [, value] = /^(?:s-maxage|max-age)\s*=\s*(.*)$/.exec(directive) ?? [];
    if (value === undefined) return [];
    const [, digits] = /^"?(\d+)"?$/.exec(value) ?? [];
    // A life that cannot be read is no life (RFC 9111 §4.2.1).
    return [digits === undefined ? 0 : Number(digits) * 1_000];
  });
  if (lives.length === 0) return expiryMs(fields, retrievedAtMs);
  const age = /^\d+$/.exec(firstField(fields, 'age') ?? '')?.[0] ?? '0';
  return Math.min(...lives) - Number(age) * 1_000;
}

function expiryMs(fields: readonly FieldLine[], retrievedAtMs: number | undefined): number | undefined {
  const expires = firstField(fields, 'expires');
  if (expires === undefined) return undefined;
  const at = parseHttpDate(expires.trim());
  const from = parseHttpDate((firstField(fields, 'date') ?? '').trim()) ?? retrievedAtMs;
  // An invalid date means already expired (RFC 9111 §5.3).
  return at === undefined || from === undefined ? 0 : at - from;
}
