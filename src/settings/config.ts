import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { type Category, categories } from '../vocab/index.ts';
import { byteCount, durationMs, factor, flag, listOf, periodMs, portNumber, positive, wholeNumber } from './quantities.ts';
import { leavesSomeTime, quietWindow } from './quiet.ts';
import { isListenAddress, type ServeConfig, serveShape } from './serve-config.ts';

const contact = z
  .string()
  .refine(isContact, { error: 'must be an https URL or an e-mail address under which site owners reach you' });

function isContact(text: string): boolean {
  // Nothing that a User-Agent comment cannot carry (RFC 9110 §5.6.5): the run would begin and no request could be made.
  if (!/^[\x21-\x7e]+$/.test(text) || /[()<>"\\]/.test(text)) return false;
  return /^https:\/\/[^.]+\../.test(text)
    ? URL.canParse(text)
    : /^[^@:/?#[\],;]+@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z0-9-]*[A-Za-z0-9]$/.test(text);
}

/** The first address of a block and its length. */
const isPrefix = (text: string): boolean =>
  ipaddr.isValidCIDR(text) && /^[0-9a-f:.]+\/\d+$/i.test(text) && networkOf(text) === ipaddr.parseCIDR(text)[0].toString();

const networkOf = (text: string): string =>
  (text.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4).networkAddressFromCIDR(text).toString();

const isHttpsOrigin = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' && url.href === `${url.origin}/` && /^[\x21-\x7e]+$/.test(text);
};

/**
 * Every key of `heed.yaml`; each is also a flag (`--max-pages`) and an environment variable (`HEED_MAX_PAGES`).
 * Flags win over the environment, the environment over the file, the file over the defaults.
 */
const schema = z.strictObject({
  $schema: z.string().optional(),
  out: z.string().min(1).optional().describe('dataset folder'),
  seeds: z.string().optional().describe('file of seed URLs, one a line; - for standard input'),
  operator: z.string().min(1).optional().describe('who runs this crawl: a person or organisation'),
  contact: contact
    .optional()
    .describe('https URL or e-mail address under which site owners reach the operator; part of our User-Agent'),
  from: z.email().optional().describe('e-mail address for the From field (RFC 9110 §10.1.2); not sent unless given'),
  'signing-key': z
    .string()
    .min(1)
    .optional()
    .describe(
      'Ed25519 private key (PEM or JWK file) that the manifest of every run is signed with and, where signature-agent is given, every request too (Web Bot Auth, RFC 9421)',
    ),
  'signature-agent': z
    .string()
    .refine(isHttpsOrigin, { error: 'must be an https origin such as https://example.org, without a path' })
    .optional()
    .describe('https origin that serves the public key; `heed bot-page` writes the file for it'),
  'signature-agent-form': z
    .enum(['dictionary', 'string'])
    .default('dictionary')
    .describe('how Signature-Agent is written: as the current drafts have it, or the bare string of the older ones'),
  addresses: listOf(z.string().refine(isPrefix, { error: 'must be an address block such as 192.0.2.0/28 or 2001:db8:1::/48' }))
    .default([])
    .describe('address blocks that requests come from, as CIDR; published by `heed bot-page`'),
  policy: z.string().default('standard').describe('preset name or path of a policy file'),
  category: listOf(z.enum(categories)).default(['train-ai']).describe('categories of use that every page is judged for'),
  source: z.string().min(1).default('heed').describe('corpus name written into each document row'),
  'operator-records': z
    .string()
    .min(1)
    .optional()
    .describe("JSON Lines of the operator's own grants and denials; the denials are applied before DNS"),
  'operator-key': z
    .string()
    .min(1)
    .optional()
    .describe('PEM of the Ed25519 public key that the operator records are signed with'),
  scope: z
    .enum(['host', 'domain', 'prefix', 'any'])
    .default('host')
    .describe('which links are followed, measured from the seeds'),
  'max-pages': wholeNumber(1).optional().describe('pages fetched in the run, all origins together'),
  'max-pages-per-origin': wholeNumber(1)
    .optional()
    .describe(
      'pages fetched in the run from one origin, failed tries included; at least 1, no limit by default; the rest ends as refused.budget',
    ),
  'max-pages-per-domain': wholeNumber(1)
    .optional()
    .describe(
      'pages fetched in the run from one registrable domain, all its subdomains together, failed tries included; at least 1, no limit by default',
    ),
  'max-depth': wholeNumber(0).optional().describe('links followed from a seed; 0 fetches the seeds only'),
  'max-links': wholeNumber(0)
    .default(10_000)
    .describe('links taken from one page, in document order, at most 10 000; how many are beyond is in its row'),
  include: listOf(z.string())
    .default([])
    .describe('globs on the URL; when given, a URL that was found must match one (seeds and sitemaps are asked in any case)'),
  exclude: listOf(z.string()).default([]).describe('globs on the URL that is left out, seeds and sitemaps included'),
  'drop-parameters': listOf(
    z.string().regex(/^(list:tracking|(?!list:)[^\s&=#?*]+\*?)$/, {
      error: 'must be the name of a query parameter, the beginning of names followed by `*`, or `list:tracking`',
    }),
  )
    .default([])
    .describe('query parameters taken out of every URL: a name, `utm_*`, or list:tracking for the ready list; none by default'),
  nofollow: flag
    .default(true)
    .describe(
      'do not follow links marked rel=nofollow, nor any of a page whose robots meta or X-Robots-Tag says nofollow or none',
    ),
  'follow-refresh': flag
    .default(false)
    .describe('follow meta refresh and Refresh fields as links; they are recorded in any case'),
  traps: flag
    .default(true)
    .describe(
      'leave out URL spaces without an end (`trap.*`): endless paths, calendars, session ids, mazes; no trap.* rows when off',
    ),
  'max-path-segments': wholeNumber(1).default(20).describe('segments of a path; a deeper one ends as trap.segments'),
  'max-siblings': wholeNumber(1)
    .default(100_000)
    .describe('URLs of one shape (numbers, hexadecimal ids) in one place of an origin; what is beyond ends as trap.siblings'),
  concurrency: wholeNumber(1).default(64).describe('requests in flight over all origins; never more than one per origin'),
  'content-threads': wholeNumber(0)
    .optional()
    .describe(
      'threads that read pages (links, text, language, masking); default: one less than there are cores, at least 1; 0: none',
    ),
  'content-memory': byteCount
    .refine(bytes => bytes >= 64 * 2 ** 20, { error: 'must be at least 64MiB' })
    .default(512 * 2 ** 20)
    .describe('heap of one such thread; a page that needs more ends as failed.parse. Minimum 64MiB'),
  'domain-concurrency': wholeNumber(1)
    .default(4)
    .describe('requests in flight to one registrable domain, all its subdomains together; at least 1'),
  'address-concurrency': wholeNumber(1)
    .optional()
    .describe(
      'requests in flight to one remote address (IPv6: one /64), whatever the host; at least 1; by default 8 and for public addresses only, a number that is given counts for loopback and private ones too',
    ),
  delay: durationMs
    .default(1_000)
    .describe(
      'pause between two requests to one origin, pages, declarations and hops alike, from the end of the last to the start of the next; ms or with a unit, 0 allowed',
    ),
  'adaptive-delay': factor
    .default(1)
    .describe(
      'the pause is at least this many times what the origin took to answer lately (smoothed, failures never shorten it), up to max-delay; 0 switches it off, and so does a delay of 0',
    ),
  'max-delay': durationMs
    .default(60_000)
    .describe('upper bound for Crawl-delay, Retry-After, back-off and adaptive delay, so that a bounded run ends'),
  backoff: durationMs
    .optional()
    .describe(
      'how long a whole origin is left alone after a 429 or 503, from the end of that answer; doubled by each further one, up to max-delay; a longer Retry-After wins; by default a sixtieth of defer-limit (5 s)',
    ),
  'quiet-hours': listOf(quietWindow)
    .superRefine(leavesSomeTime)
    .default([])
    .describe(
      'hours of the day in which nothing is asked, and the run waits: 22:00-06:00 Europe/Zurich, or *.example.org 22:00-06:00 Europe/Zurich',
    ),
  'defer-limit': durationMs.default(300_000).describe('how long a deferred URL is tried again before the run ends without it'),
  'request-timeout': positive(durationMs).default(60_000).describe('total time of one request: connect, header section, body'),
  'max-bytes': positive(byteCount)
    .default(10 * 2 ** 20)
    .describe('largest decoded page; larger ones fail as too-large'),
  'max-held-bytes': positive(byteCount)
    .default(64 * 2 ** 20)
    .describe('decoded pages in memory, all together; beyond it the next ones wait, as they were sent, for others to be done'),
  'min-free-disk': byteCount
    .default(128 * 2 ** 20)
    .describe('free space below which nothing new is asked and the run stops, resumable, with exit code 9; 0: not looked at'),
  grace: durationMs
    .default(25_000)
    .describe('from the first SIGTERM or SIGINT on: how long what is in flight may take to end and be committed'),
  'outage-limit': durationMs
    .default(30 * 60_000)
    .describe('how long a network that was there and went away is waited for before the run stops, resumable, with exit code 8'),
  resolve: listOf(z.string()).default([]).describe("PATTERN=ADDR[:PORT], like curl's --connect-to; for tests and intranets"),
  'allow-private-network': flag.default(false).describe('permit loopback and private addresses; for tests and intranets'),
  port: listOf(portNumber).default([]).describe('ports allowed besides 80 and 443'),
  render: z
    .enum(['never', 'auto', 'always'])
    .default('never')
    .describe(
      'run pages in a browser: never, auto (application shells that may be kept so far), or always (every page that may)',
    ),
  browser: z.string().min(1).optional().describe('path of the Chromium to run pages in; looked for when not given'),
  'render-timeout': positive(durationMs)
    .default(30_000)
    .describe('how long a page may run in the browser; one that is not at rest by then is not kept'),
  'render-concurrency': wholeNumber(1).default(2).describe('pages run in the browser at the same time'),
  'render-requests': wholeNumber(0).default(100).describe('scripts and data fetched for one page; more are blocked'),
  'render-bytes': positive(byteCount)
    .default(20 * 2 ** 20)
    .describe('of all scripts and data of one page, decoded; more are blocked'),
  sitemaps: flag
    .default(true)
    .describe(
      'read the sitemaps that robots.txt announces; none is looked for that nobody announced (--no-sitemaps: none is read)',
    ),
  'max-sitemap-urls': wholeNumber(0)
    .default(100_000)
    .describe('new URLs taken from the sitemaps of one origin, over the run; how many are beyond is in their rows'),
  due: z
    .enum(['schedule', 'all'])
    .default('schedule')
    .describe('on an existing dataset: what is asked again; `all`: everything that was ever asked'),
  'recrawl-min': periodMs
    .default(86_400_000)
    .describe('shortest time between two visits of a page; each page has its own, halved after a change; 12h, 1d'),
  'recrawl-max': periodMs
    .default(90 * 86_400_000)
    .describe('longest time between two visits of a page; its own grows by half whenever it has not changed'),
  'email-index': flag
    .default(false)
    .describe(
      'remember in state/, by keyed digest only, in which documents an e-mail address was masked, so that `heed erase --email` finds them',
    ),
  stands: periodMs
    .default(7 * 86_400_000)
    .describe(
      'how long a document stands while its page, or what its origin declares, cannot be reached; then it is withdrawn. A refusal stands for ever',
    ),
  'withdraw-within': periodMs
    .default(86_400_000)
    .describe(
      'declared limit from the first sight of a refusal until its text has left every file; `heed verify` holds us to it',
    ),
  stats: z
    .string()
    .min(1)
    .optional()
    .describe('JSON file that the statistics of the run are written to, whole and atomically, every few seconds and at the end'),
  metrics: z
    .string()
    .refine(isListenAddress, { error: 'must be a port, or ADDRESS:PORT where it is not for this machine only' })
    .optional()
    .describe('[ADDRESS:]PORT where /metrics (Prometheus text) and /healthz are served; on 127.0.0.1 unless an address is given'),
  'progress-every': positive(durationMs)
    .default(30_000)
    .describe(
      'how often progress is told where no terminal repaints it: a line, or with --json an event; at least every half second',
    ),
  ...serveShape,
  'debug-url': z
    .url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })
    .optional()
    .describe('URL whose path through the crawl is told on stderr, step by step'),
  'strict-exit': flag.default(false).describe('exit 5 when some origins stayed unreachable, 6 when a limit ended the run'),
});

/** What a run is set to; units: milliseconds, bytes. */
export interface Config extends ServeConfig {
  readonly $schema?: string | undefined;
  readonly out?: string | undefined;
  readonly seeds?: string | undefined;
  readonly operator?: string | undefined;
  readonly contact?: string | undefined;
  readonly from?: string | undefined;
  readonly 'signing-key'?: string | undefined;
  readonly 'signature-agent'?: string | undefined;
  readonly 'signature-agent-form': 'dictionary' | 'string';
  readonly addresses: readonly string[];
  readonly policy: string;
  readonly category: readonly Category[];
  readonly source: string;
  readonly 'operator-records'?: string | undefined;
  readonly 'operator-key'?: string | undefined;
  readonly scope: 'host' | 'domain' | 'prefix' | 'any';
  readonly 'max-pages'?: number | undefined;
  readonly 'max-pages-per-origin'?: number | undefined;
  readonly 'max-pages-per-domain'?: number | undefined;
  readonly 'max-depth'?: number | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly 'drop-parameters': readonly string[];
  readonly nofollow: boolean;
  readonly 'max-links': number;
  readonly 'follow-refresh': boolean;
  readonly traps: boolean;
  readonly 'max-path-segments': number;
  readonly 'max-siblings': number;
  readonly concurrency: number;
  readonly 'content-threads'?: number | undefined;
  readonly 'content-memory': number;
  readonly 'domain-concurrency': number;
  readonly 'address-concurrency'?: number | undefined;
  readonly delay: number;
  readonly 'adaptive-delay': number;
  readonly 'max-delay': number;
  readonly backoff?: number | undefined;
  readonly 'quiet-hours': readonly string[];
  readonly 'defer-limit': number;
  readonly 'request-timeout': number;
  readonly 'max-bytes': number;
  readonly 'max-held-bytes': number;
  readonly 'min-free-disk': number;
  readonly grace: number;
  readonly 'outage-limit': number;
  readonly resolve: readonly string[];
  readonly 'allow-private-network': boolean;
  readonly port: readonly string[];
  readonly render: 'never' | 'auto' | 'always';
  readonly browser?: string | undefined;
  readonly 'render-timeout': number;
  readonly 'render-concurrency': number;
  readonly 'render-requests': number;
  readonly 'render-bytes': number;
  readonly sitemaps: boolean;
  readonly 'max-sitemap-urls': number;
  readonly due: 'schedule' | 'all';
  readonly 'recrawl-min': number;
  readonly 'recrawl-max': number;
  readonly 'email-index': boolean;
  readonly stands: number;
  readonly 'withdraw-within': number;
  readonly stats?: string | undefined;
  readonly metrics?: string | undefined;
  readonly 'progress-every': number;
  readonly 'debug-url'?: string | undefined;
  readonly 'strict-exit': boolean;
}

export type ConfigKey = Exclude<keyof Config, '$schema'>;
export const configKeys: readonly ConfigKey[] = Object.keys(schema.shape).filter(key => key !== '$schema') as ConfigKey[];
export const describeKey = (key: ConfigKey): string => schema.shape[key].description ?? '';
/** What holds where nothing says otherwise; ms and bytes. Undefined where there is no such value, or where it depends on the machine. */
export const defaultOf = (key: ConfigKey): unknown => {
  const parsed = schema.shape[key].safeParse(undefined);
  return parsed.success ? parsed.data : undefined;
};

/** @returns the checked configuration, or zod's issues */
export const parseConfig = (raw: unknown): z.ZodSafeParseResult<Config> => schema.safeParse(raw);

export const configJsonSchema = (): Record<string, unknown> => ({
  title: 'heed configuration',
  ...z.toJSONSchema(schema, { io: 'input', target: 'draft-07', unrepresentable: 'any' }),
});

/** Keys that take a list: repeatable as flags, comma-separated in the environment. */
export const listKeys: ReadonlySet<string> = new Set([
  'category',
  'include',
  'exclude',
  'drop-parameters',
  'quiet-hours',
  'resolve',
  'port',
  'addresses',
  'server-name',
]);
export const flagKeys: ReadonlySet<string> = new Set([
  'nofollow',
  'follow-refresh',
  'traps',
  'allow-private-network',
  'sitemaps',
  'email-index',
  'strict-exit',
]);
