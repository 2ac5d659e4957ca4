import { type AuditRecord, isMalformed, isNoFile } from '../../assess/index.ts';
import { type AuditSummary, unheardIn } from '../../report/index.ts';
import { type Bound, boundsOn, type ReadBound } from './bounds.ts';

/** What `--fail-on` knows of an audit, and what a domain must be to count. */
export const auditFindings = {
  'opt-out': 'a domain that refuses AI training by any mechanism, or closes `/` to a training agent by name',
  refused: 'a domain that refuses or bars its front page for training (under --policy)',
  kept: 'a domain whose front page may be taken for training (under --policy)',
  contradiction: 'a domain with statements that do not agree',
  malformed: 'a domain with a statement that is not as its specification wants it',
  'no-file': 'a domain with a page or a refusal in the place of a declaration file, or one that robots.txt closes',
  unreachable: 'a domain that did not answer',
  incomplete: 'a domain that answered, but something that may say no could not be looked at',
  'not-checked': 'an entry that was not asked',
} as const;

export type AuditFinding = keyof typeof auditFindings;
const kinds = Object.keys(auditFindings) as AuditFinding[];

export type FindingCounts = Readonly<Record<AuditFinding, number>>;

export type Threshold = Bound<AuditFinding>;

export const threshold: ReadBound<AuditFinding> = boundsOn(auditFindings, '`opt-out>10`, `unreachable>5%`');

/** Counts as the records pass. */
export function findingCounter(policy: string): {
  add(record: AuditRecord): void;
  counts(summary: AuditSummary): FindingCounts;
} {
  const counts: Record<AuditFinding, number> = Object.fromEntries(kinds.map(kind => [kind, 0])) as Record<AuditFinding, number>;
  const tally = (kind: AuditFinding, isFound: boolean): void => {
    if (isFound) counts[kind]++;
  };
  return {
    add(record) {
      const { verdicts, reach, contradictions, anomalies } = record;
      const { acquisition, 'train-ai': training } = verdicts[policy] ?? {};
      // As in a check: what is gone, unread or not reached is not kept, and no refusal.
      tally('kept', acquisition?.disposition === 'keep' && training?.disposition === 'keep');
      tally('refused', training?.preference === 'disallow');
      tally('contradiction', contradictions.length > 0);
      tally('malformed', anomalies.some(isMalformed));
      tally(
        'no-file',
        anomalies.some(({ code }) => isNoFile(code)),
      );
      tally('unreachable', reach === 'unreachable');
      tally('incomplete', unheardIn(record).length > 0);
      tally('not-checked', reach === 'not-checked');
    },
    counts: ({ figures }) => ({ ...counts, 'opt-out': figures['optout.any']?.all.n ?? 0 }),
  };
}
