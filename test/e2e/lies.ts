import type { Manifest, ProvenanceRecord, SegmentKind } from '../../src/store/index.ts';
import type { Digest } from '../../src/vocab/index.ts';

/** As a record of any kind may be written by whoever wants to be believed. */
export type Row = Record<string, unknown> & Partial<Pick<ProvenanceRecord, 'url' | 'verdicts' | 'evidence'>>;
export type Rows = readonly Row[];

/** What is written in the place of a dataset's own records and manifests. */
export interface Lie {
  readonly what: string;
  /** The check of `verify` that finds it, and what it says, or of which page. */
  readonly found: readonly (readonly [check: string, says: string])[];
  readonly in?: SegmentKind;
  readonly rows?: (rows: Rows) => Rows;
  readonly manifests?: (of: Readonly<Record<'crawl' | 'revoke' | 'compact', Manifest>>) => unknown;
}

export const placeOf = ({ url = 'http://none.test/' }: Row): string => url.replace(/^http:\/\/([^:/]+):\d+/, '$1');
const at = (rows: Rows, place: string): Row => rows.find(row => placeOf(row) === place) ?? {};
const none = `sha256:${'0'.repeat(64)}`;
const number = (value: unknown): number => Number(value);
const kept = { disposition: 'keep', reason: 'kept' };

/** Of the row of one page. */
const ofRow = (what: string, place: string, checks: readonly string[], change: (row: Row, rows: Rows) => Row): Lie => ({
  what,
  found: checks.map(check => [check, place]),
  in: 'provenance',
  rows: rows => rows.map(row => (row === at(rows, place) ? { ...row, ...change(row, rows) } : row)),
});
const ofFirst = (what: string, kind: SegmentKind, found: Lie['found'], change: (row: Row) => Row): Lie => ({
  ...{ what, found, in: kind },
  rows: ([row = {}, ...others]) => [{ ...row, ...change(row) }, ...others],
});
const ofManifest = (what: string, found: Lie['found'], manifests: Lie['manifests'] & {}): Lie => ({ what, found, manifests });

/** Each of a page of its own, so that they are told together. */
const ofRows: readonly Lie[] = [
  ofRow('a page that robots.txt closes was kept: its own verdict says otherwise', 'c.test/1', ['verdict-keeps'], () => kept),
  ofRow(
    'the same, with the verdict of a page that is open: the stored robots.txt says otherwise',
    'd.test/1',
    ['rejudge', 'evidence-cited', 'record-has-document'],
    (_, rows) => ({ ...kept, verdicts: at(rows, 'd.test/').verdicts ?? {} }),
  ),
  ofRow('a page was kept for a reason that keeps none', 'a.test/', ['disposition'], () => ({ reason: 'empty' })),
  ofRow('a page was kept, and nobody judged it', 'a.test/3', ['verdict-for-every-use'], () => ({ verdicts: {} })),
  ofRow('nobody judged whether it is used', 'a.test/4', ['verdict-for-every-use'], ({ verdicts: { acquisition } = {} }) => ({
    verdicts: acquisition ? { acquisition } : {},
  })),
  ofRow(
    'it was kept without a look at what its policy reads',
    'a.test/5',
    ['evidence-for-every-signal'],
    ({ verdicts = {} }) => ({
      verdicts: Object.fromEntries(Object.entries(verdicts).map(([about, one]) => [about, { ...one, readings: {} }])),
    }),
  ),
  ofRow('it was judged for somebody else', 'a.test/6', ['agent'], () => ({ agent: 'other' })),
  ofRow('it was judged under another policy', 'b.test/', ['policy'], () => ({ policy: none })),
  ofRow('it was judged by what another site declares', 'e.test/1', ['rejudge'], (_, rows) => ({
    declarations: at(rows, 'b.test/').declarations,
  })),
  ofRow('it was judged by what nobody has', 'b.test/1', ['declarations'], () => ({ declarations: none })),
  ofRow('a row cites nothing', 'b.test/2', ['evidence-cited'], () => ({ evidence: [] })),
  ofRow('a row cites what its evidence does not hold', 'b.test/5', ['evidence-digest'], ({ evidence = [] }) => ({
    evidence: evidence.map(one => ({ ...one, digest: none as Digest })),
  })),
  ofRow('a row cites a place where nothing lies', 'b.test/6', ['evidence'], ({ evidence = [] }) => ({
    evidence: evidence.map(one => (one.warc ? { ...one, warc: { ...one.warc, offset: one.warc.offset + 1 } } : one)),
  })),
  ofRow('a page has no proof any more', 'c.test/', ['rejudge'], () => ({ page_proof: undefined })),
  {
    ...ofRow('a row belongs to a run that never was', 'd.test/', [], () => ({ run: '20200101T000000Z-none' })),
    found: [['counts', 'run 20200101T000000Z-none: has records and no manifest']],
  },
  {
    what: 'a page has two rows in one run',
    found: [['one-record-per-url-and-run', 'e.test/']],
    in: 'provenance',
    rows: rows => [...rows, ...rows.filter(row => placeOf(row) === 'e.test/')],
  },
];

