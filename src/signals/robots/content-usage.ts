/**
 * AIPREF in robots.txt: draft-ietf-aipref-attach-05 §3.1, with draft-ietf-aipref-vocab-08. https://datatracker.ietf.org/doc/draft-ietf-aipref-attach/
 *
 * Reads: `Content-Usage: [/path ]train-ai=n, …` in our own group, else in `*`; nothing is inherited from `*` (RFC 9309 §2.2.1).
 * Precedence: the longest path decides; records of one path combine most restrictively per category; less specific records fill no gaps.
 * Errors: a value that is no RFC 9651 Dictionary makes the reading unreadable. A URL that may not be fetched has no preference (`assess`).
 *
 * Known departures, all to the site's protection: two different paths of one length combine like one path. A record before any group is heard as
 * lenient where it refuses; the `*` group's refusals are stated as `inherited` where we have a group of our own (`strict` hears them).
 */
import type { Signal } from '../../vocab/index.ts';
import { readContentUsage } from '../content-usage.ts';
import { flaw } from '../usage-value.ts';
import type { RobotsLine } from './lines.ts';
import { splitPath, type UsageRecord, usageRecordSignal } from './usage-records.ts';

export const robotsContentUsage: Signal = usageRecordSignal({
  id: 'robots.content-usage',
  spec: 'AIPREF attach-05 §3.1',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm'],
  keys: new Set(['content-usage']),
  globalForm: 'lenient',
  looked: 'Content-Usage record that covers this URL',
  read: readRecord,
});

function readRecord({ value: text }: RobotsLine): UsageRecord {
  const { pattern, rest } = splitPath(text);
  // `/p/train-ai=n`: the blank was forgotten, so all of it is a path and nothing is stated, wherever that path is.
  if (rest === '' && pattern.includes('='))
    return {
      pattern: '',
      value: () => ({ ...readContentUsage(rest), flaws: [flaw('content-usage.path-only', 'ignored', pattern)] }),
    };
  return { pattern, value: () => readContentUsage(rest) };
}
