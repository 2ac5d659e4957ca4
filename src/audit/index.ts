export { type AuditRun, type EvidencePass, findAudit, recordsFromEvidence } from './from-evidence.ts';
export { saved } from './save-records.ts';
export { type AuditListReader, readAuditList } from './list/read-list.ts';
export { type AskedEvent, visitSite } from './visit-site.ts';
