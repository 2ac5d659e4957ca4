import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadOperatorRecords, loadPolicy } from '../../src/settings/index.ts';
import { openDataset } from '../../src/store/index.ts';
import { signedLine, testPublicKey } from '../vectors/operator-facts.ts';
import { heed, temporaryFolder } from './run-heed.ts';

const common = { scope: 'domain', value: 'site.example', from: '2026-01-01T00:00:00Z', by: 'legal@operator.example' };
const grant = { kind: 'grant', categories: ['train-ai'], ...common };
const deny = { kind: 'deny', ...common };
const input = JSON.stringify({
  id: 'c',
  url: 'https://site.example/',
  missing: 'absent',
  policy: 'opt-in',
  response: { status: 200, body: '<p>x' },
});

function files(...lines: string[]): string[] {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'records.jsonl'), lines.join('\n'));
  writeFileSync(join(folder, 'key.pem'), testPublicKey);
  return ['--operator-records', join(folder, 'records.jsonl'), '--operator-key', join(folder, 'key.pem')];
}

const decide = async (...args: string[]) => {
  const { code, stdout, stderr } = await heed(['decide', ...args], { input });
  return { code, stderr, verdict: stdout === '' ? null : JSON.parse(stdout) };
};

describe("the operator's own records in heed decide", () => {
  test('a signed grant counts when the question has a date, and its line is cited', async () => {
    const line = signedLine(grant);
    const { verdict } = await decide(...files(line), '--at', '2026-11-26T00:00:00Z');
    expect(verdict).toMatchObject({
      disposition: 'keep',
      verdicts: {
        'train-ai': {
          determining: [
            { signal: 'operator.grant', locator: { kind: 'line', line: 1, bytes: [0, line.length] }, quote: line.slice(0, 512) },
          ],
        },
      },
    });
  });

  test('without a date it does not, and a denial does', async () => {
    expect((await decide(...files(signedLine(grant)))).verdict).toMatchObject({
      disposition: 'withhold',
      verdicts: { 'train-ai': { preference: 'unknown', because: 'silent' } },
    });
    expect((await decide(...files(JSON.stringify(deny)))).verdict).toMatchObject({
      verdicts: { acquisition: { preference: 'disallow', determining: [{ signal: 'operator.denylist' }] } },
    });
  });

  test.each([
    ['an unsigned grant', files => decide(...files(JSON.stringify(grant))), 3, 'ERR_OPERATOR_RECORD_SIGNATURE'],
    ['a line that is no record', files => decide(...files('{}')), 3, 'ERR_OPERATOR_RECORDS_INVALID'],
    ['a date that is none', files => decide(...files(signedLine(grant)), '--at', 'today'), 2, 'ERR_INSTANT'],
  ] as [string, (make: typeof files) => ReturnType<typeof decide>, number, string][])(
    '%s stops it',
    async (_what, act, code, text) => {
      const { code: actual, stderr, verdict } = await act(files);
      expect(stderr).toContain(text);
      expect(verdict).toBeNull();
      expect(actual).toBe(code);
    },
  );
});

test('an unfinished run goes on with the records it began with, and with no others', async () => {
  const out = join(temporaryFolder(), 'dataset');
  const [, records = '', , key = ''] = files(JSON.stringify(deny));
  const policy = loadPolicy('standard');
  const dataset = openDataset(out, { now: Date.now });
  const source = loadOperatorRecords(records, key)?.source;
  await dataset.beginRun({
    ...{ kind: 'crawl', random: 'abcdef', policy: { id: policy.id, digest: policy.digest }, agents: { version: '1' } },
    ...{ software: { name: 'heed', version: '1' }, overrides: {}, config: {} },
    ...(source ? { operator: source } : {}),
  });
  await dataset.close();
  const { code, stderr } = await heed([
    'crawl',
    'https://site.example/',
    '--out',
    out,
    '--contact',
    'https://crawler.example/bot',
  ]);
  expect(stderr).toContain('ERR_RUN_OPERATOR_RECORDS');
  expect(code).toBe(2);
});
