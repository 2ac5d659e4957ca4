import { canonicaliser } from '../../http/index.ts';
import type { DeskAnswer } from '../../report/index.ts';
import { StoreError, searchPlaces, withdrawalsOf } from '../../store/index.ts';
import { explainUrl, sourcesOf } from '../../upkeep/index.ts';

export interface Desk {
  /** Never throws: what cannot be told is said. */
  ask(query: string): Promise<DeskAnswer>;
}

const nothing = (why: string): DeskAnswer => ({ kind: 'nothing', why });
/** Answers read and judge stored bytes: more of them at a time would only make each slower, and keep the server from its work. */
const most = { atOnce: 2, waiting: 16 };

/** "Why is my page in there?", from what is stored; read-only, beside whoever writes. */
export function openDesk(out: string): Desk {
  const canonical = canonicaliser();
  const queue: (() => void)[] = [];
  let busy = 0;

  const answer = async (query: string): Promise<DeskAnswer> => {
    if (query === '') return nothing('Give the address of a page, or the name of a site.');
    if (!/^[a-z][a-z0-9+.-]*:/i.test(query)) return placesAnswer(out, query);
    const form = canonical(query);
    if (!form.ok) return nothing('This is no http or https address of a page.');
    const { url } = form;
    const explanation = await explainUrl(out, url.href);
    if (!explanation)
      return nothing('No crawl of this dataset was ever offered this page: nothing led to it, and nothing of it is here.');
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const withdrawals = withdrawalsOf(out, `${url.protocol}//${url.hostname}:${port}`, url.href);
    return { kind: 'url', explained: { ...explanation, sources: await sourcesOf(out, explanation.record) }, withdrawals };
  };

  return {
    ask: async query => {
      if (busy >= most.atOnce) {
        if (queue.length >= most.waiting) return nothing('Too many people ask at once; please ask again in a moment.');
        await new Promise<void>(resolve => queue.push(resolve));
      }
      busy++;
      try {
        return await answer(query.trim());
      } catch (error) {
        if (error instanceof StoreError && error.code === 'ERR_NO_DATASET') return nothing('There is no dataset here yet.');
        return nothing(`This could not be looked up: ${error instanceof StoreError ? error.code : 'an error of heed itself'}.`);
      } finally {
        busy--;
        queue.shift()?.();
      }
    },
  };
}

async function placesAnswer(out: string, query: string): Promise<DeskAnswer> {
  // As a crawl would write it: IDN in its ASCII form, lower case.
  const host = URL.parse(`http://${query.replace(/^\*?\./, '')}`)?.hostname;
  if (!host) return nothing('This is neither the address of a page nor the name of a site.');
  // A path without a scheme: whoever types it means the page.
  const path = /^[^/]*\/+[^/]/.test(query);
  const found = await searchPlaces(out, host);
  if (found.origins.length === 0)
    return nothing('No page of this site, or of one below it, was ever looked at for this dataset.');
  const rows = path ? found.rows.filter(({ url }) => url.includes(query)) : found.rows;
  return { kind: 'places', host, origins: found.origins, rows, isCut: found.isCut };
}
