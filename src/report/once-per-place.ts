import type { EvidenceRecord } from '../assess/index.ts';
import type { Anomaly } from '../vocab/index.ts';

type Found = Pick<Anomaly, 'code' | 'effect' | 'detail'>;

const effects: readonly Anomaly['effect'][] = ['none', 'ignored', 'restricts'];

/** What several signals found at one place is told once, as heavy as the heaviest; of what is not there each signal looks for something else. */
export function oncePerPlace<T extends Found>(
  list: readonly T[],
  evidenceOf: (found: T) => Pick<EvidenceRecord, 'source' | 'locator' | 'quote'> | undefined,
): readonly T[] {
  const byPlace = new Map<string, T>();
  for (const found of list) {
    const { source, locator, quote } = evidenceOf(found) ?? {};
    const key = JSON.stringify([found.code, found.detail, source?.url, locator?.kind === 'absence' ? '' : locator, quote]);
    const known = byPlace.get(key);
    if (!known || effects.indexOf(found.effect) > effects.indexOf(known.effect)) byPlace.set(key, found);
  }
  return [...byPlace.values()];
}
