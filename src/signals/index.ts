export { mechanisms, signalIds, signals } from './catalog.ts';
export { proofRanges, sparseBody } from './pending.ts';
export { closesOrigin, crawlDelayMs } from './robots/politeness.ts';
export { licensePointers } from './wellknown/rsl.ts';
