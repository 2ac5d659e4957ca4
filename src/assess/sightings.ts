/** What several pages of a site say in the same words at the same place is one finding. */
import type { About, Anomaly, Form, Preference, Reading, SignalId } from '../vocab/index.ts';
import { type AnomalyRecord, type EvidenceRecord, toAnomalyRecord, toEvidenceRecord } from './answer.ts';
import { isUnsaid } from './audit/said.ts';
import type { Said } from './contradictions.ts';
import { mechanismOf } from './mechanism-of.ts';

export interface StatementCheck {
  readonly about: About;
  readonly preference: Preference;
  readonly form: Form;
  readonly grants: boolean;
  readonly mechanism: string;
  readonly evidence: EvidenceRecord;
  /** URLs of the pages it was read for. */
  readonly pages: readonly string[];
}

export interface AnomalyCheck extends AnomalyRecord {
  /** Its carrier could not be read at all. */
  readonly unreadable: boolean;
  readonly pages: readonly string[];
}

export interface Read {
  readonly about: About;
  readonly signal: SignalId;
  readonly reading: Reading;
}

/** What was read for one page. */
export interface PageRead {
  readonly url: string;
  readonly readings: readonly Read[];
}

export const saidOf = (readings: readonly Read[]): readonly Said[] =>
  readings.flatMap(({ signal, reading }) =>
    reading.state === 'read'
      ? reading.statements.map(statement => ({ mechanism: mechanismOf.get(signal) ?? signal, signal, statement }))
      : [],
  );

/** That no rule forbids us anything is concluded, and said by nobody. */
export function statementsOf(read: readonly PageRead[]): readonly StatementCheck[] {
  const found = read.flatMap(({ url, readings }) =>
    saidOf(readings)
      .filter(({ statement }) => !isUnsaid(statement))
      .map(({ mechanism, statement: { about, preference, form, grants, evidence } }) => ({
        ...{ about, preference, form, grants, mechanism, evidence: toEvidenceRecord(evidence) },
        pages: [url],
      })),
  );
  return merged(found, ({ about, preference, form, evidence }, page) => [about, preference, form, sight(evidence, page)]);
}

const effects: readonly Anomaly['effect'][] = ['none', 'ignored', 'restricts'];

/** Each as heavy as the heaviest of its sightings. */
export function anomaliesOf(read: readonly PageRead[]): readonly AnomalyCheck[] {
  const found = read.flatMap(({ url, readings }) =>
    readings.flatMap(({ reading }) =>
      (reading.anomalies ?? []).map(anomaly => ({
        ...toAnomalyRecord(anomaly),
        unreadable: reading.state === 'unreadable',
        pages: [url],
      })),
    ),
  );
  return merged(
    found,
    // Of what is not there each signal looks for something else.
    ({ code, detail, evidence }, page) => [code, detail, sight({ ...evidence, signal: 'operator.any' }, page, false)],
    (known, other) => ({
      ...known,
      unreadable: known.unreadable || other.unreadable,
      effect: effects[Math.max(effects.indexOf(known.effect), effects.indexOf(other.effect))] ?? known.effect,
    }),
  );
}

/** What makes two sightings one: the same words at the same place of a file, or in the same field or tag of several pages. */
export function sight({ signal, source, locator, quote, agent }: EvidenceRecord, page: string, whatLacks = true): unknown {
  const absent = locator.kind === 'absence' && (whatLacks ? locator.looked : '');
  const place = absent === false ? ('line' in locator ? locator.line : locator.kind) : absent;
  return [signal, source.url === page ? 'page' : source.url, place, quote, agent];
}

/**
 * @param keyOf equal for what is one finding, of the page it was found for
 * @param joined the one that is known with what another sighting adds
 */
export function merged<T extends { readonly pages: readonly string[] }>(
  found: readonly T[],
  keyOf: (item: T, page: string) => readonly unknown[],
  joined: (known: T, other: T) => T = known => known,
): readonly T[] {
  const byKey = new Map<string, T>();
  for (const item of found) {
    const key = JSON.stringify(keyOf(item, item.pages[0] ?? ''));
    const known = byKey.get(key);
    byKey.set(key, known ? { ...joined(known, item), pages: [...new Set([...known.pages, ...item.pages])] } : item);
  }
  return [...byKey.values()];
}
