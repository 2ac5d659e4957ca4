/** The table of domains: a row for each line of an audit, flat, for spreadsheets and for Parquet. The whole of a line is in `audit.jsonl`. */
import { type AuditRecord, isPlainRefusal } from '../../assess/index.ts';
import type { Cell } from './csv.ts';

export interface Column {
  readonly name: string;
  readonly type: 'STRING' | 'INT64' | 'BOOLEAN';
  of(record: AuditRecord): Cell;
}

const text = (name: string, of: Column['of']): Column => ({ name, type: 'STRING', of });
const whole = (name: string, of: Column['of']): Column => ({ name, type: 'INT64', of });
const yes = (name: string, of: Column['of']): Column => ({ name, type: 'BOOLEAN', of });

/** Lists in one cell, each value once. */
const listed = (values: readonly string[]): string | undefined =>
  values.length === 0 ? undefined : [...new Set(values)].join(' ');

const agentsWhere = (
  { robots }: AuditRecord,
  isIt: (entry: AuditRecord['robots']['named'][number]) => boolean,
): string | undefined => listed(robots.named.filter(isIt).map(({ agent }) => agent));

/** @param policies ids, in the order of their columns */
export const domainColumns = (policies: readonly string[]): readonly Column[] => [
  whole('position', ({ position }) => position),
  text('domain', ({ domain }) => domain),
  text('asked', ({ asked }) => asked),
  whole('rank', ({ rank }) => rank),
  whole('documents', ({ documents }) => documents),
  whole('tokens', ({ tokens }) => tokens),
  text('answered_at', ({ at }) => at),
  text('reach', ({ reach }) => reach),
  text('why', ({ why }) => why),
  text('origin', ({ origin }) => origin),
  text('moved_to', ({ moved_to }) => moved_to),
  text('tld', ({ tld }) => tld),
  text('country', ({ country }) => country),
  text('language', ({ language }) => language),
  text('hosting', ({ hosting }) => listed(hosting)),
  text('robots_class', ({ robots }) => robots.class),
  whole('robots_status', ({ robots }) => robots.status),
  whole('robots_bytes', ({ robots }) => robots.bytes),
  text('robots_digest', ({ robots }) => robots.digest),
  text('star_extent', ({ robots }) => robots.star?.extent),
  yes('star_root', ({ robots }) => robots.star?.root),
  text('named', record => agentsWhere(record, () => true)),
  text('named_root', record => agentsWhere(record, ({ root }) => root)),
  text('named_whole', record => agentsWhere(record, ({ extent }) => extent === 'whole')),
  text('named_partly', record => agentsWhere(record, ({ extent }) => extent === 'partly')),
  text('mechanisms', ({ signals }) => listed(signals.filter(({ state }) => state === 'read').map(({ mechanism }) => mechanism))),
  text('not_read', ({ signals }) => listed(signals.filter(({ state }) => state !== 'read').map(({ signal }) => signal))),
  text('refuse_training', ({ signals }) =>
    listed(
      signals.filter(({ says }) => says.some(one => one.about === 'train-ai' && isPlainRefusal(one))).map(({ signal }) => signal),
    ),
  ),
  text('refuse_training_partly', ({ partly }) =>
    listed(partly.filter(({ refuses }) => refuses.includes('train-ai')).map(({ signal }) => signal)),
  ),
  text('page_outcome', ({ page }) => page?.outcome),
  whole('page_status', ({ page }) => page?.status),
  yes('complete', ({ complete }) => complete),
  ...policies.flatMap(policy => [
    text(`${policy.replaceAll('-', '_')}_train_ai`, ({ verdicts }) => verdicts[policy]?.['train-ai']?.disposition),
    text(`${policy.replaceAll('-', '_')}_train_ai_found`, ({ verdicts }) => {
      const verdict = verdicts[policy]?.['train-ai'];
      return verdict?.preference === 'unknown' ? `unknown-${verdict.because ?? 'not-attempted'}` : verdict?.preference;
    }),
  ]),
  text('contradictions', ({ contradictions }) => listed(contradictions.map(({ kind }) => kind))),
  text('anomalies', ({ anomalies }) => listed(anomalies.map(({ code }) => code))),
  text('barriers', ({ barriers }) => listed(barriers.map(({ kind }) => kind))),
];
