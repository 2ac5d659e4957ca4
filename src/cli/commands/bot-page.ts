import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { freshNonce, publicJwk, type Signing, signatureFields, userAgent } from '../../http/index.ts';
import { type BotDocument, type BotFacts, botDocument, botPage, changesAtom, ipRanges, refusalsFor } from '../../report/index.ts';
import { type Config, type ConfigKey, configKeys, loadPolicy, readSettings, version } from '../../settings/index.ts';
import { mechanisms } from '../../signals/index.ts';
import { ensureTree } from '../../store/index.ts';
import { type Category, CodedError, exitCodes, type Policy } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { addConfigFlags, givenFlags } from '../flags/config-flags.ts';
import { identityOf } from '../flags/identity.ts';
import { command, terminalOf } from './command.ts';

/** What of the configuration is a site owner's business. */
const ownKeys: ReadonlySet<ConfigKey> = new Set<ConfigKey>([
  ...(['operator', 'contact', 'from', 'signing-key', 'signature-agent', 'signature-agent-form'] as const),
  ...(['policy', 'category', 'delay', 'max-delay', 'addresses'] as const),
]);

const help = `
Writes index.html, bot.json, changes.atom and ip-ranges.json, and with --signing-key also
.well-known/http-message-signatures-directory (for --signature-agent) and _headers with the type and signature
it is to be served with. Put them where your contact URL leads. Run it again after a change, in the same folder:
what changed is added to the feed.

Example:
  heed bot-page --out public/bot --config heed.yaml`;

export const botPageCommand = (_exit: Exit): Command =>
  addConfigFlags(
    command('bot-page'),
    configKeys.filter(key => !ownKeys.has(key)),
  )
    .option('--out <dir>', 'folder for the files', 'bot-page')
    .addHelpText('after', help)
    .action(async (options, self: Command) => {
      const { data, isJson } = terminalOf(options);
      const { config } = readSettings({ flags: givenFlags(self), environment: process.env, file: options.config });
      const files = filesFor(config, options.out, new Date().toISOString());
      for (const [name, text] of files) {
        ensureTree(resolve(options.out, name, '..'));
        writeFileSync(join(options.out, name), text);
      }
      const names = [...files.keys()].map(name => join(options.out, name));
      await data(isJson ? `${JSON.stringify({ out: options.out, files: names })}\n` : `${names.join('\n')}\n`);
    });

function filesFor(config: Config, out: string, at: string): ReadonlyMap<string, string> {
  const identity = identityOf(config);
  const { signing } = identity;
  if (config['signing-key'] !== undefined && signing === undefined)
    throw new CodedError(
      'ERR_SIGNATURE_AGENT',
      exitCodes.config,
      'signing-key without signature-agent: nobody could find the public key',
      { next: 'give both, or neither' },
    );
  const facts = factsOf(config, userAgent(identity), signing);
  const before = published(join(out, 'bot.json'));
  const bot = botDocument(facts, before, at);
  const isMoved = JSON.stringify(before?.addresses) !== JSON.stringify(facts.addresses);
  const created = (isMoved ? undefined : before?.changes.find(({ what }) => what.some(isAboutAddresses))?.at) ?? at;
  return new Map([
    ['index.html', botPage(bot)],
    ['bot.json', `${JSON.stringify(bot, null, 2)}\n`],
    ['changes.atom', changesAtom(bot)],
    ['ip-ranges.json', ipRanges(facts.addresses, created)],
    ...(signing ? directory(signing, Date.parse(at)) : []),
  ]);
}

const isAboutAddresses = (what: string): boolean => what === 'first published' || what === 'its addresses';

const purposes: Readonly<Record<Category, string>> = {
  'train-ai': 'training AI models',
  'ai-use': 'use by AI systems',
  search: 'search',
  tdm: 'text and data mining',
  archive: 'archiving',
};

function factsOf(config: Config, agent: string, signing: Signing | undefined): BotFacts {
  const { operator, from, contact = '', category, delay, addresses } = config;
  const policy = loadPolicy(config.policy);
  const { id, description, digest } = policy;
  return {
    ...{ productToken: 'heed', userAgent: agent, version, contact, addresses, delay, maxDelay: config['max-delay'] },
    ...(operator === undefined ? {} : { operator }),
    ...(from === undefined ? {} : { from }),
    policy: { id, description, digest },
    purposes: category.map(name => purposes[name]),
    honours: mechanisms
      .filter(({ id, signals }) => !ownAffairs.has(id) && signals.some(signal => isRead(policy, signal.id)))
      .map(({ title, spec, status }) => ({ title, spec, status })),
    refusals: refusalsFor(signal => isRead(policy, signal)),
    ...(signing ? { key: { agent: signing.agent, keyid: publicJwk(signing.key).kid } } : {}),
  };
}

/** Nothing that a site says. */
const ownAffairs: ReadonlySet<string> = new Set(['operator-records', 'http-status']);

const isRead = ({ signals }: Policy, id: Exclude<Policy['signals'], 'all'>[number]): boolean =>
  signals === 'all' || signals.includes(id);

function published(path: string): BotDocument | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const document = JSON.parse(readFileSync(path, 'utf8')) as BotDocument;
    if (document.format === 1 && Array.isArray(document.changes)) return document;
  } catch {
    // Told below.
  }
  throw new CodedError('ERR_BOT_PAGE_FOREIGN', exitCodes.usage, `\`${path}\` is not a file of \`heed bot-page\``, {
    next: 'choose another --out, or take the file away',
  });
}

const directoryPath = '.well-known/http-message-signatures-directory';
/** A static file cannot be signed anew for each answer. */
const directoryValidMs = 30 * 24 * 3_600_000;

/** The public key, and the fields it is to be served with: it proves that the host and the key belong together. */
function directory({ key, agent }: Signing, atMs: number): [string, string][] {
  const jwk = publicJwk(key);
  const fields = signatureFields(key, [{ name: '@authority', parameters: { req: true }, value: new URL(agent).host }], {
    ...{ createdMs: atMs, expiresMs: atMs + directoryValidMs, nonce: freshNonce(), keyid: jwk.kid, label: 'sig1' },
    tag: 'http-message-signatures-directory',
  });
  const [, input = '', , signature = ''] = fields;
  const served = [
    'Content-Type: application/http-message-signatures-directory+json',
    `Signature-Input: ${input}`,
    `Signature: ${signature}`,
    'Cache-Control: max-age=86400',
  ];
  return [
    [directoryPath, `${JSON.stringify({ keys: [jwk] }, null, 2)}\n`],
    ['_headers', `/${directoryPath}\n${served.map(line => `  ${line}\n`).join('')}`],
  ];
}
