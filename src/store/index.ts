export { type AddressIndex, openAddressIndex, readAddressIndex } from './address-index.ts';
export { type AddressKeys, atSign, erasedMark, erasureKeys, keyedAddress } from './address-key.ts';
export {
  type AuditEntry,
  type AuditList,
  type AuditListState,
  type AuditListTold,
  type ListedDomain,
  openAuditList,
  type StoredVisit,
} from './audit-list.ts';
export type { Outcome } from './batch.ts';
export type { Rewritten } from './compact.ts';
export type { Compacted } from './compact-documents.ts';
export { documentsWithTexts, duplicatesAt } from './copies.ts';
export { isStateReadable } from './database.ts';
export { type Dataset, type DatasetOptions, openDataset } from './dataset.ts';
export { type CachedDeclaration, type DeclarationCache, type DeclarationKind, maxCacheMs } from './declaration-cache.ts';
export type { LiveDocument } from './documents.ts';
export { type Erased, type Erasure, isProof, originsOf, type Redact } from './erase.ts';
export { StoreError, type StoreErrorCode, storageFailure } from './errors.ts';
export type { StoredPlace } from './evidence.ts';
export { type EvidenceFiles, openEvidenceFiles } from './evidence-file.ts';
export { readEvidence, type StoredEvidence } from './evidence-read.ts';
export type { EvidenceItem } from './evidence-write.ts';
export { exchangeReader, type ReadExchange, readProof, readStoredProof } from './exchanges.ts';
export { eachLine, type Flaw } from './file-lines.ts';
export { replaceFile } from './files.ts';
export { findDeclarations, findDocument, findHistory, findProvenance, newestRow } from './find.ts';
export { freeBytes } from './ground.ts';
export { type GzipMember, gzipMembers } from './gzip-members.ts';
export { provenanceId } from './hash.ts';
export { databaseName, folders, manifestPath, parseSegmentPath, runId, type SegmentKind } from './layout.ts';
export { feedChain, locateFlaw } from './locate.ts';
export { heldBy, type LockHolder, takeLock } from './lock.ts';
export { newestManifest, readManifests, type StoredManifest } from './manifests.ts';
export { leafOf, leavesOf, pathOf, rootFrom, rootOf } from './merkle.ts';
export { type OutputFile, type OutputFolder, outputFolder } from './output-folder.ts';
export {
  newestRefusals,
  type Overview,
  type RefusalOverview,
  readOverview,
  type WithdrawalOverview,
  withdrawalsOf,
} from './overview.ts';
export { type ParquetCell, type ParquetColumn, type ParquetFile, parquetFile } from './parquet.ts';
export { type FoundPlaces, searchPlaces } from './places-search.ts';
export type { Asked, AskedBefore } from './politeness.ts';
export {
  isWithdrawn,
  type Located,
  type ReadOptions,
  readDeclarations,
  readDocumentLines,
  readDocuments,
  readPoliteness,
  readProvenance,
  readReceipts,
  readTombstones,
  readVisits,
  readWithdrawn,
} from './read.ts';
export * from './records/index.ts';
export type { Recovery } from './recovery.ts';
export { type Repaired, repairDataset } from './repair.ts';
export { crawlKinds, lastFinishedRun, type NewRun, type OfflineRun, type Run, recheckKinds, runsOf } from './runs.ts';
export { sha256OfFile } from './seal.ts';
export { readSignature, signatureFlaw, signaturePath } from './seal-signature.ts';
export { type Cursor, openStandings, type Silence, type Standing, type StandingDocument, type Standings } from './standing.ts';
export type { SuppressionList } from './suppress.ts';
export { temporary } from './temporary.ts';
export type { Selection, Withdrawal, Withdrawn } from './withdraw.ts';
export { type Preview, previewWithdrawal, textsOf } from './withdraw-preview.ts';
export { openWitness, type Witness } from './witness.ts';
export type { WriterLimits } from './writer.ts';
