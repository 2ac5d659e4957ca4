import type { SignalId } from './evidence.ts';
import type { UnreachableCause } from './retrieval.ts';
import type { Because } from './verdict.ts';

/**
 * Why a URL is in or out: one closed, versioned list (`heed schema reasons` prints it). Every URL that was ever offered ends with one.
 * Changing or removing an entry is a breaking change; `reasonListVersion` then rises.
 */
export const reasonListVersion = 1;

export type DeferredFrom = 'robots' | 'declaration' | 'page';
export type Refusal =
  | 'out-of-scope'
  | 'depth'
  | 'budget'
  | 'scheme'
  | 'port'
  | 'address'
  | 'url'
  | 'denylist'
  | 'nofollow'
  | 'suppressed'
  | 'fault';
export type Failure = 'timeout' | 'reset' | 'protocol' | 'tls' | 'dns' | 'too-large' | 'encoding' | 'media-type' | 'parse';
/** What a URL space without an end was recognised by. */
export type Trap = 'segments' | 'length' | 'parameters' | 'session' | 'calendar' | 'siblings' | 'maze';
export type BarrierStatus = 401 | 402 | 403 | 407 | 451;

export type Reason =
  | 'kept'
  | 'unchanged'
  | 'redirected'
  | 'sitemap'
  | 'audited'
  | `withheld.${SignalId}`
  | `withheld.unknown.${Because}`
  | `deferred.${DeferredFrom}.${UnreachableCause | 'not-attempted'}`
  | `refused.${Refusal}`
  | `barrier.${BarrierStatus | 'challenge'}`
  | `gone.${404 | 410}`
  | `trap.${Trap}`
  | `failed.${Failure}`
  | `duplicate.${'exact' | 'near'}`
  | 'empty'
  | 'superseded'
  | `withdrawn.${SignalId | 'revoked' | 'erased' | 'gone' | 'barrier' | 'unreachable'}`;

const causes: readonly UnreachableCause[] = [
  'dns',
  'timeout',
  'reset',
  'tls',
  'redirects',
  'too-large',
  'protocol',
  'encoding',
  'address',
  'status',
];

const refusals: readonly Refusal[] = [
  ...(['out-of-scope', 'depth', 'budget', 'scheme', 'port', 'address', 'url'] as const),
  ...(['denylist', 'nofollow', 'suppressed', 'fault'] as const),
];

/** The whole list, given the signals the catalog knows. */
export function allReasons(signals: readonly SignalId[]): readonly string[] {
  return [
    'kept',
    'unchanged',
    'redirected',
    'sitemap',
    'audited',
    ...signals.map(id => `withheld.${id}`),
    ...['unreadable', 'not-attempted', 'unreachable', 'silent'].map(because => `withheld.unknown.${because}`),
    ...['robots', 'declaration', 'page'].flatMap(from => [...causes, 'not-attempted'].map(cause => `deferred.${from}.${cause}`)),
    ...refusals.map(why => `refused.${why}`),
    ...['401', '402', '403', '407', '451', 'challenge'].map(status => `barrier.${status}`),
    'gone.404',
    'gone.410',
    ...['segments', 'length', 'parameters', 'session', 'calendar', 'siblings', 'maze'].map(kind => `trap.${kind}`),
    ...['timeout', 'reset', 'protocol', 'tls', 'dns', 'too-large', 'encoding', 'media-type', 'parse'].map(why => `failed.${why}`),
    'duplicate.exact',
    'duplicate.near',
    'empty',
    'superseded',
    ...signals.map(id => `withdrawn.${id}`),
    ...['revoked', 'erased', 'gone', 'barrier', 'unreachable'].map(why => `withdrawn.${why}`),
  ];
}
