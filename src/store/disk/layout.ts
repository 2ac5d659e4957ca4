/**
 * Where everything lies under `<out>` (contract §4). Names only; nothing here touches a disk.
 */
export const folders = [
  'documents',
  'provenance',
  'evidence',
  'tombstones',
  'manifests',
  'receipts',
  'feed',
  'reports',
  'state',
] as const;
export const databaseName = 'state/heed.sqlite';

export type SegmentKind =
  | 'documents'
  | 'provenance'
  | 'declarations'
  | 'evidence'
  | 'tombstones'
  | 'politeness'
  | 'visits'
  | 'suppression'
  | 'receipts'
  | 'feed'
  | 'withdrawn-ids';

interface Shape {
  readonly folder: (typeof folders)[number];
  readonly suffix: string;
  readonly mediaType: string;
}

export const segmentShapes: Readonly<Record<SegmentKind, Shape>> = {
  documents: { folder: 'documents', suffix: '.jsonl.gz', mediaType: 'application/jsonl' },
  provenance: { folder: 'provenance', suffix: '.jsonl.gz', mediaType: 'application/jsonl' },
  declarations: { folder: 'provenance', suffix: '.declarations.jsonl.gz', mediaType: 'application/jsonl' },
  evidence: { folder: 'evidence', suffix: '.warc.gz', mediaType: 'application/warc' },
  tombstones: { folder: 'tombstones', suffix: '.jsonl', mediaType: 'application/jsonl' },
  // Written once, whole, when the run ends; not appended to.
  politeness: { folder: 'reports', suffix: '.jsonl', mediaType: 'application/jsonl' },
  // So too: what an audit asked for each domain, in the order of its list.
  visits: { folder: 'reports', suffix: '.jsonl.gz', mediaType: 'application/jsonl' },
  // The list as it was at the end of a run; the newest counts.
  suppression: { folder: 'tombstones', suffix: '.jsonl', mediaType: 'application/jsonl' },
  // What left which file in a run.
  receipts: { folder: 'receipts', suffix: '.jsonl', mediaType: 'application/jsonl' },
  // One file for all runs: it only grows.
  feed: { folder: 'feed', suffix: '.jsonl', mediaType: 'application/jsonl' },
  'withdrawn-ids': { folder: 'feed', suffix: '.txt', mediaType: 'text/plain' },
};

/** e.g. `documents/20261123T100000Z-ab12cd/w0-00000.jsonl.gz`; always with `/`, relative to `<out>`. */
export function segmentPath(kind: SegmentKind, run: string, writer: string, index: number): string {
  const { folder, suffix } = segmentShapes[kind];
  return `${folder}/${run}/${writer}-${String(index).padStart(5, '0')}${suffix}`;
}

const segmentPattern =
  /^(documents|provenance|evidence|tombstones)\/([A-Za-z0-9-]+)\/([a-z0-9]+)-(\d{5,9})(\.declarations\.jsonl\.gz|\.jsonl\.gz|\.warc\.gz|\.jsonl)$/;

const wholeFiles: readonly (readonly [SegmentKind, RegExp])[] = [
  ['politeness', /^reports\/([A-Za-z0-9-]+)\/politeness\.jsonl$/],
  ['visits', /^reports\/([A-Za-z0-9-]+)\/visits\.jsonl\.gz$/],
  ['suppression', /^tombstones\/([A-Za-z0-9-]+)\/suppression\.jsonl$/],
  ['receipts', /^receipts\/([A-Za-z0-9-]+)\.jsonl$/],
  ['feed', /^feed\/withdrawals\.jsonl$/],
  ['withdrawn-ids', /^feed\/([A-Za-z0-9-]+)\/withdrawn-ids\.txt$/],
];

/** The parts of a segment's path; undefined for any path we would not have written, `..` included. */
export function parseSegmentPath(
  path: string,
): { readonly kind: SegmentKind; readonly run: string; readonly writer: string; readonly index: number } | undefined {
  const segment = segmentPattern.exec(path);
  if (segment) {
    const [, folder, run = '', writer = '', index, suffix] = segment;
    const kind = appendedKinds.get(`${folder} ${suffix}`);
    return kind && { kind, run, writer, index: Number(index) };
  }
  for (const [kind, pattern] of wholeFiles) {
    const found = pattern.exec(path);
    if (found) return { kind, run: found[1] ?? '', writer: '', index: 0 };
  }
  return undefined;
}

/** By folder and suffix: of files that `segmentPattern` is about. */
const appendedKinds: ReadonlyMap<string, SegmentKind> = new Map(
  (['documents', 'provenance', 'declarations', 'evidence', 'tombstones'] as const).map(kind => {
    const { folder, suffix } = segmentShapes[kind];
    return [`${folder} ${suffix}`, kind];
  }),
);

export const politenessPath = (run: string): string => `reports/${run}/politeness.jsonl`;

export const visitsPath = (run: string): string => `reports/${run}/visits.jsonl.gz`;

export const suppressionPath = (run: string): string => `tombstones/${run}/suppression.jsonl`;
export const receiptsPath = (run: string): string => `receipts/${run}.jsonl`;
export const feedPath = 'feed/withdrawals.jsonl';
export const withdrawnIdsPath = (run: string): string => `feed/${run}/withdrawn-ids.txt`;

export const manifestPath = (run: string): string => `manifests/${run}.json`;

/**
 * A run's id: sortable by start, safe as a file name, e.g. `20261123T100000Z-ab12cd`.
 * `random` comes from the caller (lower-case letters and digits, 4 to 16).
 */
export function runId(startedAtMs: number, random: string): string {
  if (!/^[a-z0-9]{4,16}$/.test(random)) throw new RangeError(`the random part of a run id is \`${random}\`, not 4-16 of a-z0-9`);
  return `${new Date(startedAtMs).toISOString().replace(/[-:]|\.\d+/g, '')}-${random}`;
}
