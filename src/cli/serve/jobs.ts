import type { Command } from 'commander';
import { parseTimetable, type Timetable } from '../../serve/index.ts';
import type { Schedule as ScheduleSetting } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';

export type JobName = keyof ScheduleSetting;
/** Of those that wait equally long the first one comes first: a refusal is not kept waiting by a crawl. */
export const jobNames: readonly JobName[] = ['recheck', 'compact', 'crawl', 'report'];

/** A refusal must not wait for the end of a crawl that takes days; what waits unfinished is no obstacle to a recheck. */
const yieldsTo: Readonly<Partial<Record<JobName, readonly JobName[]>>> = { crawl: ['recheck'] };

export interface Job {
  readonly name: JobName;
  /** Jobs for whose sake it is interrupted. */
  readonly yieldsTo: readonly JobName[];
  readonly timetable: Timetable;
  /** Of its command line. */
  readonly args: readonly string[];
}

export interface JobsInput {
  readonly schedule: ScheduleSetting;
  readonly out: string;
  readonly configFile: string | undefined;
  /** The commands there are. */
  readonly commands: readonly Command[];
}

/**
 * What is to run when, in the order of `jobNames`.
 * @throws CodedError ERR_SCHEDULE, ERR_JOB_UNKNOWN (exit 3): a schedule that would begin to fail at three in the morning does not begin
 */
export function jobsOf({ schedule, out, configFile, commands }: JobsInput): readonly Job[] {
  return jobNames.flatMap(name => {
    const text = schedule[name];
    if (text === undefined) return [];
    const command = commands.find(known => known.name() === name);
    if (command === undefined) {
      throw new CodedError('ERR_JOB_UNKNOWN', exitCodes.config, `schedule: this version has no command \`heed ${name}\``, {
        next: `take \`${name}\` out of the schedule`,
      });
    }
    return [
      { name, yieldsTo: yieldsTo[name] ?? [], timetable: parseTimetable(name, text), args: argsOf(command, out, configFile) },
    ];
  });
}

/** Every job is asked in the same way, as far as its command knows the flag; with --json a report would be one on stdout, and no page. */
function argsOf(command: Command, out: string, configFile: string | undefined): readonly string[] {
  if (command.name() === 'report') return ['report', out];
  const knows = (flag: string): boolean => command.options.some(({ long }) => long === flag);
  return [
    command.name(),
    '--json',
    ...(configFile !== undefined && knows('--config') ? ['--config', configFile] : []),
    ...(knows('--progress-every') ? ['--progress-every', '2s'] : []),
    ...(knows('--out') ? ['--out', out] : [out]),
  ];
}
