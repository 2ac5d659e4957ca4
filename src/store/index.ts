export type { Outcome } from './commit/batch.ts';
export { type Dataset, type DatasetOptions, openDataset } from './commit/dataset.ts';
export type { Recovery } from './commit/recovery.ts';
export { type Repaired, repairDataset } from './commit/repair.ts';
export type { WriterLimits } from './commit/writer.ts';
export { StoreError, type StoreErrorCode, storageFailure } from './disk/errors.ts';
export { eachLine, type Flaw } from './disk/file-lines.ts';
export { ensureTree, replaceFile } from './disk/files.ts';
export { freeBytes } from './disk/ground.ts';
export { type GzipMember, gzipMembers } from './disk/gzip-members.ts';
export { provenanceId } from './disk/hash.ts';
export { databaseName, folders, manifestPath, parseSegmentPath, runId, type SegmentKind } from './disk/layout.ts';
export { heldBy, type LockHolder, takeLock } from './disk/lock.ts';
export { leafOf, leavesOf, pathOf, rootFrom, rootOf } from './disk/merkle.ts';
export { type OutputFile, type OutputFolder, outputFolder } from './disk/output-folder.ts';
export { loadParquet, type ParquetCell, type ParquetColumn, type ParquetFile } from './disk/parquet.ts';
export { temporary } from './disk/temporary.ts';
export type { StoredPlace } from './evidence/evidence.ts';
export { type EvidenceFiles, openEvidenceFiles } from './evidence/evidence-file.ts';
export { readEvidence, type StoredEvidence } from './evidence/evidence-read.ts';
export type { EvidenceItem } from './evidence/evidence-write.ts';
export { exchangeReader, type ReadExchange, readProof, readStoredProof } from './evidence/exchanges.ts';
export { documentsWithTexts, duplicatesAt } from './read/copies.ts';
export { findDeclarations, findDocument, findHistory, findProvenance, newestRow } from './read/find.ts';
export { feedChain, locateFlaw } from './read/locate.ts';
export { newestManifest, readManifests, type StoredManifest } from './read/manifests.ts';
export {
  newestRefusals,
  type Overview,
  type RefusalOverview,
  readOverview,
  type WithdrawalOverview,
  withdrawalsOf,
} from './read/overview.ts';
export { type FoundPlaces, searchPlaces } from './read/places-search.ts';
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
} from './read/read.ts';
export * from './records/index.ts';
export { sha256OfFile } from './seal/seal.ts';
export { readSignature, signatureFlaw, signaturePath } from './seal/seal-signature.ts';
export { openWitness, type Witness } from './seal/witness.ts';
export { type AddressIndex, openAddressIndex, readAddressIndex } from './state/address-index.ts';
export { type AddressKeys, atSign, erasedMark, erasureKeys, keyedAddress } from './state/address-key.ts';
export {
  type AuditEntry,
  type AuditList,
  type AuditListState,
  type AuditListTold,
  type ListedDomain,
  openAuditList,
  type StoredVisit,
} from './state/audit-list.ts';
export { isStateReadable } from './state/database.ts';
export { type CachedDeclaration, type DeclarationCache, type DeclarationKind, maxCacheMs } from './state/declaration-cache.ts';
export type { LiveDocument } from './state/documents.ts';
export type { Asked, AskedBefore } from './state/politeness.ts';
export { crawlKinds, lastFinishedRun, type NewRun, type OfflineRun, type Run, recheckKinds, runsOf } from './state/runs.ts';
export {
  type Cursor,
  openStandings,
  type Silence,
  type Standing,
  type StandingDocument,
  type Standings,
} from './state/standing.ts';
export type { SuppressionList } from './state/suppress.ts';
export type { Rewritten } from './withdraw/compact.ts';
export type { Compacted } from './withdraw/compact-documents.ts';
export { type Erased, type Erasure, isProof, originsOf, type Redact } from './withdraw/erase.ts';
export type { Selection, Withdrawal, Withdrawn } from './withdraw/withdraw.ts';
export { type Preview, previewWithdrawal, textsOf } from './withdraw/withdraw-preview.ts';
