import picomatch from 'picomatch';
import { z } from 'zod';

/** Hours in which nothing is asked: by the clock on the wall of a time zone, every day. */
export interface QuietWindow {
  /** Glob on the host name; `*` for all. */
  readonly host: string;
  /** Minutes after midnight; `from` after `to` reaches over midnight. */
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly zone: string;
}

const dayMinutes = 24 * 60;
const pattern = /^(?:(\S+)\s+)?(\d\d):(\d\d)-(\d\d):(\d\d)\s+(\S+)$/;

/** `22:00-06:00 Europe/Zurich`, or for some hosts only: `*.example.org 22:00-06:00 Europe/Zurich`. */
export const quietWindow: z.ZodType<string> = z.string().superRefine((text, context) => {
  const problem = problemOf(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: `\`${text}\` ${problem}` });
});

function problemOf(text: string): string | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return 'is no quiet window; write 22:00-06:00 Europe/Zurich, or *.example.org 22:00-06:00 Europe/Zurich';
  const [, , fromHour, fromMinute, toHour, toMinute, zone = ''] = match;
  if ([fromHour, toHour].some(hour => Number(hour) > 24) || [fromMinute, toMinute].some(minute => Number(minute) > 59))
    return 'names no time of day; write 00:00 to 24:00';
  const [from, to] = [minutesOf(fromHour, fromMinute), minutesOf(toHour, toMinute)];
  if (from > dayMinutes || to > dayMinutes) return 'names no time of day; write 00:00 to 24:00';
  // Either never or always: in both cases not what a window is for, and nobody can tell which was meant.
  if (from % dayMinutes === to % dayMinutes) return 'begins when it ends; write two different times';
  return isZone(zone) ? undefined : `names no time zone: \`${zone}\`; write an IANA name such as Europe/Zurich or UTC`;
}

/** Two windows can be fine and leave no hour between them: such a crawl would wait for ever. Windows of the same hosts, and those of all, are added up. */
export function leavesSomeTime(texts: readonly string[], context: z.RefinementCtx): void {
  if (texts.some(text => problemOf(text) !== undefined)) return;
  const windows = texts.map(parseQuietWindow);
  for (const host of new Set(windows.map(window => window.host))) {
    const quiet = quietOf(
      windows.filter(window => window.host === host || window.host === '*').map(own => ({ ...own, host: '*' })),
    );
    const minutes = Array.from({ length: dayMinutes }, (_, minute) => minute * minuteMs);
    if (minutes.every(atMs => quiet(host, atMs) !== undefined))
      context.addIssue({ code: 'custom', message: `these windows together leave no minute of the day for \`${host}\`` });
  }
}

const minuteMs = 60_000;
const minutesOf = (hour: string | undefined, minute: string | undefined): number => Number(hour) * 60 + Number(minute);

function isZone(zone: string): boolean {
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}

const clockOf = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** @param text checked by the configuration */
export function parseQuietWindow(text: string): QuietWindow {
  const [, host = '*', fromHour, fromMinute, toHour, toMinute, zone = 'UTC'] = pattern.exec(text.trim()) ?? [];
  return {
    host,
    from: minutesOf(fromHour, fromMinute) % dayMinutes,
    to: minutesOf(toHour, toMinute) % dayMinutes,
    zone,
  };
}

/** Until when nothing is asked of a host, wall time in ms since epoch; undefined where it may be asked at that time. */
export type Quiet = (host: string, atMs: number) => number | undefined;

/**
 * What a clock shows in a zone is the platform's knowledge (Intl, the IANA database), summer time included: a window is quiet whenever that
 * clock shows a time within it. Its end is looked for on the same clock.
 */
export function quietOf(windows: readonly QuietWindow[]): Quiet {
  if (windows.length === 0) return () => undefined;
  const rules = windows.map(window => ({
    isHost: picomatch(window.host, { dot: true, nocase: true }),
    endOf: endFinder(window),
  }));
  return (host, atMs) => {
    const ends = rules.filter(({ isHost }) => isHost(host)).flatMap(({ endOf }) => endOf(atMs) ?? []);
    return ends.length === 0 ? undefined : Math.max(...ends);
  };
}

function endFinder({ from, to, zone }: QuietWindow): (atMs: number) => number | undefined {
  const clock = clockOf(zone);
  const shown = (atMs: number): number => {
    const parts = clock.formatToParts(atMs);
    const part = (type: 'hour' | 'minute'): number => Number(parts.find(found => found.type === type)?.value);
    return part('hour') * 60 + part('minute');
  };
  const isInside = (minutes: number): boolean => (from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to);
  const find = (atMs: number): number | undefined => {
    const minutes = shown(atMs);
    if (!isInside(minutes)) return undefined;
    const minuteStart = Math.floor(atMs / minuteMs) * minuteMs;
    const end = minuteStart + ((to - minutes + dayMinutes) % dayMinutes) * minuteMs;
    // Where the clock is put forward or back in between, it shows another time then: put right once, and never to an earlier quiet minute.
    const off = ((shown(end) - to + dayMinutes * 1.5) % dayMinutes) - dayMinutes / 2;
    const corrected = end - off * minuteMs;
    return isInside(shown(corrected)) || corrected <= atMs ? end : corrected;
  };
  let known: { readonly minute: number; readonly end: number | undefined } | undefined;
  return atMs => {
    const minute = Math.floor(atMs / minuteMs);
    if (known?.minute !== minute) known = { minute, end: find(atMs) };
    return known.end;
  };
}
