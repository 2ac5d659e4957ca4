export { type Answer, answer, type VerdictRecord, verdictRecord } from './answer.ts';
export { type Asker, type Assessment, assess, assessOne, readSignals, type Stage } from './assess.ts';
export { type Case, type CaseError, type CaseReader, caseReader, isCaseError } from './case.ts';
export { isSettled } from './finality.ts';
export { contentTypeOf, exchangeOfProof, type PageProof, pageProof } from './proof.ts';
