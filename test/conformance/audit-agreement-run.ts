/**
 * Held against others: what an audit counts as named and as closed, beside the answers of Google's own parser for the same bodies, and beside the agents that
 * a published collection says a file mentions. The bodies go the way of `heed audit --robots`.
 */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { AuditRecord } from '../../src/assess/index.ts';
import { recordsFromRobots } from '../../src/audit/index.ts';
import { loadAgents, loadPolicy } from '../../src/settings/index.ts';
import type { Agent, AgentList } from '../../src/vocab/index.ts';

/** A body with Google's answers: agents its groups name, and agents for which `/` is disallowed. */
export interface AnsweredBody {
  readonly host: string;
  readonly date: string;
  readonly text: string;
  readonly named: readonly string[];
  readonly root_blocked: readonly string[];
}

/** Of a host in a month: agents that were looked for in its file, and those that it mentions anywhere. */
export interface Mentioned {
  readonly host: string;
  /** `2026-01` */
  readonly month: string;
  readonly asked: readonly string[];
  readonly mentioned: readonly string[];
}

/** A body on which our lenient reading closes `/` to more agents, on purpose. */
export interface Stricter {
  readonly host: string;
  /** `sha256:…` of the body. */
  readonly digest: string;
  readonly agents: readonly string[];
  readonly reason: string;
}

export interface Row {
  readonly what: string;
  readonly compared: number;
  readonly equal: number;
  /** We say yes where they say no. */
  readonly more: number;
  readonly less: number;
  /** Of those not equal. */
  readonly bodies: number;
}

export interface Agreement {
  readonly bodies: number;
  readonly agents: number;
  readonly rows: readonly Row[];
  /** Everything that must not be; empty where all is as it should be. */
  readonly failures: readonly string[];
}

export const readLines = <T>(file: string | URL): readonly T[] =>
  gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as T);

export const stricterBodies: readonly Stricter[] = JSON.parse(
  readFileSync(new URL('audit-stricter.json', import.meta.url), 'utf8'),
) as readonly Stricter[];

interface Difference {
  readonly more: readonly string[];
  readonly less: readonly string[];
}

class Tally {
  compared = 0;
  more = 0;
  less = 0;
  readonly differing = new Map<string, Difference>();

  add(name: string, ours: ReadonlySet<string>, theirs: ReadonlySet<string>, asked: readonly string[]): void {
    this.compared += asked.length;
    const more = asked.filter(agent => ours.has(agent) && !theirs.has(agent));
    const less = asked.filter(agent => !ours.has(agent) && theirs.has(agent));
    this.more += more.length;
    this.less += less.length;
    if (more.length + less.length > 0) this.differing.set(name, { more, less });
  }

  row(what: string): Row {
    const { compared, more, less, differing } = this;
    return { what, compared, equal: compared - more - less, more, less, bodies: differing.size };
  }
}

/** @param stricter the bodies among these on which our lenient reading is to close more; any other difference is a failure */
export async function agreementOf(
  bodies: readonly AnsweredBody[],
  months: readonly Mentioned[],
  stricter: readonly Stricter[],
): Promise<Agreement> {
  const lower = (list: readonly string[]): readonly string[] => list.map(agent => agent.toLowerCase());
  const answered = [...new Set(bodies.flatMap(({ named, root_blocked }) => lower([...named, ...root_blocked])))].sort();
  const agents = listWith([...answered, ...months.flatMap(({ asked }) => lower(asked))]);
  const mentions = new Map(months.map(month => [`${month.host} ${month.month}`, month]));
  const [named, root, lenient, mentioned] = [new Tally(), new Tally(), new Tally(), new Tally()];
  let position = 0;
  for await (const record of audited(bodies, agents)) {
    const body = bodies[position++] as AnsweredBody;
    const name = record.robots.digest ?? record.domain;
    const names = new Set(lower(record.robots.named.map(({ agent }) => agent)));
    named.add(name, names, new Set(lower(body.named)), answered);
    const closed = new Set(lower(body.root_blocked));
    root.add(name, new Set(answered.filter(agent => isClosed(record, agent))), closed, answered);
    lenient.add(name, new Set(answered.filter(agent => isClosedLeniently(record, agent))), closed, answered);
    const month = mentions.get(`${body.host} ${body.date.slice(0, 7)}`);
    if (month) mentioned.add(`${body.host} ${month.month}`, names, new Set(lower(month.mentioned)), lower(month.asked));
  }
  return {
    bodies: position,
    agents: answered.length,
    rows: [
      named.row('named'),
      root.row('`/` closed, plain reading'),
      lenient.row('`/` closed, lenient reading'),
      ...(months.length > 0 ? [mentioned.row('named, beside "mentions"')] : []),
    ],
    failures: [
      ...differences('named', named),
      ...differences('closed, plain reading', root),
      ...unexpected(lenient.differing, stricter),
      ...[...mentioned.differing].flatMap(([host, { more }]) =>
        more.map(agent => `named and not mentioned: ${agent} by ${host}`),
      ),
    ],
  };
}

const differences = (what: string, { differing }: Tally): readonly string[] =>
  [...differing].map(([name, { more, less }]) => `${what}: ${name}: more ${more.join(' ')}; less ${less.join(' ')}`);

function unexpected(differing: ReadonlyMap<string, Difference>, stricter: readonly Stricter[]): readonly string[] {
  const listed = new Map(stricter.map(body => [body.digest, body]));
  const found = [...differing].flatMap(([digest, { more, less }]): string[] => {
    const body = listed.get(digest);
    if (less.length > 0) return [`lenient reading: ${digest} opens ${less.join(' ')}, and may only close`];
    if (!body) return [`lenient reading: ${digest} closes ${more.join(' ')} and is not listed`];
    return more.join() === body.agents.join() ? [] : [`lenient reading: ${digest} closes ${more.join(' ')}, not what is listed`];
  });
  const gone = stricter.filter(({ digest }) => !differing.has(digest));
  return [...found, ...gone.map(({ digest, host }) => `lenient reading: ${digest} of ${host} is listed and closes no more`)];
}

/** Our own list, and the agents that others asked about. */
function listWith(tokens: readonly string[]): AgentList {
  const own = loadAgents();
  const known = new Set(own.agents.map(({ token }) => token.toLowerCase()));
  const added = [...new Set(tokens)].filter(token => !known.has(token));
  const agent = (token: string): Agent => ({ token, operator: '', class: 'undocumented', source: 'asked by others', since: '' });
  return { version: own.version, agents: [...own.agents, ...added.map(agent)] };
}

function audited(bodies: readonly AnsweredBody[], agents: AgentList): AsyncIterable<AuditRecord> {
  const lines = bodies.map(({ host, date, text }) => `${JSON.stringify({ host, date, text })}\n`);
  const yardstick = { productToken: 'heed', policies: [loadPolicy('standard')], facts: { agents } };
  return recordsFromRobots(Readable.from(lines.map(line => Buffer.from(line))), {
    yardstick,
    onBad: ({ line, message }) => {
      throw new Error(`body ${line}: ${message}`);
    },
  });
}

const isClosed = ({ robots: { named, star } }: AuditRecord, agent: string): boolean =>
  (named.find(one => one.agent.toLowerCase() === agent) ?? star)?.root ?? false;

/** As the crawler itself would act if it were that agent. */
function isClosedLeniently({ robots }: AuditRecord, agent: string): boolean {
  const own = robots.lenient?.named.find(one => one.agent.toLowerCase() === agent);
  const named = robots.named.find(one => one.agent.toLowerCase() === agent);
  return (own ?? named ?? robots.lenient?.star ?? robots.star)?.root ?? false;
}
