export { mechanisms, signalIds, signals } from './catalog.ts';
export { fieldsSayNofollow } from './fields/nofollow.ts';
export { challengeOf } from './http/challenge.ts';
export { nosnippetRanges } from './markup/nosnippet.ts';
export { isDenied } from './operator/denylist.ts';
export { proofRanges, sparseBody } from './proof-ranges.ts';
export { closesOrigin, crawlDelayMs } from './robots/politeness.ts';
export { sitemapsOf } from './robots/sitemaps.ts';
export { licensePointers } from './wellknown/rsl.ts';
