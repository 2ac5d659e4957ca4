import type { Digest } from '../../vocab/index.ts';
import type { WarcRef } from '../records/index.ts';
import type { Run } from '../state/runs.ts';
import type { Segments } from '../state/segments.ts';
import { type EncodedRecord, type EvidenceItem, encodeEvidence, encodeWarcinfo } from './evidence-write.ts';

/** Where an item lies, and the digest of its payload (an exchange's body, a proof's JSON). */
export interface StoredPlace {
  readonly warc: WarcRef;
  readonly digest: Digest;
}

export interface EvidenceWriter {
  put(item: EvidenceItem): Promise<StoredPlace>;
}

/** Plans evidence records into the run's WARC files; each file begins with a warcinfo record (ISO 28500 §6.2). */
export function openEvidence(segments: Segments, run: Run, recorded: number, now: () => string): EvidenceWriter {
  let sequence = recorded;
  const info: Readonly<Record<string, string>> = {
    software: `${run.settings.software.name} ${run.settings.software.version}`,
    format: 'WARC File Format 1.1',
    conformsTo: 'http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/',
    isPartOf: run.name,
    robots: 'obey',
    policy: `${run.settings.policy.id} ${run.settings.policy.digest}`,
  };

  /** No waiting between the question for room and the plan: the place is final when it is given out. */
  function place(record: EncodedRecord): StoredPlace {
    if (segments.isEmpty('evidence') || segments.isFull('evidence', record.content.length)) {
      const warcinfo = encodeWarcinfo(info, run.name, sequence++, now());
      if (!segments.isEmpty('evidence')) segments.roll('evidence');
      segments.plan('evidence', warcinfo.content, 1);
    }
    const { path, offset } = segments.plan('evidence', record.content, 1);
    return { warc: { file: path, record_id: record.recordId, offset }, digest: record.digest };
  }

  return {
    put: async item => place(encodeEvidence(item, run.name, sequence++, now())),
  };
}
