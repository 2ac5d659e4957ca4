import { Command } from 'commander';
import { expect, test } from 'vitest';
import { jobsOf } from '../../../src/cli/serve/jobs.ts';

const commands = [
  new Command('crawl').option('--config <file>').option('--progress-every <duration>').option('--out <dir>'),
  new Command('compact').option('--out <dir>'),
  new Command('report').argument('<dir>').option('--json'),
];
const schedule = { report: '@weekly', crawl: '@daily', compact: '@hourly' };

test('each job is asked as its command wants it, those that take text out before those that bring it in', () => {
  const jobs = jobsOf({ schedule, out: 'dataset', configFile: 'heed.yaml', commands });
  expect(jobs.map(({ args }) => args.join(' '))).toEqual([
    'compact --json --out dataset',
    'crawl --json --config heed.yaml --progress-every 2s --out dataset',
    'report dataset',
  ]);
});

test('without a configuration file none is passed on', () => {
  const [job] = jobsOf({ schedule: { crawl: '@daily' }, out: 'dataset', configFile: undefined, commands });
  expect(job?.args).not.toContain('--config');
});

test('a job that this version has no command for is refused at the start', () => {
  expect(() => jobsOf({ schedule: { recheck: '@daily' }, out: 'dataset', configFile: undefined, commands })).toThrow(
    expect.objectContaining({ code: 'ERR_JOB_UNKNOWN', exitCode: 3 }),
  );
});