const ofTheRest: readonly Lie[] = [
  ofFirst('a text is another one', 'documents', [['text-digest', 'a.test/']], ({ text }) => ({ text: `${text} And more.` })),
  {
    what: 'a document is there twice, one is gone, and one is of a page that is closed',
    found: [
      ['document-unique', 'is there twice'],
      ['record-has-document', 'was kept, and its document is neither there nor withdrawn'],
      ['document-has-keep-record', 'c.test'],
      ['no-withheld-text', 'c.test'],
    ],
    in: 'documents',
    rows: rows => [
      ...rows.filter(row => placeOf(row) !== 'b.test/'),
      ...rows.slice(0, 1),
      { ...rows[0], id: 'f'.repeat(32), url: `${at(rows, 'c.test/').url}1` },
    ],
  },
  ofManifest(
    'runs kept and saw more than they did',
    [
      ['counts', 'says 99 × kept'],
      ['counts', 'says 98 × keep,'],
      ['counts', 'says 97 × urls'],
      ['counts', 'says 1 × empty, there are 0'],
      ['counts', 'says 96 × urls, there are 0'],
    ],
    ({ crawl, compact }) => {
      Object.assign(crawl.counts.byReason, { kept: 99, empty: 1 });
      Object.assign(crawl.counts.byDisposition, { keep: 98 });
      Object.assign(crawl.counts, { urls: 97 });
      // A run without a single row.
      Object.assign(compact.counts, { urls: 96 });
    },
  ),
  {
    what: 'less was withdrawn than the feed tells, and some of it waits',
    found: [
      ['withdrawals', 'says 9 tombstones, there are 3'],
      ['withdrawals', 'feeds 4 withdrawals, there are 3'],
      ['withdrawals', 'says 8 documents wait for compaction, there are 0'],
    ],
    in: 'tombstones',
    rows: rows => rows.slice(1),
    manifests: ({ compact }) => Object.assign(compact.withdrawals ?? {}, { tombstones: 9, pending: 8 }),
  },
  ofFirst('a text left its file sooner than it did', 'receipts', [['receipt', 'line 1']], row => ({
    removed_after_ms: number(row.removed_after_ms) + 1,
  })),
  {
    what: 'a text left its file before it was withdrawn',
    found: [['receipt', 'line 2']],
    in: 'receipts',
    rows: rows => rows.map((row, index) => (index === 1 ? { ...row, withdrawn_at: '2099-01-01T00:00:00.000Z' } : row)),
  },
  ofFirst('a site was asked sooner than its pause allows', 'politeness', [['politeness', 'was asked again after']], row => ({
    delay_ms: number(row.min_gap_ms) + 1,
    longest_delay_ms: number(row.min_gap_ms) + 1,
  })),
  {
    what: 'a site gave more pages than it was asked for, and another has left the ledger',
    found: [
      ['politeness', 'counts 99 pages in'],
      ['politeness', 'says something else of'],
      ['politeness', 'which the manifest lists'],
      ['politeness', 'adds up to origins'],
    ],
    in: 'politeness',
    rows: ([first = {}, second = {}, , ...others]) => [first, { ...second, pages: 99 }, ...others],
  },
  ofManifest(
    'fewer requests were made, and pauses were longer',
    [
      ['politeness', 'adds up to requests'],
      ['politeness', 'adds up to min_gap_ms'],
    ],
    ({ crawl }) => Object.assign(crawl.politeness ?? {}, { requests: 1, min_gap_ms: 99_999 }),
  ),
];

/** What keeps the records from being looked at. */
const ofFiles: readonly Lie[] = [
  ofManifest(
    'files hold more than they do',
    [
      ['file-records', 'documents/'],
      ['file-records', 'feed/'],
    ],
    ({ compact }) =>
      compact.resources
        .filter(({ kind }) => kind === 'documents' || kind === 'feed')
        .map(resource => Object.assign(resource, { records: 99 })),
  ),
  ofManifest('a run has no one before it', [['manifest-chain', 'begins a second chain']], ({ revoke: made }) =>
    Object.assign(made, { previous: undefined }),
  ),
];

/** Those of one list are told together. */
export const lies: Readonly<Record<'rows' | 'sums' | 'files', readonly Lie[]>> = {
  rows: ofRows,
  sums: ofTheRest,
  files: ofFiles,
};
