/**
 * A web of synthetic domains whose truth is known: what each answers, and what an audit must say of it. A domain is a pure function of its number.
 * Kinds repeat, so that a web of any size has all of them.
 */
export interface Said {
  readonly status: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** ms before the answer. */
  readonly after?: number;
}

/** Bytes in the place of HTTP, or none. */
export type Behaviour = Said | 'hang up' | 'garbage' | 'drip' | 'silence';

/** What an audit must say of a domain, as far as it is told here. */
export interface Truth {
  readonly reach: 'reachable' | 'unreachable' | 'not-checked';
  readonly robots: string;
  /** Agents of the list that robots.txt names, with their extent. */
  readonly named: readonly string[];
  readonly starRoot: boolean;
  /** `200`, `404`, `timeout`, …; `-` where the page was not asked. */
  readonly page: string;
  /** Host whose declarations are reported; absent where none answered. */
  readonly host?: string;
  readonly movedTo?: string;
  readonly barriers: readonly string[];
  readonly optsOut: boolean;
  /** Of the question of training, under `standard`; `-` where nothing was judged. */
  readonly standard: 'keep' | 'withhold' | 'defer' | '-';
  readonly language?: string;
}

export interface Site {
  /** As the list has it. */
  readonly entry: string;
  readonly domain: string;
  readonly kind: string;
  readonly answer: (path: string, host: string) => Behaviour;
  readonly truth: Truth;
}

const html = (inside = '', attributes = ' lang="en"'): string =>
  `<!doctype html><html${attributes}><head><meta charset="utf-8"><title>A page</title>${inside}</head><body><p>Some words of a front page.</p></body></html>`;
const page = (fields: Readonly<Record<string, string>> = {}, body = html()): Said => ({
  status: 200,
  fields: { 'content-type': 'text/html; charset=utf-8', ...fields },
  body,
});
const text = (body: string | Buffer): Said => ({ status: 200, fields: { 'content-type': 'text/plain' }, body });
const json = (body: string): Said => ({ status: 200, fields: { 'content-type': 'application/json' }, body });
const status = (code: number, fields: Readonly<Record<string, string>> = {}): Said => ({ status: code, fields });
const to = (location: string): Said => ({ status: 301, fields: { location } });

type Paths = Readonly<Record<string, Behaviour>>;
/** Answers 404 to whatever is not named, and an ordinary page at `/`. */
const serves =
  (paths: Paths) =>
  (path: string): Behaviour =>
    paths[path] ?? (path === '/' ? page() : status(404));

type Kind = (
  domain: string,
  n: number,
) => Omit<Site, 'entry' | 'domain' | 'kind' | 'truth'> & { readonly truth?: Partial<Truth> };

const robots = (body: string | Buffer, more: Paths = {}): Pick<Site, 'answer'> => ({
  answer: serves({ '/robots.txt': text(body), ...more }),
});

