/**
 * The lines of an audit from bodies of robots.txt that somebody else collected: no network, one input line at a time. What else a site may say is not known,
 * and the records say so: their verdicts are incomplete.
 */
import type { Readable } from 'node:stream';
import { type AuditRecord, robotsMeasurer, type Yardstick } from '../assess/index.ts';
import { digestOf } from '../settings/index.ts';
import { CodedError, type Exchange, exitCodes, type Instant, retrievalOf } from '../vocab/index.ts';
import { entryOf } from './list/entry.ts';
import { measuredOr, type OnFault } from './measured.ts';
import { NameMarks } from './name-marks.ts';
import { linesOfFile, linesOfStream, type TextLine } from './text-lines.ts';

/** A line that no record could be made of. The others are. */
export interface BadLine {
  /** Counts from 1. */
  readonly line: number;
  readonly code: `ERR_ROBOTS_${'LONG' | 'JSON' | 'HOST' | 'BODY' | 'STATUS' | 'DATE'}`;
  readonly message: string;
}

export interface RobotsPass {
  readonly yardstick: Yardstick;
  readonly onBad: (bad: BadLine) => void;
  /** A line names a domain again; it has a record of its own all the same. */
  readonly onRepeated?: (domain: string) => void;
  readonly onFault?: OnFault;
}

/**
 * A line is an object: `host` or `domain`; `text`, `body` or `bodyBase64`; and where known `status` (200 where it is not given) and `date`, a day or an
 * instant in UTC. The record's position is the number of its line.
 * @param source a file, plain or gzip, or a stream
 * @throws CodedError ERR_ROBOTS_FILE (exit 2) where it cannot be read to its end
 */
export async function* recordsFromRobots(
  source: string | Readable,
  pass: RobotsPass,
): AsyncGenerator<AuditRecord, void, undefined> {
  const measure = robotsMeasurer(pass.yardstick);
  const { onFault = () => {} } = pass;
  const marks = new NameMarks();
  for await (const lines of readable(source)) {
    for (const line of lines) {
      if (line.text?.trim() === '') continue;
      const given = bodyOf(line);
      if ('code' in given) {
        pass.onBad(given);
        continue;
      }
      const { domain, asked, robots, base } = given;
      if (marks.meet(domain)) pass.onRepeated?.(domain);
      const entry = { domain, asked, position: line.number };
      yield measuredOr(() => measure(entry, base, robots), { entry, attempts: [] }, pass.yardstick, onFault);
    }
  }
}

async function* readable(source: string | Readable): AsyncGenerator<readonly TextLine[], void, undefined> {
  try {
    yield* typeof source === 'string' ? linesOfFile(source) : linesOfStream(source);
  } catch (cause) {
    const name = typeof source === 'string' ? `\`${source}\`` : 'standard input';
    throw new CodedError('ERR_ROBOTS_FILE', exitCodes.usage, `cannot read ${name}: ${(cause as Error).message}`, {
      next: 'give a file of JSON lines, plain or gzip',
      cause,
    });
  }
}

interface GivenBody {
  readonly domain: string;
  readonly asked: string;
  readonly base: string;
  readonly robots: Exchange;
}

function bodyOf({ text, number: line }: TextLine): GivenBody | BadLine {
  const bad = (code: BadLine['code'], message: string): BadLine => ({ line, code, message });
  if (text === null) return bad('ERR_ROBOTS_LONG', 'the line is too long');
  const given = objectOf(text);
  if (given === null) return bad('ERR_ROBOTS_JSON', 'the line is no JSON object');
  const host = given.host ?? given.domain;
  const entry = typeof host === 'string' ? entryOf(host) : undefined;
  if (entry?.domain === undefined) return bad('ERR_ROBOTS_HOST', '`host` or `domain` is not the name of a host');
  const status = given.status ?? 200;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599)
    return bad('ERR_ROBOTS_STATUS', '`status` is not an HTTP status');
  const body = octetsOf(given);
  if (body === null || (body === undefined && status >= 200 && status < 300))
    return bad('ERR_ROBOTS_BODY', 'one of `text`, `body` and `bodyBase64` is wanted, as a string');
  const retrievedAt = instantOf(given.date);
  if (retrievedAt === undefined) return bad('ERR_ROBOTS_DATE', '`date` is neither a day nor an instant in UTC');
  const base = `https://${entry.domain}`;
  const octets = body ?? new Uint8Array();
  const retrieval = retrievalOf(status, [], octets, false);
  const robots: Exchange = { url: `${base}/robots.txt`, retrievedAt, digest: digestOf(octets), retrieval };
  return { domain: entry.domain, asked: entry.asked, base, robots };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Undefined where no body is given, null where what is given is none. */
function octetsOf({ text, body, bodyBase64 }: Readonly<Record<string, unknown>>): Uint8Array | null | undefined {
  const given = [text, body, bodyBase64].filter(one => one !== undefined && one !== null);
  if (given.length === 0) return undefined;
  if (given.length > 1 || typeof given[0] !== 'string') return null;
  // Small texts share one allocation: a buffer each costs more to make and to collect than to fill.
  if (given[0] !== bodyBase64) return Buffer.from(given[0]);
  return /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(given[0]) ? Buffer.from(given[0], 'base64') : null;
}

/** Null where none is given, undefined where it is none. */
function instantOf(date: unknown): Instant | null | undefined {
  if (date === undefined || date === null) return null;
  if (typeof date !== 'string' || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?Z)?$/.test(date)) return undefined;
  const instant = date.length === 10 ? `${date}T00:00:00Z` : date;
  return Number.isNaN(Date.parse(instant)) ? undefined : (instant as Instant);
}
