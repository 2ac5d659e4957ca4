export { mechanisms, signalIds, signals } from './catalog.ts';
export { licensePointers, proofRanges, sparseBody } from './pending.ts';
export { closesOrigin, crawlDelayMs } from './robots/politeness.ts';