const kinds: Readonly<Record<string, Kind>> = {
  plain: () => ({ answer: serves({}) }),
  'open robots.txt': () => ({ ...robots('User-agent: *\nAllow: /\n'), truth: { robots: 'rules' } }),
  // An empty pattern matches nothing (RFC 9309 §2.2.2): no rule.
  'nothing disallowed': () => ({ ...robots('User-agent: *\nDisallow:\n'), truth: { robots: 'no-rules' } }),
  'no rules': () => ({ ...robots('# nothing\nSitemap: https://example.org/s.xml\n'), truth: { robots: 'no-rules' } }),
  GPTBot: () => ({
    ...robots('User-agent: GPTBot\nDisallow: /\n'),
    truth: { robots: 'rules', named: ['GPTBot whole'], optsOut: true, standard: 'withhold' },
  }),
  'three agents': () => ({
    ...robots('User-agent: CCBot\nUser-agent: ClaudeBot\nDisallow: /\n\nUser-agent: Google-Extended\nDisallow: /news/\n'),
    truth: {
      ...{ robots: 'rules', named: ['CCBot whole', 'ClaudeBot whole', 'Google-Extended partly'], optsOut: true },
      standard: 'withhold',
    },
  }),
  'closed to everybody': () => ({
    ...robots('User-agent: *\nDisallow: /\n'),
    truth: { robots: 'rules', starRoot: true, page: '-', optsOut: true, standard: 'withhold' },
  }),
  'closed but for us': () => ({
    ...robots('User-agent: *\nDisallow: /\n\nUser-agent: heed\nDisallow:\n'),
    truth: { robots: 'rules', starRoot: true, optsOut: true },
  }),
  'partly closed': () => ({ ...robots('User-agent: *\nDisallow: /private/\n'), truth: { robots: 'rules' } }),
  'a page for everything': () => ({ answer: () => page(), truth: { robots: 'html' } }),
  'refused robots.txt': () => ({
    answer: serves({ '/robots.txt': status(403) }),
    truth: { robots: 'refused', page: '-', barriers: ['403'], standard: 'withhold' },
  }),
  'broken robots.txt': () => ({
    answer: serves({ '/robots.txt': status(500) }),
    truth: { robots: 'server-error', page: '-', standard: 'defer' },
  }),
  'rate limited': () => ({
    answer: serves({ '/robots.txt': status(429) }),
    truth: { robots: 'rate-limited', page: '-', barriers: ['429'], standard: 'defer' },
  }),
  'a robots.txt that moved': domain => ({
    answer: (path, host) =>
      path === '/robots.txt'
        ? host.startsWith('files.')
          ? text('User-agent: GPTBot\nDisallow: /\n')
          : to(`http://files.${domain}/robots.txt`)
        : serves({})(path),
    truth: { robots: 'rules', named: ['GPTBot whole'], optsOut: true, standard: 'withhold' },
  }),
  noai: () => ({
    answer: serves({ '/': page({}, html('<meta name="robots" content="noai, noimageai">')) }),
    truth: { optsOut: true, standard: 'withhold' },
  }),
  'X-Robots-Tag': () => ({
    answer: serves({ '/': page({ 'x-robots-tag': 'noai' }) }),
    truth: { optsOut: true, standard: 'withhold' },
  }),
  'tdm-reservation': () => ({
    answer: serves({ '/': page({ 'tdm-reservation': '1' }) }),
    truth: { optsOut: true, standard: 'withhold' },
  }),
  'tdmrep.json': () => ({
    answer: serves({ '/.well-known/tdmrep.json': json('[{"location":"/","tdm-reservation":1}]') }),
    truth: { optsOut: true, standard: 'withhold' },
  }),
  'broken tdmrep.json': () => ({
    answer: serves({ '/.well-known/tdmrep.json': json('[{"location":') }),
    truth: { standard: 'withhold' },
  }),
  'ai.txt': () => ({
    answer: serves({ '/ai.txt': text('User-Agent: *\nDisallow: /\n') }),
    truth: { optsOut: true, standard: 'withhold' },
  }),
  'trust.txt': () => ({
    answer: serves({ '/trust.txt': text('datatrainingallowed=no\n') }),
    truth: { optsOut: true, standard: 'withhold' },
  }),
  'Content-Usage': () => ({
    ...robots('User-agent: *\nContent-Usage: train-ai=n\nAllow: /\n'),
    truth: { robots: 'rules', optsOut: true, standard: 'withhold' },
  }),
  'Content-Signal': () => ({
    ...robots('User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n'),
    truth: { robots: 'rules', optsOut: true, standard: 'withhold' },
  }),
  'a busy ai.txt': () => ({ answer: serves({ '/ai.txt': status(503) }), truth: { standard: 'defer' } }),
  'www.': domain => ({
    answer: (path, host) =>
      host.startsWith('www.') ? serves({})(path) : path === '/' ? to(`http://www.${domain}/`) : status(404),
    truth: { host: `www.${domain}` },
  }),
  'only www.': domain => ({
    answer: (path, host) => (host.startsWith('www.') ? serves({})(path) : 'hang up'),
    truth: { host: `www.${domain}` },
  }),
  moved: (_domain, n) => ({
    answer: path => (path === '/' ? to(`http://target${n % 7}.example.test/home`) : status(404)),
    truth: { host: `target${n % 7}.example.test`, movedTo: 'example.test' },
  }),
  'a redirect in a circle': () => ({
    answer: path => (path === '/' ? to('/a') : path === '/a' ? to('/b') : path === '/b' ? to('/') : status(404)),
    truth: { page: '301', standard: 'defer' },
  }),
  'a redirect without end': () => ({
    answer: path => {
      const at = /^\/(\d*)$/.exec(path);
      return at ? to(`/${Number(at[1] || 0) + 1}`) : status(404);
    },
    truth: { page: '301', standard: 'defer' },
  }),
  dead: () => ({ answer: () => 'hang up', truth: { reach: 'unreachable', robots: 'network', page: '-', standard: 'defer' } }),
  garbage: () => ({ answer: () => 'garbage', truth: { reach: 'unreachable', robots: 'network', page: '-', standard: 'defer' } }),
  slow: () => ({ answer: path => ({ ...(serves({})(path) as Said), after: 120 }) }),
  'a drip': () => ({ answer: path => (path === '/' ? 'drip' : status(404)), truth: { page: 'timeout', standard: 'defer' } }),
  silence: () => ({ answer: () => 'silence', truth: { reach: 'unreachable', robots: 'network', page: '-', standard: 'defer' } }),
  'a barrier': (_domain, n) => {
    const code = [401, 402, 403, 451][n % 4] ?? 401;
    return {
      answer: serves({ '/': status(code) }),
      truth: { page: String(code), barriers: [String(code)], standard: 'withhold' },
    };
  },
  'no front page': () => ({ answer: serves({ '/': status(404) }), truth: { page: '404', standard: 'withhold' } }),
  'a broken front page': () => ({ answer: serves({ '/': status(502) }), truth: { page: '502', standard: 'defer' } }),
  'a challenge': () => ({
    answer: serves({ '/': { ...status(403, { 'cf-mitigated': 'challenge', 'content-type': 'text/html' }), body: html() } }),
    truth: { page: '403', barriers: ['403', 'challenge'], standard: 'withhold' },
  }),
  'no text': () => ({
    answer: serves({ '/': { status: 200, fields: { 'content-type': 'application/pdf' }, body: Buffer.alloc(9_000, 37) } }),
    // What is in it was not read.
    truth: { standard: 'defer' },
  }),
  'a large robots.txt': () => ({
    ...robots(`User-agent: *\nDisallow: /x\n${'# filler\n'.repeat(60_000)}`),
    truth: { robots: 'rules' },
  }),
  languages: (_domain, n) => {
    const [lang = 'de', code = 'deu'] =
      [
        ['de-CH', 'deu'],
        ['fr', 'fra'],
        ['pt-BR', 'por'],
        ['ja', 'jpn'],
      ][n % 4] ?? [];
    return { answer: serves({ '/': page({}, html('', ` lang="${lang}"`)) }), truth: { language: code } };
  },
};

