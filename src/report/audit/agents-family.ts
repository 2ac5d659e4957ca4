import type { AuditRecord, Extent } from '../../assess/index.ts';
import type { Agent, AgentClass } from '../../vocab/index.ts';
import { conditions, type Definition, type Family } from './family.ts';
import { some, text } from './sql.ts';

/** How robots.txt binds an agent that it does not name. `unknown` where it could not be read, or not to its end: that is never `not`. */
export function starOf({ robots }: AuditRecord): { readonly extent: Extent | 'unknown'; readonly root: boolean } {
  if (robots.star) return robots.star;
  return { extent: robots.class === 'absent' ? 'not' : 'unknown', root: false };
}

const extentWords: Readonly<Record<Extent | 'unknown' | 'root', string>> = {
  whole: 'closes the whole site to',
  partly: 'closes a part of the site to',
  not: 'closes nothing to',
  root: 'closes `/` to',
  unknown: 'could not be read, so that it is not known what it closes to',
};

const namedStates = ['whole', 'partly', 'not', 'root'] as const;
const effectiveStates = ['whole', 'partly', 'not', 'unknown', 'root'] as const;

function ofAgent(agent: string): readonly (Definition & { readonly value: string })[] {
  const own = (condition: string): string => some('robots.named', 'x', `x.agent = ${text(agent)} AND ${condition}`);
  const key = `agent.${agent}`;
  return [
    { value: 'named', key: `${key}.named`, definition: `whose robots.txt names ${agent}`, sql: own('true') },
    ...namedStates.map(state => ({
      value: `named.${state}`,
      key: `${key}.named.${state}`,
      definition: `whose robots.txt ${extentWords[state]} ${agent}, by name`,
      sql: own(state === 'root' ? 'x.root' : `x.extent = ${text(state)}`),
    })),
    ...effectiveStates.map(state => ({
      value: `effective.${state}`,
      key: `${key}.effective.${state}`,
      definition: `whose robots.txt ${extentWords[state]} ${agent}, by name or, where it is not named, through \`*\``,
      sql: state === 'root' ? `root_closed(robots, ${text(agent)})` : `extent_for(robots, ${text(agent)}) = ${text(state)}`,
    })),
  ];
}

type Bound = ReturnType<typeof starOf>;
type Keys = Readonly<Record<string, string>>;

const bundleOf = ({ extent, root }: Bound): string => `*.${extent}${root ? '.root' : ''}`;
const effectiveKeys = (own: Keys, { extent, root }: Bound): readonly string[] =>
  root ? [own[`effective.${extent}`]!, own['effective.root']!] : [own[`effective.${extent}`]!];

/** Every agent of the list × named or effective × whole, partly, not, root. */
export function agentsFamily(agents: readonly Agent[]): Family {
  const definitions = new Map<string, Definition>();
  const keys = new Map<string, Keys>();
  for (const { token } of agents) {
    const own = ofAgent(token);
    for (const { key, definition, sql } of own) definitions.set(key, { key, definition, sql });
    keys.set(token, Object.fromEntries(own.map(({ value, key }) => [value, key])));
  }
  const bundles = new Map<string, readonly string[]>();
  for (const extent of ['whole', 'partly', 'not', 'unknown'] as const) {
    for (const root of [true, false])
      bundles.set(
        bundleOf({ extent, root }),
        [...keys.values()].flatMap(own => effectiveKeys(own, { extent, root })),
      );
  }
  return {
    id: 'agents',
    title: 'Agents',
    known: [...definitions.keys()],
    bundles,
    each(record, see) {
      const star = starOf(record);
      // Whom robots.txt does not name it binds by `*`: all agents at once, but for those it names.
      see(bundleOf(star));
      for (const { agent, extent, root } of record.robots.named) {
        const own = keys.get(agent);
        if (!own) continue;
        for (const key of effectiveKeys(own, star)) see(key, -1);
        for (const key of effectiveKeys(own, { extent, root })) see(key);
        see(own.named!);
        see(own[`named.${extent}`]!);
        if (root) see(own['named.root']!);
      }
    },
    define: key => definitions.get(key)!,
  };
}

const classWords: Readonly<Partial<Record<AgentClass, string>>> = {
  train: 'crawlers that collect training data',
  'control-only': 'tokens that only control a use (Google-Extended)',
  search: 'crawlers of AI search',
  'user-fetch': 'fetchers that act for a user',
  'data-provider': 'data providers',
  'coding-agent': 'coding agents',
  undocumented: 'undocumented crawlers',
};
export const agentClassWords = (name: AgentClass): string => classWords[name] ?? name;

/** By class: at least one agent, or every agent of it. */
export function classesFamily(agents: readonly Agent[]): Family {
  const classes = [...new Set(agents.map(agent => agent.class))];
  return conditions(
    'classes',
    'Classes of agents',
    classes.flatMap(name => ofClass(name, new Set(agents.filter(agent => agent.class === name).map(({ token }) => token)))),
  );
}

function ofClass(
  name: AgentClass,
  tokens: ReadonlySet<string>,
): readonly (Definition & { readonly holds: (record: AuditRecord) => boolean })[] {
  const size = tokens.size;
  const words = agentClassWords(name);
  type Named = AuditRecord['robots']['named'][number];
  const some = ({ robots }: AuditRecord, isIt: (entry: Named) => boolean): boolean =>
    robots.named.some(entry => tokens.has(entry.agent) && isIt(entry));
  const members = `[${[...tokens].map(text).join(', ')}]`;
  const count = (condition: string): string =>
    `len(list_filter(robots.named, lambda x: list_contains(${members}, x.agent) AND ${condition}))`;
  const unnamed = `(${size} - ${count('true')})`;
  /** Agents of the class to which `/` is closed. */
  const rootedIn = (record: AuditRecord): number => {
    let named = 0;
    let rooted = 0;
    for (const entry of record.robots.named) {
      if (!tokens.has(entry.agent)) continue;
      named++;
      if (entry.root) rooted++;
    }
    return rooted + (starOf(record).root ? size - named : 0);
  };
  const rooted = `${count('x.root')} + CASE WHEN coalesce(robots.star.root, false) THEN ${unnamed} ELSE 0 END`;
  const key = `class.${name}`;
  return [
    {
      key: `${key}.named`,
      definition: `whose robots.txt names at least one of the ${words}`,
      sql: `${count('true')} > 0`,
      holds: record => some(record, () => true),
    },
    {
      key: `${key}.named.any-restricted`,
      definition: `whose robots.txt closes something to at least one of the ${words}, by name`,
      sql: `${count("x.extent <> 'not'")} > 0`,
      holds: record => some(record, ({ extent }) => extent !== 'not'),
    },
    {
      key: `${key}.named.any-root`,
      definition: `whose robots.txt closes \`/\` to at least one of the ${words}, by name`,
      sql: `${count('x.root')} > 0`,
      holds: record => some(record, ({ root }) => root),
    },
    {
      key: `${key}.effective.any-root`,
      definition: `whose robots.txt closes \`/\` to at least one of the ${words}, by name or through \`*\``,
      sql: `${rooted} > 0`,
      holds: record => rootedIn(record) > 0,
    },
    {
      key: `${key}.effective.every-root`,
      definition: `whose robots.txt closes \`/\` to every one of the ${words} (${size} on the list), by name or through \`*\``,
      sql: `${rooted} = ${size}`,
      holds: record => rootedIn(record) === size,
    },
  ];
}
