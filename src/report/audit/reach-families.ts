import type { AuditRecord, RobotsClass } from '../../assess/index.ts';
import { conditions, type Definition, type Family } from './family.ts';
import { readableClasses, readableRobots, some, text } from './sql.ts';

type Condition = Definition & { readonly holds: (record: AuditRecord) => boolean };

const reaches: Readonly<Record<AuditRecord['reach'], string>> = {
  reachable: 'that answered robots.txt or the front page with any HTTP status',
  unreachable: 'that did not answer: what they would have said is not known',
  'not-checked': 'that were not asked, each for a reason of its own: what they would have said is not known',
};

export const reachFamily: Family = conditions('reach', 'Reach', [
  ...Object.entries(reaches).map(
    ([value, definition]): Condition => ({
      key: `reach.${value}`,
      definition,
      sql: `reach = ${text(value)}`,
      holds: ({ reach }) => reach === value,
    }),
  ),
  {
    key: 'reach.page-read',
    definition: 'whose front page was served (2xx) and, where it is text, read',
    sql: "page.outcome = 'successful'",
    holds: ({ page }) => page?.outcome === 'successful',
  },
  {
    key: 'reach.complete',
    definition: 'whose front page was asked for, too, and not its declarations alone; whether it was served is another figure',
    sql: 'complete',
    holds: ({ complete }) => complete,
  },
  {
    key: 'reach.moved',
    definition: 'whose front page is served under another registrable domain',
    sql: 'moved_to IS NOT NULL',
    holds: ({ moved_to }) => moved_to !== undefined,
  },
]);

export const robotsClassWords: Readonly<Record<RobotsClass, string>> = {
  rules: 'with Allow or Disallow rules',
  'no-rules': 'readable, without a rule',
  html: 'an HTML page in its place',
  absent: 'absent (404, 410)',
  refused: 'refused (401, 403, another 4xx)',
  'rate-limited': 'rate limited (429)',
  'server-error': 'server error (5xx)',
  unreadable: 'octets that are no text',
  network: 'no answer, or none to be used (cut off, a part, too many redirects)',
  'not-asked': 'not asked',
};

/** Decoded octets, of files that were read to their end: above, and up to. */
const sizes: readonly (readonly [name: string, above: number, upTo: number])[] = [
  ['up-to-1k', -1, 1_000],
  ['1k-10k', 1_000, 10_000],
  ['10k-100k', 10_000, 100_000],
  ['100k-500k', 100_000, 512_000],
];
/** No more of a file is read (RFC 9309 §2.5 wants 500 KiB at least). */
const mostRead = 512_000;

const isReadable = ({ robots }: AuditRecord): boolean => readableClasses.includes(robots.class);

export const robotsFamily: Family = conditions('robots', 'robots.txt', [
  {
    key: 'robots.readable',
    definition: 'whose robots.txt could be read, with or without rules',
    sql: readableRobots,
    holds: isReadable,
  },
  ...Object.entries(robotsClassWords).map(
    ([value, words]): Condition => ({
      key: `robots.${value}`,
      definition: `whose robots.txt is: ${words}`,
      sql: `robots.class = ${text(value)}`,
      holds: ({ robots }) => robots.class === value,
    }),
  ),
  ...sizes.map(
    ([name, above, upTo]): Condition => ({
      key: `robots.size.${name}`,
      definition: `whose readable robots.txt has ${above < 0 ? '' : `more than ${above} and `}at most ${upTo} octets, decoded`,
      sql: `${readableRobots} AND NOT coalesce(robots.cut, false) AND robots.bytes > ${above} AND robots.bytes <= ${upTo}`,
      holds: record => {
        const { cut = false, bytes } = record.robots;
        return isReadable(record) && !cut && bytes !== undefined && bytes > above && bytes <= upTo;
      },
    }),
  ),
  {
    key: 'robots.size.beyond-500k',
    definition: `whose readable robots.txt has more than ${mostRead} octets, decoded, of which only the beginning was read`,
    sql: `${readableRobots} AND robots.cut AND robots.bytes >= ${mostRead}`,
    holds: record => isReadable(record) && record.robots.cut === true && (record.robots.bytes ?? 0) >= mostRead,
  },
  {
    key: 'robots.star.root',
    definition: 'whose robots.txt closes `/` to every crawler that it does not name',
    sql: 'robots.star.root',
    holds: ({ robots }) => robots.star?.root === true,
  },
  {
    key: 'robots.star.whole',
    definition: 'whose robots.txt closes the whole site to every crawler that it does not name',
    sql: "robots.star.extent = 'whole'",
    holds: ({ robots }) => robots.star?.extent === 'whole',
  },
  {
    key: 'robots.cut',
    definition: 'of whose robots.txt only the beginning was read: what is not closed in it may be closed behind it',
    sql: 'robots.cut',
    holds: ({ robots }) => robots.cut === true,
  },
  {
    key: 'robots.lenient-closes-more',
    definition:
      'whose robots.txt closes more where slips are forgiven that restrict; no other figure of agents counts that, the verdicts of some policies do',
    sql: 'robots.lenient IS NOT NULL',
    holds: ({ robots }) => robots.lenient !== undefined,
  },
  {
    key: 'robots.names-an-agent',
    definition: 'whose robots.txt names at least one agent of the list',
    sql: some('robots.named', 'x', "x.agent <> '*'"),
    holds: ({ robots }) => robots.named.some(({ agent }) => agent !== '*'),
  },
]);
