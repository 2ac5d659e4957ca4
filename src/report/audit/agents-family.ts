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

/** Every agent of the list × named or effective × whole, partly, not, root. */
export function agentsFamily(agents: readonly Agent[]): Family {
  const definitions = new Map<string, Definition>();
  const keys = agents.map(({ token }) => {
    const own = ofAgent(token);
    for (const { key, definition, sql } of own) definitions.set(key, { key, definition, sql });
    return { token, keyOf: Object.fromEntries(own.map(({ value, key }) => [value, key])) as Readonly<Record<string, string>> };
  });
  return {
    id: 'agents',
    title: 'Agents',
    known: [...definitions.keys()],
    *of(record) {
      const star = starOf(record);
      const named = new Map(record.robots.named.map(entry => [entry.agent, entry]));
      for (const { token, keyOf } of keys) {
        const own = named.get(token);
        if (own) {
          yield keyOf.named!;
          yield keyOf[`named.${own.extent}`]!;
          if (own.root) yield keyOf['named.root']!;
        }
        const { extent, root } = own ?? star;
        yield keyOf[`effective.${extent}`]!;
        if (root) yield keyOf['effective.root']!;
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
  const own = (record: AuditRecord): AuditRecord['robots']['named'] =>
    record.robots.named.filter(({ agent }) => tokens.has(agent));
  const members = `[${[...tokens].map(text).join(', ')}]`;
  const count = (condition: string): string =>
    `len(list_filter(robots.named, lambda x: list_contains(${members}, x.agent) AND ${condition}))`;
  const unnamed = `(${size} - ${count('true')})`;
  const effective = (record: AuditRecord, counts: (bound: { extent: string; root: boolean }) => boolean): number => {
    const named = own(record);
    return named.filter(counts).length + (counts(starOf(record)) ? size - named.length : 0);
  };
  const rooted = `${count('x.root')} + CASE WHEN coalesce(robots.star.root, false) THEN ${unnamed} ELSE 0 END`;
  const key = `class.${name}`;
  return [
    {
      key: `${key}.named`,
      definition: `whose robots.txt names at least one of the ${words}`,
      sql: `${count('true')} > 0`,
      holds: record => own(record).length > 0,
    },
    {
      key: `${key}.named.any-restricted`,
      definition: `whose robots.txt closes something to at least one of the ${words}, by name`,
      sql: `${count("x.extent <> 'not'")} > 0`,
      holds: record => own(record).some(({ extent }) => extent !== 'not'),
    },
    {
      key: `${key}.named.any-root`,
      definition: `whose robots.txt closes \`/\` to at least one of the ${words}, by name`,
      sql: `${count('x.root')} > 0`,
      holds: record => own(record).some(({ root }) => root),
    },
    {
      key: `${key}.effective.any-root`,
      definition: `whose robots.txt closes \`/\` to at least one of the ${words}, by name or through \`*\``,
      sql: `${rooted} > 0`,
      holds: record => effective(record, ({ root }) => root) > 0,
    },
    {
      key: `${key}.effective.every-root`,
      definition: `whose robots.txt closes \`/\` to every one of the ${words} (${size} on the list), by name or through \`*\``,
      sql: `${rooted} = ${size}`,
      holds: record => effective(record, ({ root }) => root) === size,
    },
  ];
}
