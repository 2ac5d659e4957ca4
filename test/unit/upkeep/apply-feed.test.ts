import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyFeed } from '../../../src/upkeep/index.ts';
import { temporaryFolder } from '../store/sample.ts';

const idOf = (n: number): string => String(n).padStart(32, '0');
const url = 'https://a.example/page';

/** A feed as it is published, of these withdrawals. */
function feedOf(entries: readonly { id: string; url: string; reason: string; at: string }[]): string {
  let prev = '0'.repeat(64);
  const lines = entries.map(({ id, url, reason, at }, seq) => {
    const entry = {
      seq,
      prev,
      document_id: id,
      url_sha256: hash('sha256', url),
      reason,
      withdrawn_at: at,
      run: '20261101T000000Z-ab12cd',
    };
    const line = JSON.stringify(entry);
    prev = hash('sha256', line);
    return `${line}\n`;
  });
  return lines.join('');
}

async function filtered(feed: string, rows: readonly (object | string)[], name = 'copy.jsonl') {
  const folder = temporaryFolder();
  const [from, input] = [join(folder, 'withdrawals.jsonl'), join(folder, name)];
  writeFileSync(from, feed);
  writeFileSync(input, rows.map(row => (typeof row === 'string' ? row : `${JSON.stringify(row)}\n`)).join(''));
  const { files, head } = await applyFeed({ feed: from, inputs: [input], to: join(folder, 'to') });
  return { ...files[0], head, text: readFileSync(files[0]?.output ?? '', 'utf8') };
}

describe('a copy filtered by a feed', () => {
  const superseded = feedOf([{ id: idOf(1), url, reason: 'superseded', at: '2026-11-02T12:00:01.000Z' }]);
  const withdrawn = feedOf([
    { id: idOf(1), url, reason: 'withdrawn.robots.rule', at: '2026-11-02T00:00:00.000Z' },
    { id: idOf(2), url, reason: 'superseded', at: '2026-11-09T00:00:00.000Z' },
  ]);

  test.each([
    ['the version that was superseded goes', superseded, { id: idOf(1), url, date: '2026-11-01T00:00:00Z' }, 0],
    [
      'and the one in its place, fetched just before that was recorded, stays',
      superseded,
      { id: idOf(2), url, date: '2026-11-02T12:00:00Z' },
      1,
    ],
    ['without ids both look alike, and go', superseded, { url, date: '2026-11-02T12:00:00Z' }, 0],
    ['ids of somebody else are none', superseded, { id: 'doc-17', url, date: '2026-11-01T00:00:00Z' }, 0],
    [
      'a withdrawal is not forgotten for a later supersession of the URL',
      withdrawn,
      { id: idOf(9), url, date: '2026-11-01T00:00:00Z' },
      0,
    ],
    ['a URL in metadata is one, too', withdrawn, { id: 'doc-17', metadata: { url }, date: '2026-11-01T00:00:00Z' }, 0],
    ['what was fetched after its withdrawal stays', withdrawn, { id: idOf(3), url, date: '2026-11-03T00:00:00Z' }, 1],
    ['other pages stay', withdrawn, { id: 'doc-17', url: `${url}2` }, 1],
  ])('%s', async (_what, feed, row, kept) => {
    expect((await filtered(feed, [row])).kept).toBe(kept);
  });

  test('keeps lines as they were, with their carriage returns', async () => {
    const line = `{ "id":"x", "url":"https://b.example/" }\r\n`;
    expect((await filtered(withdrawn, [line])).text).toBe(line);
  });

  test('names the last line of the feed, so that it can be compared with what the publisher says', async () => {
    expect((await filtered(withdrawn, [])).head).toBe(hash('sha256', withdrawn.trimEnd().split('\n').at(-1) ?? ''));
  });

  test.each([
    ['a row whose id heed did not give, without a URL', withdrawn, [{ id: 'doc-17', source_url: url }], 'ERR_FEED_ROW'],
    ['a line that is no JSON', withdrawn, ['{"id":\n'], 'ERR_FEED_ROW'],
    ['an empty feed', '', [{ id: idOf(1), url }], 'ERR_FEED'],
    ['a feed that begins later', withdrawn.slice(withdrawn.indexOf('\n') + 1), [{ id: idOf(1), url }], 'ERR_FEED'],
    ['a feed that ends within a line', withdrawn.slice(0, -5), [{ id: idOf(1), url }], 'ERR_FEED'],
  ])('%s is an error, and nothing is kept for it', async (_what, feed, rows, code) => {
    await expect(filtered(feed, rows)).rejects.toMatchObject({ code });
  });
});
