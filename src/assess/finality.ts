import { judge } from '../policy/index.ts';
import { mechanisms } from '../signals/index.ts';
import type { Carriers, Category, Mechanism, Question } from '../vocab/index.ts';
import { type Asker, readSignals, type Stage } from './assess.ts';

const stages: readonly Stage[] = ['origin', 'fields', 'body'];

/** A mechanism whose later carriers may still lift what its earlier ones said (TDMRep: file, header, markup). */
const isOpenAfter = ({ precedence, signals }: Mechanism, stage: Stage): boolean =>
  precedence === 'later-signal-supersedes' && signals.some(signal => stages.indexOf(signal.stage) > stages.indexOf(stage));

/**
 * Is a category refused for good by what is known at this stage? Then nothing more is asked of the site: no request after the origin's
 * declarations, no body after the header section. Later carriers can only add refusals, except where their mechanism supersedes.
 * A kind of unknown that withholds or defers is final too, unless it is mere silence, which a later grant may still fill.
 */
export function isSettled(carriers: Carriers, category: Category, asker: Asker, stage: Stage): boolean {
  const question: Question = { about: category, url: carriers.url, productToken: asker.productToken, at: asker.at };
  const closed = mechanisms.filter(mechanism => !isOpenAfter(mechanism, stage));
  const readings = readSignals(carriers, question, asker.policy, asker.facts, stage);
  const { finding, disposition } = judge(question, readings, asker.policy, closed);
  if (finding.preference === 'unknown') return disposition !== 'keep' && finding.because !== 'silent';
  return finding.preference === 'disallow';
}
