import { mechanisms } from '../../../signals/index.ts';
import type { AuditEvidence, AuditRecord } from '../record.ts';
import type { Topic } from './state.ts';

/** The places that decide what a record answers to a topic; empty where nothing is said. */
export function decidingEvidence({ robots, signals, verdicts, evidence }: AuditRecord, topic: Topic): readonly AuditEvidence[] {
  const indexes = new Set<number>();
  switch (topic.kind) {
    case 'agent': {
      const reach = robots.named.find(({ agent }) => agent === topic.agent) ?? robots.star;
      if (reach?.evidence !== undefined) indexes.add(reach.evidence);
      break;
    }
    case 'class': {
      const closed = robots.named.filter(one => one.class === topic.class && one.root);
      for (const reach of closed.length > 0 ? closed : [robots.star])
        if (reach?.evidence !== undefined) indexes.add(reach.evidence);
      break;
    }
    case 'mechanism': {
      const own = mechanisms.find(({ id }) => id === topic.mechanism)?.signals.map(({ id }) => id) ?? [];
      for (const { says } of signals.filter(({ signal }) => own.includes(signal)))
        for (const { preference, evidence: index } of says) if (preference === 'disallow') indexes.add(index);
      break;
    }
    case 'verdict':
      for (const index of verdicts[topic.policy]?.[topic.about]?.evidence ?? []) indexes.add(index);
  }
  return [...indexes].flatMap(index => evidence[index] ?? []);
}
