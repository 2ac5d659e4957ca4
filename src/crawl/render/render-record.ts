import type { RenderRecord } from '../../store/index.ts';
import type { RenderedPage } from './judge-rendered.ts';

/** What a page's row says of its run in the browser. */
export function renderRecord({ rendering, why, dom, proof }: RenderedPage): RenderRecord {
  const { tally, outcome, browser, ms } = rendering;
  const { requests, cached, bytes, refused, refusedCount, blocked, failed } = tally;
  return {
    ...{ browser, why, outcome, ms, requests, cached, bytes },
    ...(failed > 0 ? { failed } : {}),
    ...(Object.keys(blocked).length > 0 ? { blocked } : {}),
    ...(refused.length > 0 ? { refused } : {}),
    ...(refusedCount > refused.length ? { refused_count: refusedCount } : {}),
    ...(dom?.digest && proof ? { proof: { ...proof.warc, digest: proof.digest }, dom_digest: dom.digest } : {}),
  };
}