const kindNames = Object.keys(kinds);
/** Most of a list are ordinary; of a thousand domains few are hostile. */
const ordinary = [
  'plain',
  'open robots.txt',
  'partly closed',
  'www.',
  'GPTBot',
  'three agents',
  'languages',
  'a page for everything',
];

const quiet: Truth = {
  ...{ reach: 'reachable', robots: 'absent', named: [], starRoot: false, page: '200', barriers: [], optsOut: false },
  standard: 'keep',
};

const whatIsNoHost = ['not a host', 'me@site.example', 'ftp://files.example/', '*.wild.example'];

/** @param n from 0 */
export function siteOf(n: number): Site {
  const name =
    n % 2 === 0 ? (ordinary[(n / 2) % ordinary.length] ?? 'plain') : (kindNames[((n - 1) / 2) % kindNames.length] ?? 'plain');
  const domain = `d${n}-site.test`;
  if (n % 97 === 96) {
    const entry = `${whatIsNoHost[n % 4] ?? ''}${n}`.replace(/example\d+/, `example ${n}`);
    const truth: Truth = { ...quiet, reach: 'not-checked', robots: 'not-asked', page: '-', standard: '-' };
    return { entry, domain: entry, kind: 'no host', answer: () => status(404), truth };
  }
  const made = (kinds[name] ?? kinds.plain)?.(domain, n);
  if (!made) throw new Error(`no kind ${name}`);
  const known: Truth = { ...quiet, host: domain, ...made.truth };
  const { host, ...rest } = known;
  const isRead = known.page === '200' && name !== 'no text';
  const truth: Truth = {
    ...rest,
    ...(known.reach === 'reachable' && host !== undefined ? { host } : {}),
    ...(isRead && known.language === undefined && name !== 'moved' ? { language: 'eng' } : {}),
    ...(name === 'moved' ? { language: 'eng' } : {}),
  };
  return { entry: domain, domain, kind: name, answer: made.answer, truth };
}

/** Where `moved` leads. */
export const targetOf = (path: string): Behaviour => (path === '/home' ? page() : status(404));

export const sitesOf = (count: number): readonly Site[] => Array.from({ length: count }, (_, n) => siteOf(n));
