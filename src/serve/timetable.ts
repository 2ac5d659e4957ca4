/**
 * When a job is due: five cron fields (or `@daily` and its like) on the clock of a time zone. croner reads them, as Vixie cron does where summer
 * time begins or ends: a time that names its hour and minute and falls into the gap is due at the first minute after it, and one that comes twice
 * is due the first time only; what is due by a step or a wildcard (every 20 minutes) follows the clock, so it leaves out the gap and comes in both
 * of the doubled hours.
 */
import { Cron } from 'croner';
import { CodedError, exitCodes } from '../vocab/index.ts';

export interface Timetable {
  /** As written, spaces made one. */
  readonly text: string;
  readonly expression: string;
  /** IANA name. */
  readonly zone: string;
  /** The first time after this one; both wall time, ms since epoch. */
  nextAfter(atMs: number): number;
}

const minuteMs = 60_000;

/**
 * @param text `0 3 * * *`, `@daily`, or either with a time zone behind it: `0 3 * * * Europe/Zurich`; UTC without one
 * @throws CodedError ERR_SCHEDULE (exit 3): it cannot be read, or never comes
 */
export function parseTimetable(job: string, text: string): Timetable {
  const words = text.trim().split(/\s+/);
  const fields = words[0]?.startsWith('@') ? 1 : 5;
  const expression = words.slice(0, fields).join(' ');
  const zone = words[fields] ?? 'UTC';
  const refuse = (problem: string, cause?: unknown): CodedError =>
    new CodedError('ERR_SCHEDULE', exitCodes.config, `schedule of ${job}: \`${text.slice(0, 200)}\` ${problem}`, {
      next: 'write minute, hour, day, month, weekday and a time zone, e.g. `30 3 * * * Europe/Zurich`, or `@daily`',
      cause,
    });
  if (words.length < fields || words.length > fields + 1)
    throw refuse(`has ${words.length} parts where ${fields} and a time zone belong`);
  if (expression.includes('?')) throw refuse('depends by its `?` on when it is read');
  if (!isZone(zone)) throw refuse(`names no time zone: \`${zone.slice(0, 60)}\``);
  const cron = cronOf(expression, zone, refuse);
  const nextAfter = (atMs: number): number | undefined => {
    const next = cron.nextRun(new Date(atMs))?.getTime();
    // Once a minute is the most that five fields can say; a time that is not later would make a job run without end.
    return next === undefined || next > atMs ? next : cron.nextRun(new Date(atMs + minuteMs))?.getTime();
  };
  if (nextAfter(aLeapDay) === undefined) throw refuse('never comes');
  // What comes at all comes again: the calendar repeats itself.
  return { text: words.join(' '), expression, zone, nextAfter: atMs => nextAfter(atMs) ?? atMs + 366 * 24 * 60 * minuteMs };
}

/** Any time will do to see whether an expression comes at all; four years hold every date. */
const aLeapDay = Date.UTC(2024, 1, 29);

function cronOf(expression: string, zone: string, refuse: (problem: string, cause?: unknown) => CodedError): Cron {
  try {
    return new Cron(expression, { timezone: zone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true });
  } catch (cause) {
    throw refuse(`cannot be read: ${(cause as Error).message.replace(/^CronPattern: /, '')}`, cause);
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}
