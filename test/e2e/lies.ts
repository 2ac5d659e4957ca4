import type { Manifest, ProvenanceRecord, SegmentKind } from '../../src/store/index.ts';
import type { Digest } from '../../src/vocab/index.ts';

/** As a record of any kind may be written by whoever wants to be believed. */
export type Row = Record<string, unknown> & Partial<Pick<ProvenanceRecord, 'url' | 'verdicts' | 'evidence'>>;
export type Rows = readonly Row[];
/** What is written in the place of a dataset's own records and manifests. */
export interface Lie {
  readonly in?: SegmentKind;
  readonly rows?: (rows: Rows) => Rows;
  readonly manifests?: (of: Readonly<Record<'crawl' | 'revoke' | 'compact', Manifest>>) => void;
}

const placeOf = ({ url = 'http://none.test/' }: Row): string => url.replace(/^http:\/\/([^:/]+):\d+/, '$1');
const at = (rows: Rows, place: string): Row => rows.find(row => placeOf(row) === place) ?? {};
const of = (place: string, change: (row: Row, rows: Rows) => Row): Required<Pick<Lie, 'in' | 'rows'>> => ({
  in: 'provenance',
  rows: rows => rows.map(row => (row === at(rows, place) ? { ...row, ...change(row, rows) } : row)),
});
const first = (kind: SegmentKind, change: (row: Row) => Row): Lie => ({
  in: kind,
  rows: ([row = {}, ...others]) => [{ ...row, ...change(row) }, ...others],
});
const kept = { disposition: 'keep', reason: 'kept' };
const counted: Lie['manifests'] = ({ crawl: { counts } }) => {
  Object.assign(counts.byReason, { kept: (counts.byReason.kept ?? 0) + 1, 'withheld.robots.rule': 0 });
  Object.assign(counts.byDisposition, { keep: (counts.byDisposition.keep ?? 0) + 1, withhold: 0 });
};
const listed = ({ resources }: Manifest, kind: SegmentKind): object => resources.find(one => one.kind === kind) ?? {};
const none = `sha256:${'0'.repeat(64)}`;
const number = (value: unknown): number => Number(value);

