export {
  type AnomalyRecord,
  type Answer,
  answer,
  type EvidenceRecord,
  toEvidenceRecord,
  toVerdictRecord,
  type VerdictRecord,
} from './answer.ts';
export { type Asker, type Assessment, assess, assessOne, isWaiting, readSignals } from './assess.ts';
export { type DomainFacts, measureDomain, type Yardstick } from './audit/measure.ts';
export { badLine, namesNoHost, noHost } from './audit/no-host.ts';
export { comesWithPage } from './audit/of-page.ts';
export {
  type AuditAttempt,
  type AuditEvidence,
  type AuditRecord,
  auditRecordVersion,
  type Extent,
  type RobotsClass,
} from './audit/record.ts';
export { isImpliedRefusal, isPlainRefusal } from './audit/refusal.ts';
export { robotsMeasurer } from './audit/robots-only.ts';
export { type Change, hasMoved, type Question as QuestionOfTime, questionsOf } from './audit/time/change.ts';
export { decidingEvidence } from './audit/time/deciding.ts';
export { type AuditState, stateOf, topicName } from './audit/time/state.ts';
export {
  backwardSteps,
  type DomainChange,
  panelShares,
  shareOfKnown,
  type TopicTrend,
  type Trend,
  trending,
} from './audit/time/trend.ts';
export { isMalformed, isNoFile, noFilePattern } from './audit/unseen.ts';
export { type Case, type CaseError, type CaseReader, caseReader, isCaseError } from './case.ts';
export { type Contradiction, type ContradictionKind, contradictionKinds } from './contradictions.ts';
export { isSettled } from './finality.ts';
export { exchangeOfProof, type PageProof, pageProof } from './proof.ts';
export { domExchange, stricterOf } from './rendered.ts';
export type { AnomalyCheck, StatementCheck } from './sightings.ts';
export {
  checkSite,
  type FileCheck,
  type FindingKind,
  findingKinds,
  type PageCheck,
  type PageFacts,
  type SiteCheck,
} from './site.ts';
export { toldReadings } from './told-readings.ts';
