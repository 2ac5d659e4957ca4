/** What `heed check` found, with the advice that goes with it: the document behind every format, and `--json` as it is. */
import { type AnomalyCheck, type Contradiction, isNoFile, type SiteCheck } from '../assess/index.ts';
import { adviceOn, contradictionAdvice } from './advice.ts';
import type { Advice } from './advice-by-code.ts';

export interface CheckDocument extends Omit<SiteCheck, 'contradictions' | 'anomalies'> {
  /** The version of heed. */
  readonly heed: string;
  readonly contradictions: readonly (Contradiction & Advice)[];
  readonly anomalies: readonly (AnomalyCheck & Partial<Advice>)[];
}

export const checkDocument = (check: SiteCheck, version: string): CheckDocument => ({
  heed: version,
  ...check,
  contradictions: check.contradictions.map(found => ({ ...found, ...contradictionAdvice[found.kind] })),
  anomalies: [...check.anomalies].sort(byWeight).map(found => ({ ...found, ...adviceOn(found.code) })),
});

export type Level = 'error' | 'warning' | 'note';

/** What cannot be read at all is an error; what changes nothing is a note. */
export const levelOf = ({ effect, unreadable }: Pick<AnomalyCheck, 'effect' | 'unreadable'>): Level =>
  unreadable ? 'error' : effect === 'none' ? 'note' : 'warning';

const levels: readonly Level[] = ['error', 'warning', 'note'];
const byWeight = (a: AnomalyCheck, b: AnomalyCheck): number => levels.indexOf(levelOf(a)) - levels.indexOf(levelOf(b));

/** Where something else stood in the place of a file, nothing was stated that could depart from a specification. */
export const partedAnomalies = ({
  anomalies,
}: CheckDocument): { readonly departing: CheckDocument['anomalies']; readonly inPlace: CheckDocument['anomalies'] } => ({
  departing: anomalies.filter(({ code }) => !isNoFile(code)),
  inPlace: anomalies.filter(({ code }) => isNoFile(code)),
});

/** One sentence before all tables. */
export function headline({
  pages,
  policy,
  findings,
  categories,
}: Pick<SiteCheck, 'pages' | 'policy' | 'findings' | 'categories'>): string {
  const judged = pages.filter(({ redirect }) => redirect === undefined).length;
  const use = categories.length === 1 && categories[0] === 'train-ai' ? 'A training crawler' : 'A crawler';
  if (judged === 0) return `${use} comes to no page here: the redirects end at none that it may ask.`;
  const taken =
    judged === 1
      ? findings.kept === 1
        ? 'may take this page'
        : findings.refused === 1
          ? 'may not take this page'
          : 'leaves this page out'
      : findings.kept === 0
        ? `may take none of these ${judged} pages`
        : findings.kept === judged
          ? `may take all of these ${judged} pages`
          : `may take ${findings.kept} of these ${judged} pages`;
  return `${use} that follows policy ${policy} ${taken}.`;
}
