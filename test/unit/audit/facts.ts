/** Answers of made-up sites, and the line an audit makes of them. */
import { type AuditRecord, type DomainFacts, measureDomain, type Yardstick } from '../../../src/assess/index.ts';
import { digestOf, loadAgents, loadPolicy, presetNames } from '../../../src/settings/index.ts';
import {
  type Carriers,
  type Exchange,
  type FieldLine,
  type Instant,
  type OriginKey,
  type Retrieval,
  retrievalOf,
  type UnreachableCause,
} from '../../../src/vocab/index.ts';

export const yardstick: Yardstick = {
  productToken: 'heed',
  policies: presetNames.map(loadPolicy),
  facts: { agents: loadAgents() },
};

/** With which the domain of this number, from 1, cannot be measured: a bug of ours. */
export function failingAt(number: number): Yardstick {
  let measured = 0;
  return {
    ...yardstick,
    get policies() {
      if (++measured === number) throw new TypeError('policies is not iterable');
      return yardstick.policies;
    },
  };
}

/** A body answered with 200, a status, a cause why nothing came, or an answer in full. */
export type Answer = string | number | UnreachableCause | { status: number; fields?: readonly FieldLine[]; body?: string };

const causes: readonly unknown[] = ['dns', 'timeout', 'reset', 'tls', 'redirects'];
const isCause = (answer: Answer): answer is UnreachableCause => causes.includes(answer);
export const at = '2026-11-27T10:00:00.000Z' as Instant;
const unasked: Retrieval = { outcome: 'not-attempted', why: 'omitted' };

export function exchange(url: string, answer: Answer | undefined): Exchange {
  if (answer === undefined) return { url, retrievedAt: null, digest: null, retrieval: unasked };
  if (isCause(answer)) return { url, retrievedAt: at, digest: null, retrieval: { outcome: 'unreachable', cause: answer } };
  const {
    status,
    fields = [],
    body = '',
  } = typeof answer === 'object' ? answer : typeof answer === 'number' ? { status: answer } : { status: 200, body: answer };
  const octets = new TextEncoder().encode(body);
  return { url, retrievedAt: at, digest: digestOf(octets), retrieval: retrievalOf(status, fields, octets, false) };
}

export interface Site {
  readonly robots?: Answer;
  readonly tdmrep?: Answer;
  readonly aiTxt?: Answer;
  readonly trustTxt?: Answer;
  readonly page?: Answer;
  /** At `/license.xml`. */
  readonly license?: Answer;
}

export function carriersOf({ robots, tdmrep, aiTxt, trustTxt, page, license }: Site, host = 'site.example'): Carriers {
  const base = `https://${host}`;
  return {
    url: `${base}/`,
    robots: exchange(`${base}/robots.txt`, robots),
    tdmrep: exchange(`${base}/.well-known/tdmrep.json`, tdmrep),
    aiTxt: exchange(`${base}/ai.txt`, aiTxt),
    trustTxt: exchange(`${base}/trust.txt`, trustTxt),
    licenses: new Map(license === undefined ? [] : [[`${base}/license.xml`, exchange(`${base}/license.xml`, license)] as const]),
    otherLicenses: unasked,
    page: page === undefined ? null : exchange(`${base}/`, page),
  };
}

export const measured = (
  site: Site,
  more: Partial<DomainFacts> = {},
  host = 'site.example',
  by: Yardstick = yardstick,
): AuditRecord =>
  measureDomain(
    {
      entry: { domain: host, asked: host, position: 1 },
      attempts: [],
      carriers: carriersOf(site, host),
      origin: `https://${host}:443` as OriginKey,
      ...more,
    },
    by,
  );

/** Its robots.txt closes its own tdmrep.json, which so was not asked for. */
export function closingTdmrep(site: Site): Pick<DomainFacts, 'carriers'> {
  const carriers = carriersOf(site);
  const retrieval: Retrieval = { outcome: 'not-attempted', why: 'closed-by-robots' };
  return { carriers: { ...carriers, tdmrep: { ...carriers.tdmrep, retrievedAt: null, digest: null, retrieval } } };
}
