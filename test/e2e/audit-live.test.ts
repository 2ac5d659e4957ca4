import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../src/assess/index.ts';
import { sitesOf } from '../bench/audit-sites.ts';
import { differences, toldBy } from '../bench/audit-truth.ts';
import { type AuditWeb, startAuditWeb } from '../bench/audit-web.ts';
import { heedInOneProcess } from './one-process.ts';
import { ended, startHeed, temporaryFolder } from './run-heed.ts';

const sites = sitesOf(160);
const heed = heedInOneProcess();
let web: AuditWeb;
beforeAll(async () => {
  web = await startAuditWeb();
});
afterAll(() => web.close());

const asked = (out: string, ...more: string[]): string[] => [
  ...['audit', '--out', out, '--contact', 'https://example.org/bot', '--allow-private-network', '--delay', '0'],
  ...['--resolve', `*.test=127.0.0.1:${web.port}`, '--address-concurrency', '64', '--domain-concurrency', '64'],
  ...['--request-timeout', '2s', '--defer-limit', '2s', '--json', ...more],
];
const recordsOf = (out: string): AuditRecord[] =>
  readFileSync(join(out, 'audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
const listIn = (folder: string, entries: readonly string[]): string => {
  const list = join(folder, 'list.txt');
  writeFileSync(list, `${entries.join('\n')}\n`);
  return list;
};

/** What an audit says, without when and where it was stored. */
const said = (out: string): unknown =>
  recordsOf(out).map(({ at: _at, evidence, ...record }) => ({
    ...record,
    evidence: evidence.map(({ warc: _warc, source, ...place }) => ({ ...place, source: { ...source, retrievedAt: undefined } })),
  }));

describe('an audit of a web whose truth is known', () => {
  test('says of every domain what is true, in the order of the list, and its evidence bears it out', async () => {
    const out = join(temporaryFolder(), 'audit');
    const list = listIn(temporaryFolder(), [
      ...sites.map(({ entry }) => entry),
      'D0-SITE.test.',
      `https://${sites[1]?.domain}/x`,
    ]);
    const { code, stdout, stderr } = await heed([...asked(out), '--domains', list, '--fail-on', 'unreachable>90%']);
    expect([code, stderr.match(/ERR_\w+/)]).toEqual([0, null]);
    const records = recordsOf(out);
    expect(differences(sites, new Map(records.map(record => [record.asked, toldBy(record)])))).toEqual([]);
    expect(records.map(({ asked: entry }) => entry)).toEqual(sites.map(({ entry }) => entry));
    const { list: read, findings, summary } = JSON.parse(stdout);
    expect(read).toEqual({ domains: sites.length, repeated: 2, unusable: 1, name: 'list.txt' });
    const count = (is: (site: (typeof sites)[number]) => boolean): number => sites.filter(is).length;
    expect(findings).toMatchObject({
      'opt-out': count(({ truth }) => truth.optsOut),
      kept: count(({ truth }) => truth.standard === 'keep'),
      unreachable: count(({ truth }) => truth.reach === 'unreachable'),
      'not-checked': count(({ truth }) => truth.reach === 'not-checked'),
      // A robots.txt or ai.txt that is broken or busy, a front page that is, and one that is no page or leads nowhere.
      incomplete: records.filter(
        ({ reach, verdicts, page }) =>
          reach === 'reachable' &&
          (verdicts.standard?.['train-ai']?.because === 'unreachable' ||
            (page !== undefined && page.outcome !== 'successful' && page.outcome !== 'not-attempted')),
      ).length,
    });
    expect(summary.figures['reach.reachable'].all).toMatchObject({
      n: count(({ truth }) => truth.reach === 'reachable'),
      of: sites.length,
    });
    // No URL twice but for what could not be answered, and nothing of a closed site but its robots.txt.
    const closed = sites.filter(({ kind }) => kind === 'closed to everybody').map(({ domain }) => domain);
    expect(web.asked.filter(url => closed.some(domain => url.startsWith(domain)) && !url.endsWith('/robots.txt'))).toEqual([]);
    const verified = await heed(['verify', out]);
    expect(verified.code, verified.stdout).toBe(0);

    // The same evidence measured again gives the same octets, and asks nobody.
    const before = web.asked.length;
    const again = join(temporaryFolder(), 'again');
    expect((await heed(['audit', '--from-evidence', out, '--out', again, '-q'])).code).toBe(0);
    for (const file of ['audit.jsonl', 'domains.csv', 'agents.csv', 'domains.parquet'])
      expect(readFileSync(join(again, file)).equals(readFileSync(join(out, file))), file).toBe(true);
    // A finished audit is not asked again either; another list is refused.
    expect((await heed([...asked(out), '--domains', list])).code).toBe(0);
    // Written anew without its list and flags, it says what it was made with all the same.
    const anew = await heed(['audit', '--out', out, '--contact', 'https://example.org/bot', '--json']);
    expect(JSON.parse(anew.stdout).summary.audit).toMatchObject({
      list: 'list.txt',
      notes: [expect.stringMatching(/^--resolve sent /), 'private addresses were permitted'],
    });
    expect(web.asked.length).toBe(before);
    const other = await heed([...asked(out), 'another.test']);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('ERR_AUDIT_LIST_OTHER')]);
    const crawled = await heed(['crawl', 'https://d0-site.test/', '--out', out, '--contact', 'https://example.org/bot']);
    expect([crawled.code, crawled.stderr]).toEqual([2, expect.stringContaining('ERR_RUN_KIND')]);
  });

  test('killed in the middle, and interrupted, it goes on to the same lines; what was answered and written is not asked again', async () => {
    // Nothing slow: how long that takes is no matter here.
    const entries = sites
      .filter(({ kind }) => !/silence|drip|slow/.test(kind))
      .slice(0, 90)
      .map(({ entry }) => entry);
    const folder = temporaryFolder();
    const list = listIn(folder, entries);
    const whole = join(folder, 'whole');
    expect((await heed([...asked(whole), '--domains', list])).code).toBe(0);

    const out = join(folder, 'killed');
    const from = web.asked.length;
    const first = startHeed([...asked(out, '--concurrency', '4'), '--domains', list]);
    await until(() => web.asked.length > from + 120);
    first.kill('SIGKILL');
    await ended(first);
    const second = startHeed([...asked(out, '--concurrency', '4'), '--domains', list]);
    await until(() => web.asked.length > from + 260);
    second.kill('SIGINT');
    const stopped = await ended(second);
    expect([stopped.code, stopped.stderr.includes('ERR_')]).toEqual([11, false]);
    // Without the list, too: it was written down.
    expect((await heed(asked(out))).code).toBe(0);
    expect(said(out)).toEqual(said(whole));
    const [once, twice] = [web.asked.slice(0, from), web.asked.slice(from)].map(tally);
    const more = [...(twice ?? [])].filter(([url, times]) => times > (once?.get(url) ?? 0));
    // In flight at the kill were four front pages and sixteen declarations, and half a second of commits.
    expect(more.length).toBeLessThan(90);
  });
});

const tally = (urls: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const url of urls) counts.set(url, (counts.get(url) ?? 0) + 1);
  return counts;
};

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise(resolve => setTimeout(resolve, 5));
}
