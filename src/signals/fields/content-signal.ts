/**
 * Cloudflare Content Signals in the header section (vendor). https://contentsignals.org/
 *
 * Reads: `Content-Signal: ai-train=no` of the page's own answer; several lines are one list of pairs.
 * Precedence: not specified; the most restrictive pair counts, beside robots.txt too.
 * A field of nothing but `yes` is what the vendor's Markdown conversion sends by default, whoever owns the page: no statement.
 *
 * Known departures: a `yes` beside a `no` is stated but grants nothing (in robots.txt it grants: there the owner wrote it). A path is no part of
 * the field; what follows it is heard where it refuses.
 */
import type { Reading, Signal } from '../../vocab/index.ts';
import { readContentSignal } from '../content-signal.ts';
import { flaw, type UsageValue } from '../usage-value.ts';
import { openFieldLines } from './field-lines.ts';
import { usageFieldReader } from './usage-fields.ts';

const id = 'field.content-signal';
const readField = usageFieldReader(readContentSignal, withoutGrants);

export const fieldContentSignal: Signal = {
  id,
  stage: 'fields',
  bearsOn: ['train-ai', 'ai-use', 'search'],
  read: ({ page }, { about }): Reading => {
    const opened = openFieldLines(id, page, 'content-signal', 'Cloudflare Content Signals');
    return 'state' in opened ? opened : readField(opened.page, opened.lines, about);
  },
};

function withoutGrants({ state, preferences, flaws }: UsageValue): UsageValue {
  const isRefused = preferences.some(({ preference }) => preference === 'disallow');
  if (isRefused) return { state, flaws, preferences: preferences.map(one => ({ ...one, grants: false })) };
  const byDefault = preferences.length > 0 ? [flaw('content-signal.vendor-default', 'none', 'nothing but yes')] : [];
  return { state, preferences: [], flaws: [...flaws, ...byDefault] };
}
