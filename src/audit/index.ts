export { type AuditRun, type EvidencePass, findAudit, recordsFromEvidence } from './from-evidence.ts';
export { type BadLine, type RobotsPass, recordsFromRobots } from './from-robots.ts';
export { readAuditList } from './list/read-list.ts';
export { saved } from './save-records.ts';
export { type AskedEvent, visitSite } from './visit-site.ts';
