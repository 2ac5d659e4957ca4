export {
  type AnomalyRecord,
  type Answer,
  answer,
  type EvidenceRecord,
  toEvidenceRecord,
  toVerdictRecord,
  type VerdictRecord,
} from './answer.ts';
export { type Asker, type Assessment, assess, assessOne, readSignals } from './assess.ts';
export { type Case, type CaseError, type CaseReader, caseReader, isCaseError } from './case.ts';
export { isSettled } from './finality.ts';
export { contentTypeOf, exchangeOfProof, type PageProof, pageProof } from './proof.ts';
