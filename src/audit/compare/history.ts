/** One domain through any number of audits: what was asked and answered each time, what changed, and by which lines. */
import { type AuditEvidence, type AuditRecord, type Change, decidingEvidence, stateOf, trending } from '../../assess/index.ts';
import { readEvidence, StoreError } from '../../store/index.ts';
import { readAuditRecords } from '../read-records.ts';
import type { Common } from './alike.ts';
import { type DiffLine, lineDiff } from './line-diff.ts';
import type { AuditSource } from './source.ts';

export interface HistoryChange extends Change {
  /** The places that decided before and after; empty where nothing was said, or nothing could be known. */
  readonly decidedBefore: readonly AuditEvidence[];
  readonly decidedAfter: readonly AuditEvidence[];
}

export interface HistoryEntry {
  readonly audit: string;
  /** Undefined where the audit does not have the domain. */
  readonly record?: Pick<AuditRecord, 'at' | 'reach' | 'why' | 'origin' | 'moved_to' | 'robots' | 'page'>;
  /** Since the audit before that has it; empty in the first one. */
  readonly changes: readonly HistoryChange[];
  /** Lines of robots.txt that went and came since then; absent where the bytes of one of them are not at hand, and `bytesMissing` says why. */
  readonly robotsDiff?: readonly DiffLine[];
  readonly bytesMissing?: string;
}

/**
 * @param domain as `audit.jsonl` has it @param sources the earliest first
 * @throws CodedError ERR_AUDIT_FILE, ERR_AUDIT_RECORD
 */
export async function domainHistory(
  domain: string,
  sources: readonly AuditSource[],
  common: Common,
): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let last: { readonly source: AuditSource; readonly record: AuditRecord } | undefined;
  for (const source of sources) {
    const record = await recordOf(domain, source);
    const audit = source.path;
    if (!record) {
      entries.push({ audit, changes: [] });
      continue;
    }
    const { at, reach, why, origin, moved_to, robots, page } = record;
    const shown = {
      ...(at === undefined ? {} : { at }),
      ...{ reach, robots },
      ...(why === undefined ? {} : { why }),
      ...(origin === undefined ? {} : { origin }),
      ...(moved_to === undefined ? {} : { moved_to }),
      ...(page === undefined ? {} : { page }),
    };
    const since = last ? await sinceThen(last, { source, record }, common) : { changes: [] };
    entries.push({ audit, record: shown, ...since });
    last = { source, record };
  }
  return entries;
}

/** The first line that names it, as in a comparison. */
async function recordOf(domain: string, source: AuditSource): Promise<AuditRecord | undefined> {
  for await (const record of readAuditRecords(source.file, JSON.stringify(domain))) if (record.domain === domain) return record;
  return undefined;
}

interface Seen {
  readonly source: AuditSource;
  readonly record: AuditRecord;
}

async function sinceThen(
  before: Seen,
  after: Seen,
  { questions, agents }: Common,
): Promise<Pick<HistoryEntry, 'changes' | 'robotsDiff' | 'bytesMissing'>> {
  const [found] = trending(2, questions).add([stateOf(before.record, agents), stateOf(after.record, agents)]);
  const changes = (found?.changes ?? []).map(change => ({
    ...change,
    decidedBefore: decidingEvidence(before.record, change.topic),
    decidedAfter: decidingEvidence(after.record, change.topic),
  }));
  if (before.record.robots.digest === after.record.robots.digest) return { changes };
  const unseen = [before, after].find(({ record: { robots } }) => robots.digest === undefined && robots.class !== 'absent');
  // What was not seen has no lines, and has lost none.
  if (unseen) return { changes, bytesMissing: `\`${unseen.source.path}\` saw no robots.txt (${unseen.record.robots.class})` };
  try {
    return { changes, robotsDiff: lineDiff(await robotsOf(before), await robotsOf(after)) };
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof NoBytes)) throw error;
    return { changes, bytesMissing: error.message };
  }
}

class NoBytes extends Error {}

/** The octets of a robots.txt as they are stored. */
async function robotsOf({ source, record }: Seen): Promise<string> {
  const { robots, evidence } = record;
  if (robots.digest === undefined) return '';
  const place = evidence.find(
    ({ source: { url, digest }, warc }) => warc && url === robots.url && digest === robots.digest,
  )?.warc;
  if (source.folder === undefined || !place) throw new NoBytes(`\`${source.path}\` does not hold the bytes of its robots.txt`);
  const stored = await readEvidence(source.folder, place);
  const retrieval = stored.kind === 'exchange' ? stored.exchange.retrieval : undefined;
  if (retrieval?.outcome !== 'successful' || stored.kind !== 'exchange' || stored.exchange.digest !== robots.digest)
    throw new NoBytes(`\`${source.path}\` holds no robots.txt at the place it names`);
  return Buffer.from(retrieval.body).toString('utf8');
}
