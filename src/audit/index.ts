export { type Comparison, compareAudits } from './compare/compare-audits.ts';
export { domainHistory, type HistoryChange, type HistoryEntry } from './compare/history.ts';
export { type AuditSource, auditSource } from './compare/source.ts';
export { findAudit, recordsFromEvidence } from './from-evidence.ts';
export { type BadLine, recordsFromRobots } from './from-robots.ts';
export { readAuditList } from './list/read-list.ts';
export { readAuditRecords } from './read-records.ts';
export { saved } from './save-records.ts';
export { type AskedEvent, visitSite } from './visit-site.ts';
