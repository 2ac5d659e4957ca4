import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadPolicy } from '../../src/settings/index.ts';
import { newestManifest, type ProvenanceRecord } from '../../src/store/index.ts';
import {
  carriersOf,
  declarationsOf,
  exchangeReader,
  rejudge,
  type StoredCarriers,
  verdictRecords,
} from '../../src/upkeep/rejudge.ts';
import { askerOf } from '../../src/upkeep/run-facts.ts';
import type { Disposition } from '../../src/vocab/index.ts';
import { folderOfFile, hookMs, recordsOf, runDemo } from './demo-dataset.ts';

interface Judged {
  readonly record: ProvenanceRecord;
  readonly carriers: StoredCarriers;
}

const out = join(folderOfFile(), 'dataset');
let judged: readonly Judged[];
let asker: ReturnType<typeof askerOf>;

beforeAll(async () => {
  expect(await runDemo(out)).toMatchObject({ code: 0 });
  asker = askerOf((await newestManifest(out)).manifest);
  const read = exchangeReader(out);
  const found: Judged[] = [];
  for (const record of await recordsOf(out)) {
    const declarations = await declarationsOf(out, record);
    if (declarations) found.push({ record, carriers: await carriersOf(out, record, declarations, read) });
  }
  judged = found;
}, hookMs);

const severity: readonly Disposition[] = ['keep', 'defer', 'withhold'];
const strictest = (dispositions: readonly Disposition[]): Disposition =>
  severity[Math.max(...dispositions.map(disposition => severity.indexOf(disposition)))] ?? 'withhold';

const verdictsUnder = ({ record, carriers }: Judged, policy: string) =>
  verdictRecords(rejudge(record, carriers, { ...asker, policy: loadPolicy(policy), productToken: record.agent }));
const dispositionUnder = (row: Judged, policy: string): Disposition =>
  strictest(Object.values(verdictsUnder(row, policy)).map(({ disposition }) => disposition));

/** URLs whose verdict is another one than under `standard`, as `from → to`. */
function changes(policy: string): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const row of judged) {
    const [before, after] = [dispositionUnder(row, 'standard'), dispositionUnder(row, policy)];
    if (before !== after) changed[row.record.url] = `${before} → ${after}`;
  }
  return changed;
}

describe('judging again from the stored bytes', () => {
  test('every row but those that were refused unasked can be judged again', async () => {
    const unasked = (await recordsOf(out)).filter(({ reason }) => reason.startsWith('refused.'));
    expect(judged).toHaveLength((await recordsOf(out)).length - unasked.length);
  });

  test('gives the same bytes for every row', () => {
    for (const { record, carriers } of judged) {
      const again = verdictRecords(rejudge(record, carriers, { ...asker, productToken: record.agent }));
      expect(JSON.stringify(again), record.url).toBe(JSON.stringify(record.verdicts));
    }
  });

  test('strict never keeps what standard does not', () => {
    expect(Object.values(changes('strict')).filter(change => change.endsWith('→ keep'))).toEqual([]);
  });

  test('strict also withholds what is implied, not covered, not clean or not reached', () => {
    expect(changes('strict')).toEqual({
      ...all('keep → withhold', 'http://header-noai.test/prices.html'),
      ...all('keep → withhold', 'http://rsl-licence.test/', 'http://rsl-licence.test/about.html'),
      ...all('keep → withhold', 'http://catch-all.test/', 'http://catch-all.test/about'),
      ...all('defer → withhold', 'http://robots-down.test/', 'http://robots-down.test/reviews.html'),
      ...all('defer → withhold', 'http://status.test/picture.png'),
    });
  });

  test('rfc9309 hears access rules of robots.txt and the status only, and lets itself in where robots.txt answers 403', () => {
    expect(changes('rfc9309')).toEqual({
      ...all('withhold → keep', ...unheardOutsideRobots, ...unheardAgents),
      ...all('defer → keep', 'http://status.test/picture.png'),
    });
  });

  test('apertus hears named agents too, and keeps where robots.txt does not answer', () => {
    expect(changes('apertus')).toEqual({
      ...all('withhold → keep', ...unheardOutsideRobots),
      ...all(
        'defer → keep',
        'http://robots-down.test/',
        'http://robots-down.test/reviews.html',
        'http://status.test/picture.png',
      ),
    });
  });

  test('opt-in keeps what was granted in so many words, and nothing else', () => {
    const granted = judged.filter(row => dispositionUnder(row, 'opt-in') === 'keep' && 'train-ai' in row.record.verdicts);
    expect(granted.map(({ record }) => record.url).sort()).toEqual([
      'http://all-allowed.test/',
      'http://all-allowed.test/flood.html',
      'http://all-allowed.test/method.html',
      'http://usage-field.test/june.html',
    ]);
  });
});

const all = (change: string, ...urls: readonly string[]): Record<string, string> =>
  Object.fromEntries(urls.map(url => [url, change]));

const unheardAgents: readonly string[] = [
  'http://agents-refused.test/',
  'http://agents-refused.test/curtain.html',
  'http://agents-by-path.test/essays/weight.html',
  'http://agents-by-path.test/essays/dust.html',
];

const unheardOutsideRobots: readonly string[] = [
  'http://ai-txt.test/',
  'http://content-signal.test/',
  'http://header-noai.test/reeds.html',
  'http://header-noai.test/tuba.html',
  'http://header-noai.test/violin.html',
  'http://meta-noai.test/fog.html',
  'http://meta-noai.test/rope.html',
  'http://robots-forbidden.test/',
  'http://rsl-licence.test/magazine/railway-bridge.html',
  'http://rsl-licence.test/magazine/rope-bridge.html',
  'http://tdm-file.test/archive/flood.html',
  'http://tdm-file.test/archive/skeleton.html',
  'http://tdm-header.test/',
  'http://tdm-header.test/salt.html',
  'http://tdm-header.test/stars.html',
  'http://tdm-markup.test/cake.html',
  'http://trust-txt.test/',
  'http://usage-field.test/march.html',
  'http://usage-field.test/october.html',
  'http://usage-rules.test/poems/kettle.html',
];
