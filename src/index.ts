/**
 * The library's face: the pure core that reads machine-readable opt-outs and judges them. No network, no clock, no files.
 *
 * ```ts
 * import { assess, caseReader, explain } from 'heed';
 * ```
 */
export {
  type Answer,
  type Asker,
  type Assessment,
  answer,
  assess,
  assessOne,
  type Case,
  type CaseError,
  type CaseReader,
  caseReader,
  isCaseError,
  readSignals,
} from './assess/index.ts';
export { explain, judge } from './policy/index.ts';
export { mechanisms, signalIds, signals } from './signals/index.ts';
export * from './vocab/index.ts';
