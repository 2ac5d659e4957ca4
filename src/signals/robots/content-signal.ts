/**
 * Cloudflare Content Signals in robots.txt (vendor; September 2025). https://contentsignals.org/
 *
 * Reads: `Content-Signal: [/path ]ai-train=no, …` in our own group, else in `*`; a record before any group speaks to everyone.
 * Precedence: not specified; the longest path decides and records of one length combine most restrictively.
 * `ai-train=yes` is a grant here: the owner of the file wrote it (in an HTTP field it is a vendor's default, see `field.content-signal`).
 *
 * Known departures, all to the site's protection: the `*` group's refusals are stated as `inherited` where we have a group of our own, because the
 * line is a rights reservation addressed to everyone. Comments are not read: a commented-out signal is none.
 */
import type { Signal } from '../../vocab/index.ts';
import { readContentSignal } from '../content-signal.ts';
import { splitPath, usageRecordSignal } from './usage-records.ts';

export const robotsContentSignal: Signal = usageRecordSignal({
  id: 'robots.content-signal',
  spec: 'Cloudflare Content Signals',
  bearsOn: ['train-ai', 'ai-use', 'search'],
  keys: new Set(['content-signal']),
  globalForm: 'conformant',
  looked: 'Content-Signal record that covers this URL',
  read: ({ value }) => {
    const { pattern, rest } = splitPath(value);
    return { pattern, value: () => readContentSignal(rest) };
  },
});
