export { mechanisms, signalIds, signals } from './catalog.ts';
