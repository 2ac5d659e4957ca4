/** Rows, or parts of them, that no server can serve: where they are tested instead, or why there is nothing to test yet. */
export interface ElsewhereRow {
  readonly row: number;
  readonly title: string;
  /** Files of this repository; empty where the feature does not exist. */
  readonly tests: readonly string[];
  readonly why: string;
}

const aside = (row: number, title: string, why: string, ...tests: readonly string[]): ElsewhereRow => ({
  row,
  title,
  why,
  tests,
});

export const elsewhere: readonly ElsewhereRow[] = [
  aside(8, 'names that lead inside', 'the subject is the resolver, which is faked', 'test/hostile/names.test.ts'),
  aside(9, 'names with two faces', 'the subject is the resolver, which is faked', 'test/hostile/names.test.ts'),
  aside(10, 'DNS rebinding', 'the subject is the resolver, which is faked', 'test/hostile/names.test.ts'),
  aside(11, 'aliases', 'the subject is the resolver, which is faked', 'test/hostile/names.test.ts'),
  aside(
    63,
    'metadata inside assets',
    'images are not fetched by a crawl of texts; `heed decide` reads them',
    'test/properties/hostile.test.ts',
    'test/unit/signals/assets.test.ts',
  ),
  aside(73, 'cells of a CSV report', 'the subject is a file', 'test/unit/report/csv.test.ts'),
  aside(
    75,
    'poisoned and changed sites',
    'heed weighs no content over time: no drift report, nothing held back; what changed is a version of its own, judged anew',
    'test/e2e/three-phase.test.ts',
  ),
  aside(77, 'the output folder', 'the subject is the disk', 'test/hostile/disk.test.ts', 'test/unit/store/dataset.test.ts'),
  aside(
    78,
    'imported archives',
    'no archive is ever unpacked: a ZIP or tar in the place of a list is refused, and a list that inflates is read in lines of a bounded length',
    'test/unit/audit-list.test.ts',
  ),
  aside(79, 'lines of JSON', 'the subject is a file or standard input', 'test/hostile/disk.test.ts', 'test/e2e/decide.test.ts'),
  aside(80, 'WARC', 'the subject is a file', 'test/unit/store/evidence.test.ts'),
  aside(81, 'labels of metrics', 'the subject is what is told of a run', 'test/unit/observability.test.ts'),
  aside(82, 'the dashboard', 'the subject is our own server', 'test/shells/serve-door.test.ts'),
  aside(83, 'configuration', 'the subject is a file', 'test/hostile/disk.test.ts'),
  aside(
    84,
    'webhooks',
    'there is none: heed sends nothing to an address that a configuration names, so that none could lead inside',
  ),
  aside(85, 'the environment', 'the subject is the environment', 'test/hostile/disk.test.ts', 'test/shells/http-wire.test.ts'),
];
