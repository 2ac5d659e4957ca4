import { assess } from '../../assess/index.ts';
import type { Task } from '../../frontier/index.ts';
import type { Carriers, Instant, OriginKey, Reason, UnreachableCause } from '../../vocab/index.ts';
import type { OriginDeclarations } from '../declared/declarations.ts';
import { judgePage, type PageContext, type PageResult, result } from '../page.ts';

/** What may answer a little later: a server that is busy, or slow. A name that does not exist, or a port where nobody listens, is the answer. */
const passing: ReadonlySet<UnreachableCause> = new Set(['timeout', 'status']);

export const isPassing = (reason: Reason): boolean =>
  reason.startsWith('deferred.') && passing.has(reason.slice(reason.lastIndexOf('.') + 1) as UnreachableCause);

export interface FrontPages {
  /** The path of one front page. Declarations that may answer a little later are asked again before it. */
  judge(task: Task, context: PageContext): Promise<PageResult>;
  /** The declarations of this origin were asked often enough: its page is next. */
  givenUp(origin: OriginKey): void;
}

const maxRemembered = 50_000;

export function frontPages(): FrontPages {
  const settled = new Set<OriginKey>();
  return {
    async judge(task, context) {
      const origin = await context.declarations.of(task.origin);
      const cause = settled.has(task.origin) ? undefined : passingCause(origin);
      if (cause === undefined) return judgePage(task, context);
      const at = new Date(context.wallClock()).toISOString() as Instant;
      const carriers: Carriers = { ...origin.carriers, url: task.url, page: null };
      const assessment = assess(carriers, [], { ...context.asker, at }, 'origin');
      return result(task, at, `deferred.declaration.${cause}`, assessment, { origin });
    },
    givenUp: origin => {
      if (settled.size >= maxRemembered) settled.clear();
      settled.add(origin);
    },
  };
}

/** Of a declaration other than robots.txt: where that cannot be reached, nothing else was asked. */
function passingCause({ carriers: { tdmrep, aiTxt, trustTxt, licenses } }: OriginDeclarations): UnreachableCause | undefined {
  for (const { retrieval } of [tdmrep, aiTxt, trustTxt, ...licenses.values()])
    if (retrieval.outcome === 'unreachable' && passing.has(retrieval.cause)) return retrieval.cause;
  return undefined;
}