/** Each with the checks of `verify` that find it. */
export const lies: readonly (readonly [what: string, checks: readonly string[], lie: Lie])[] = [
  [
    'a page that robots.txt closes was kept: its own verdict says otherwise',
    ['evidence-for-every-signal', 'record-has-document', 'verdict-keeps'],
    { ...of('c.test/1', () => kept), manifests: counted },
  ],
  [
    'the same, with the verdict of a page that is open: the stored robots.txt says otherwise',
    ['evidence-cited', 'record-has-document', 'rejudge'],
    { ...of('c.test/1', (_, rows) => ({ ...kept, verdicts: at(rows, 'c.test/').verdicts ?? {} })), manifests: counted },
  ],
  ['a page was kept for a reason that keeps none', ['counts', 'disposition'], of('a.test/', () => ({ reason: 'empty' }))],
  ['a page was kept, and nobody judged it', ['verdict-for-every-use'], of('a.test/', () => ({ verdicts: {} }))],
  [
    'a page was kept for training, and nobody judged that',
    ['verdict-for-every-use'],
    of('a.test/', ({ verdicts: { acquisition } = {} }) => ({ verdicts: acquisition ? { acquisition } : {} })),
  ],
  [
    'a page was kept without a look at what its policy reads',
    ['evidence-for-every-signal', 'rejudge'],
    of('a.test/', ({ verdicts = {} }) => ({
      verdicts: Object.fromEntries(Object.entries(verdicts).map(([about, one]) => [about, { ...one, readings: {} }])),
    })),
  ],
  ['a page was judged for somebody else', ['agent'], of('a.test/', () => ({ agent: 'other' }))],
  ['a page was judged under another policy', ['policy'], of('a.test/', () => ({ policy: none }))],
  [
    'a page was judged by what another site declares',
    ['rejudge'],
    of('c.test/1', (_, rows) => ({ declarations: at(rows, 'a.test/').declarations })),
  ],
  ['a page was judged by what nobody has', ['declarations'], of('a.test/', () => ({ declarations: none }))],
  ['a row cites nothing', ['evidence-cited'], of('a.test/', () => ({ evidence: [] }))],
  [
    'a row cites what its evidence does not hold',
    ['evidence-digest'],
    of('a.test/', ({ evidence = [] }) => ({ evidence: evidence.map(one => ({ ...one, digest: none as Digest })) })),
  ],
  [
    'a row cites a place where nothing lies',
    ['evidence'],
    of('a.test/', ({ evidence = [] }) => ({
      evidence: evidence.map(one => (one.warc ? { ...one, warc: { ...one.warc, offset: one.warc.offset + 1 } } : one)),
    })),
  ],
  ['a page has no proof any more', ['rejudge'], of('a.test/', () => ({ page_proof: undefined }))],
  [
    'a page has two rows in one run',
    ['counts', 'one-record-per-url-and-run'],
    { in: 'provenance', rows: rows => [...rows, ...rows.slice(0, 1)] },
  ],
  [
    'a row is gone',
    ['counts', 'document-has-keep-record'],
    { in: 'provenance', rows: rows => rows.filter(row => row !== at(rows, 'a.test/')) },
  ],
  ['a row belongs to a run that never was', ['counts'], of('a.test/', () => ({ run: '20200101T000000Z-none' }))],
  ['a text is another one', ['text-digest'], first('documents', ({ text }) => ({ text: `${text} And more.` }))],
  ['a document is there twice', ['document-unique'], { in: 'documents', rows: rows => [...rows, ...rows.slice(0, 1)] }],
  ['a document is gone', ['record-has-document'], { in: 'documents', rows: rows => rows.slice(1) }],
  [
    'a document is of a page that is closed',
    ['document-has-keep-record', 'no-withheld-text'],
    {
      in: 'documents',
      rows: rows => [...rows, { ...rows[0], id: 'f'.repeat(32), url: `${at(rows, 'c.test/').url}1` }],
    },
  ],
  ['a run kept more pages', ['counts'], { manifests: ({ crawl }) => void Object.assign(crawl.counts.byReason, { kept: 99 }) }],
  [
    'a run met what no row tells',
    ['counts'],
    { manifests: ({ crawl }) => void Object.assign(crawl.counts.byReason, { empty: 1 }) },
  ],
  [
    'a run kept more, all reasons together',
    ['counts'],
    { manifests: ({ crawl }) => void Object.assign(crawl.counts.byDisposition, { keep: 99 }) },
  ],
  ['a run saw more pages', ['counts'], { manifests: ({ crawl }) => void Object.assign(crawl.counts, { urls: 99 }) }],
  ['a run without rows saw pages', ['counts'], { manifests: ({ compact }) => void Object.assign(compact.counts, { urls: 1 }) }],
  [
    'a withdrawn text waits',
    ['withdrawals'],
    { manifests: ({ compact }) => void Object.assign(compact.withdrawals ?? {}, { pending: 1 }) },
  ],
  [
    'less was withdrawn than the feed tells',
    ['record-has-document', 'withdrawals'],
    {
      in: 'tombstones',
      rows: rows => rows.slice(1),
      manifests: ({ compact }) => void Object.assign(compact.withdrawals ?? {}, { tombstones: 3 }),
    },
  ],
  [
    'fewer were withdrawn, says the manifest',
    ['withdrawals'],
    { manifests: ({ compact }) => void Object.assign(compact.withdrawals ?? {}, { tombstones: 3 }) },
  ],
  [
    'a text left its file sooner',
    ['receipt'],
    first('receipts', row => ({ removed_after_ms: number(row.removed_after_ms) + 1 })),
  ],
  [
    'a text left its file before it was withdrawn',
    ['receipt'],
    first('receipts', () => ({ withdrawn_at: '2099-01-01T00:00:00.000Z' })),
  ],
  [
    'a site was asked sooner than its pause allows',
    ['politeness'],
    first('politeness', row => ({ delay_ms: number(row.min_gap_ms) + 1, longest_delay_ms: number(row.min_gap_ms) + 1 })),
  ],
  [
    'a site gave more pages than it was asked for',
    ['politeness'],
    first('politeness', row => ({ pages: number(row.requests) + 1 })),
  ],
  ['a site has left the ledger', ['politeness'], { in: 'politeness', rows: rows => rows.slice(1) }],
  [
    'fewer requests were made',
    ['politeness'],
    { manifests: ({ crawl }) => void Object.assign(crawl.politeness ?? {}, { requests: 1 }) },
  ],
  [
    'a pause was longer',
    ['politeness'],
    { manifests: ({ crawl }) => void Object.assign(crawl.politeness ?? {}, { min_gap_ms: 99_999 }) },
  ],
  [
    'a run has no one before it',
    ['manifest-chain'],
    { manifests: ({ revoke: made }) => void Object.assign(made, { previous: undefined }) },
  ],
  [
    'a file holds more documents, says the manifest',
    ['file-records'],
    { manifests: ({ compact }) => void Object.assign(listed(compact, 'documents'), { records: 99 }) },
  ],
  [
    'the feed tells of more, says the manifest',
    ['file-records'],
    { manifests: ({ compact }) => void Object.assign(listed(compact, 'feed'), { records: 99 }) },
  ],
];
