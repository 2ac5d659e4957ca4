/**
 * `--debug-url`: what happens to one URL, step by step. Nothing of this is in the way of a crawl without it: the parts of the session are wrapped
 * only where a URL was named.
 */
import type { Frontier, Task } from '../../frontier/index.ts';
import { type Answer, canonicaliser, originKey, type Retriever } from '../../http/index.ts';
import type { Dataset } from '../../store/index.ts';
import type { Retrieval } from '../../vocab/index.ts';
import type { OriginDeclarations } from '../declared/declarations.ts';
import { type OfferOptions, offerOf } from '../find/offers.ts';
import type { CrawlOptions } from '../options.ts';
import type { PageResult } from '../page.ts';
import type { Staging } from '../staging.ts';
import type { TraceStep } from './trace-steps.ts';

export interface Trace {
  frontier(frontier: Frontier): Frontier;
  retriever(retriever: Retriever): Retriever;
  staging(staging: Staging): Staging;
  declared(declarations: OriginDeclarations): void;
  /** At the end of the run: says so where it was never written. */
  ended(): void;
}

/**
 * Undefined where no URL was named.
 * @param offers what a link to it would have met
 */
export function traceOf(
  { config, onEvent = () => {} }: Pick<CrawlOptions, 'config' | 'onEvent'>,
  dataset: Pick<Dataset, 'flush'>,
  offers: () => OfferOptions,
): Trace | undefined {
  const asked = config['debug-url'];
  if (asked === undefined) return undefined;
  const form = canonicaliser(config['drop-parameters'])(asked);
  const url = form.ok ? form.url.href : asked;
  const origin = form.ok ? originKey(form.url) : undefined;
  const startedAtMs = performance.now();
  const emit = (step: TraceStep, detail: string): void =>
    onEvent({ event: 'url.traced', url, step, at_ms: Math.round(performance.now() - startedAtMs), detail });
  let state: 'never' | 'offered' | 'written' = 'never';
  /** Set where it was refused as it was offered: its row is in the commit of the page that linked to it. */
  let refusal: string | undefined;
  let isFoundAgain = false;

  const written = (reason: string): void => {
    state = 'written';
    emit('staged', reason);
    dataset.flush().then(
      () => emit('committed', reason),
      () => {}, // the failure ends the run, and is told there
    );
  };
  /** Every page of a site may link to it; one line says so. */
  const foundAgain = (): void => {
    if (!isFoundAgain) emit('known', 'offered before, and found again');
    isFoundAgain = true;
    if (state === 'never') state = 'offered';
  };
  const mine = (task: Pick<Task, 'url'>): boolean => task.url === url;

  return {
    frontier: frontier => ({
      ...frontier,
      isKnown: href => {
        const isKnown = frontier.isKnown(href);
        if (href === url && isKnown) foundAgain();
        return isKnown;
      },
      offer: (list, refuse) => {
        const offered = frontier.offer(list, refuse);
        const fresh = offered.fresh.find(mine);
        if (fresh !== undefined) {
          const from = fresh.via === undefined ? '' : `, via ${fresh.via}`;
          emit('offered', `depth ${fresh.depth}${from}, ${fresh.refusal ?? 'queued'}`);
          refusal = fresh.refusal;
          state = 'offered';
        } else if (list.some(mine)) foundAgain();
        return offered;
      },
      next: () => {
        const task = frontier.next();
        if (task && mine(task)) emit('chosen', `try ${task.tries + 1}`);
        if (task && mine(task) && state === 'never') state = 'offered';
        return task;
      },
      retry: (task, notBeforeMs) => {
        if (mine(task)) emit('requeued', `not before ${Math.round(notBeforeMs - performance.now())} ms from now`);
        frontier.retry(task, notBeforeMs);
      },
      putBack: task => {
        if (mine(task)) emit('requeued', 'put back: its origin is not ready for it yet');
        frontier.putBack(task);
      },
    }),
    retriever: retriever => ({
      ...retriever,
      retrieve: async (href, request = {}) => {
        if (href !== url) return retriever.retrieve(href, request);
        emit('requested', `GET, accept ${request.accept ?? 'default'}`);
        const { gate } = request;
        const watched = gate && {
          gate: (head: Parameters<typeof gate>[0]) => {
            const decision = gate(head);
            emit('answered', `status ${head.status}, ${head.fields.length} fields, body: ${decision}`);
            return decision;
          },
        };
        const answer = await retriever.retrieve(href, { ...request, ...watched });
        emit('received', receivedText(answer));
        return answer;
      },
    }),
    staging: staging => ({
      ...staging,
      stage: result => {
        if (!mine(result.task)) return staging.stage(result);
        emit('judged', verdictText(result));
        const reason = staging.stage(result);
        written(reason);
        return reason;
      },
      fault: (task, error) => {
        const reason = staging.fault(task, error);
        if (mine(task)) written(reason);
        return reason;
      },
      refuse: (task, reason) => {
        staging.refuse(task, reason);
        if (mine(task)) written(reason);
      },
      trap: (task, finding) => {
        const reason = staging.trap(task, finding);
        if (mine(task)) written(reason);
        return reason;
      },
    }),
    declared: ({ origin: of, carriers }) => {
      if (of !== origin) return;
      const { robots, tdmrep, aiTxt, trustTxt, licenses } = carriers;
      const files = { 'robots.txt': robots, 'tdmrep.json': tdmrep, 'ai.txt': aiTxt, 'trust.txt': trustTxt };
      const said = Object.entries(files).map(([name, { retrieval }]) => `${name} ${outcomeText(retrieval)}`);
      emit('declared', [...said, ...(licenses.size > 0 ? [`${licenses.size} licences`] : [])].join(', '));
    },
    ended: () => {
      if (state === 'written') return;
      if (refusal !== undefined) return emit('committed', refusal);
      if (state === 'offered')
        return emit('unreached', 'offered, and not asked in this run: it ended earlier, or waits for its turn');
      const offer = offerOf({ href: asked, isNofollow: false }, { depth: 1 }, offers());
      const why =
        offer === null
          ? 'it is no URL that can be crawled'
          : offer.refusal === undefined
            ? 'no seed, no sitemap and no link that was followed led to it'
            : `nothing led to it, and a link would have been ${offer.refusal}`;
      emit('unreached', `never offered: ${why}`);
    },
  };
}

const outcomeText = (retrieval: Retrieval): string => {
  if (retrieval.outcome === 'not-attempted') return `not asked (${retrieval.why})`;
  if (retrieval.outcome === 'unreachable') return `unreachable (${retrieval.cause})`;
  return String(retrieval.status);
};

function receivedText({
  retrieval,
  refusal,
  wireBytes,
  startedAtMs,
  endedAtMs,
  location,
  remoteAddress,
  detail,
}: Answer): string {
  if (refusal !== undefined) return `nothing was sent: ${refusal}`;
  return [
    outcomeText(retrieval),
    `${wireBytes} octets in ${Math.round(endedAtMs - startedAtMs)} ms`,
    ...(remoteAddress === undefined ? [] : [`from ${remoteAddress}`]),
    ...(location === undefined ? [] : [`location ${location}`]),
    ...(detail === undefined ? [] : [detail]),
  ].join(', ');
}

function verdictText({ assessment, reason }: PageResult): string {
  const verdicts = [...assessment].map(([about, { finding, disposition }]) => {
    const by =
      finding.preference === 'unknown' ? [finding.because] : [...new Set(finding.determining.map(({ signal }) => signal))];
    return `${about} ${finding.preference} (${by.join(', ')}) → ${disposition}`;
  });
  return [reason, ...verdicts].join('; ');
}
