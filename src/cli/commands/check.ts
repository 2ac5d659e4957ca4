import { type Command, Option } from 'commander';
import { checkSite, type FindingKind, findingKinds, type SiteCheck } from '../../assess/index.ts';
import { type AskedEvent, visitSite } from '../../audit/index.ts';
import { createRetriever, parseResolveRule, type UrlRules } from '../../http/index.ts';
import { checkDocument, checkHtml, checkLines, checkSarif, type TableLine } from '../../report/index.ts';
import {
  type Config,
  type ConfigKey,
  configKeys,
  loadAgents,
  loadOperatorRecords,
  loadPolicy,
  loadPresets,
  readSettings,
  version,
} from '../../settings/index.ts';
import { isDenied } from '../../signals/index.ts';
import { CodedError, exitCodes, type Facts, type Instant, type Policy } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { addConfigFlags, givenFlags } from '../flags/config-flags.ts';
import { identityOf } from '../flags/identity.ts';
import { seedOf } from '../flags/seeds.ts';
import { eventLog, tellWarning } from '../talk/event-log.ts';
import { plain, type Terminal } from '../talk/terminal.ts';
import { collect, command, terminalOf } from './command.ts';

const productToken = 'heed';
const formats = ['table', 'json', 'sarif', 'html'] as const;
type Format = (typeof formats)[number];

/** What of the configuration a visit of one site has a use for. */
const ownKeys: ReadonlySet<ConfigKey> = new Set<ConfigKey>([
  'operator',
  'contact',
  'from',
  'signing-key',
  'signature-agent',
  'signature-agent-form',
  'policy',
  'category',
  'delay',
  'max-delay',
  'request-timeout',
  'max-bytes',
  'resolve',
  'allow-private-network',
  'port',
  'operator-records',
  'operator-key',
]);

const failHelp = `
--fail-on KIND (repeatable) ends with exit code 4 where the check finds
  malformed       a statement that is not as its specification wants it
  no-file         a page or a refusal in the place of a declaration file, or one that robots.txt closes
  contradiction   two statements that do not agree
  refused         a page that is refused (under --policy)
  kept            a page that may be taken (under --policy)
  granted         a page whose use is expressly permitted (under --policy)
  unreachable     a declaration or page that did not answer

Examples:
  heed check https://site.example/ --contact https://example.org/bot
  heed check https://site.example/ --contact me@site.example --format sarif --fail-on malformed > heed.sarif`;

export const checkCommand = (exit: Exit): Command =>
  addConfigFlags(
    command('check'),
    configKeys.filter(key => !ownKeys.has(key)),
  )
    .argument('<url>', 'a page of the site')
    .option('--pages <n>', 'pages linked from it on the same host that are looked at too', '5')
    .addOption(new Option('--format <format>', 'what is printed').choices(formats).default('table'))
    .addOption(
      new Option('--fail-on <kind>', 'exit 4 where this is found (repeatable)').choices(findingKinds).argParser(failKind),
    )
    .addHelpText('after', failHelp)
    .action(async (text: string, options, self: Command) => {
      const terminal = terminalOf(options);
      const { config } = readSettings({ flags: givenFlags(self), environment: process.env, file: options.config });
      const url = seedOf(text, 'the command line');
      const check = await runCheck(url, pageCount(options.pages), config, terminal);
      await print(check, terminal.isJson ? 'json' : options.format, terminal);
      const failOn: readonly FindingKind[] = options.failOn ?? [];
      if (failOn.some(kind => check.findings[kind] > 0)) exit.code = exitCodes.findings;
    });

function failKind(value: string, previous: readonly string[] | undefined): readonly string[] {
  if (findingKinds.includes(value as FindingKind)) return collect(value, previous);
  throw new CodedError('ERR_USAGE', exitCodes.usage, `\`${value}\` is nothing --fail-on knows`, {
    next: `known are ${findingKinds.join(', ')}`,
  });
}

function pageCount(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isInteger(count)) return count;
  throw new CodedError('ERR_USAGE', exitCodes.usage, `--pages: \`${text}\` is not a whole number from 0 to 9999`);
}

async function runCheck(url: string, maxPages: number, config: Config, terminal: Terminal): Promise<SiteCheck> {
  const identity = identityOf(config);
  const policy = loadPolicy(config.policy);
  const operator = loadOperatorRecords(config['operator-records'], config['operator-key']);
  const facts: Facts = { agents: loadAgents(), ...(operator ? { operator: operator.records } : {}) };
  const at = new Date().toISOString() as Instant;
  const rules: UrlRules = {
    resolveRules: config.resolve.map(parseResolveRule),
    allowPrivateNetwork: config['allow-private-network'],
    ports: config.port.map(Number),
    isDenied: asked => isDenied(facts, asked, at),
  };
  warn(config, terminal);
  const limits = {
    totalMs: config['request-timeout'],
    maxBytes: config['max-bytes'],
    maxRetryAfterMs: config['max-delay'],
  };
  const retriever = createRetriever({ identity, ...rules, limits });
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(interrupted);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const pages = await visitSite(url, {
      ...{ retriever, asker: { productToken, policy, facts }, maxPages, rules, signal: stopping.signal },
      ...{ maxBytes: config['max-bytes'], delayMs: config.delay, maxDelayMs: config['max-delay'] },
      onAsked: event => tell(event, terminal),
    });
    return checkSite(pages, {
      ...{ url, at, productToken, categories: config.category, policy, policies: withPresets(policy), facts },
    });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await retriever.close();
  }
}

const interrupted = new CodedError('ERR_INTERRUPTED', exitCodes.interruptedSoftly, 'the check was interrupted', {
  next: 'run it again; nothing was written',
});

/** The presets in their order of strictness, and a policy of one's own behind them. */
function withPresets(policy: Policy): readonly Policy[] {
  const order = ['rfc9309', 'apertus', 'standard', 'strict', 'opt-in'];
  const presets = [...loadPresets()].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  return presets.some(({ digest }) => digest === policy.digest) ? presets : [...presets, policy];
}

function warn({ resolve, 'allow-private-network': isPrivate }: Config, terminal: Terminal): void {
  const warnings = [
    ...(resolve.length > 0 ? [`--resolve sends ${resolve.join(', ')}`] : []),
    ...(isPrivate ? ['--allow-private-network: loopback and private addresses are permitted'] : []),
  ];
  for (const warning of warnings) tellWarning(warning, terminal);
}

function tell(event: AskedEvent, terminal: Terminal): void {
  if (!terminal.isInteractive && !terminal.isVerbose) return;
  const { url, outcome, status } = event;
  if (terminal.isJson) eventLog(terminal)({ event: 'request.answered', ...event });
  else terminal.talk(`${plain(url)}  ${status ?? outcome}\n`);
}

const tones = { title: 'bold', keep: 'green', withhold: 'red', quiet: 'dim' } as const;

async function print(check: SiteCheck, format: Format, { data, style }: Terminal): Promise<void> {
  const document = checkDocument(check, version);
  const painted = ({ text, tone }: TableLine): string => `${tone ? style(tones[tone], text) : text}\n`;
  switch (format) {
    case 'table':
      return data(checkLines(document).map(painted).join(''));
    case 'json':
      return data(`${JSON.stringify(document)}\n`);
    case 'sarif':
      return data(`${JSON.stringify(checkSarif(document), null, 2)}\n`);
    case 'html':
      return data(checkHtml(document));
  }
}
