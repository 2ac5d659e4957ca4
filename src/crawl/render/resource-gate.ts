/**
 * May what a page asks for be fetched for it? Its own origin's robots.txt decides, as for a page of ours; and data that becomes text is the origin's
 * work too, so where its declarations, or the answer's own fields, refuse a use we ask for, the page does not get it.
 */
import { type Asker, assess, assessOne } from '../../assess/index.ts';
import type { Carriers, Category, Exchange, Reason } from '../../vocab/index.ts';
import { reasonOfVerdicts } from '../reason.ts';

export type ResourceKind = 'script' | 'data';

export interface ResourceQuestion {
  readonly asker: Omit<Asker, 'at'>;
  readonly categories: readonly Category[];
}

/** Why it is not asked for; null where it may be. @param carriers of its origin, without the page */
export function refusalBefore(carriers: Carriers, kind: ResourceKind, { asker, categories }: ResourceQuestion): Reason | null {
  const timeless: Asker = { ...asker, at: null };
  const reason = reasonOfVerdicts(assess(carriers, [], timeless, 'origin'), [], carriers);
  if (reason !== null || kind === 'script') return reason;
  return usageRefusal(carriers, categories, timeless, 'origin');
}

/** Why an answer is not handed to the page; null where it is. */
export function refusalOfAnswer(
  carriers: Carriers,
  answer: Exchange,
  kind: ResourceKind,
  { asker, categories }: ResourceQuestion,
): Reason | null {
  return kind === 'script' ? null : usageRefusal({ ...carriers, page: answer }, categories, { ...asker, at: null }, 'fields');
}

/** Only what was said: of what is not known the page itself, judged whole, makes enough. */
function usageRefusal(
  carriers: Carriers,
  categories: readonly Category[],
  asker: Asker,
  stage: 'origin' | 'fields',
): Reason | null {
  for (const category of categories) {
    const { finding } = assessOne(carriers, category, asker, stage);
    if (finding.preference === 'disallow') return `withheld.${finding.determining[0].signal}`;
  }
  return null;
}
