import { type Config, serveKeys } from '../settings/index.ts';
import { signalIds } from '../signals/index.ts';
import { crawlKinds, type Dataset, lastFinishedRun, type NewRun, type RunSettings, recheckKinds } from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';
import type { CrawlOptions } from './options.ts';

/** What a run is begun with. */
export type BeginOptions = Pick<CrawlOptions, 'policy' | 'agents' | 'software' | 'operator' | 'config' | 'random'>;

/** A dataset that is there already is brought up to date. */
export function kindOf({ audit }: Pick<CrawlOptions, 'audit'>, { database }: Dataset): 'crawl' | 'recrawl' | 'audit' {
  if (audit) return 'audit';
  return lastFinishedRun(database, ['crawl', 'recrawl']) === undefined ? 'crawl' : 'recrawl';
}

/** What goes on with an unfinished run of a kind. */
const commandOf: Readonly<Partial<Record<NewRun['kind'], string>>> = { crawl: 'crawl', recrawl: 'crawl' };

/**
 * An audit makes no corpus and a crawl no audit: each has a folder of its own. And what is not finished is finished first, by who began it; but for a
 * recheck, which waits for no crawl that was interrupted: a refusal does not wait for it either.
 * @throws ERR_RUN_KIND
 */
export function refuseOtherKind(dataset: Pick<Dataset, 'lastKind' | 'out' | 'unfinished'>, kind: NewRun['kind']): void {
  const { lastKind, out } = dataset;
  if (lastKind !== undefined && (lastKind === 'audit') !== (kind === 'audit')) {
    const wanted = kind === 'audit' ? 'an audit' : 'a crawl';
    throw new CodedError('ERR_RUN_KIND', exitCodes.usage, `\`${out}\` holds ${lastKind === 'audit' ? 'an audit' : 'a crawl'}`, {
      next: `choose another --out for ${wanted}`,
    });
  }
  if (recheckKinds.has(kind)) return;
  const unfinished = dataset.unfinished();
  const command = unfinished && (commandOf[unfinished.kind] ?? unfinished.kind);
  if (unfinished === undefined || command === (commandOf[kind] ?? kind)) return;
  throw new CodedError(
    'ERR_RUN_KIND',
    exitCodes.usage,
    `run \`${unfinished.name}\` is not finished, and is a ${unfinished.kind}`,
    {
      next: `finish it with \`heed ${command}\` first`,
    },
  );
}

/** Where a dashboard listens and where its secret lies decided nothing about a run, and a manifest is published. */
const isOfServe: ReadonlySet<string> = new Set(serveKeys);

/** An unfinished run goes on under its own policy only: one run, one policy digest. */
export async function beginOrResume(
  dataset: Dataset,
  options: BeginOptions,
  kind: NewRun['kind'],
): Promise<{ run: NonNullable<Dataset['run']>; isResumed: boolean }> {
  const { policy, agents, software, operator, config, random } = options;
  const ownKinds = recheckKinds.has(kind) ? recheckKinds : crawlKinds;
  const unfinished = dataset.unfinished(ownKinds);
  if (unfinished && unfinished.settings.policy.digest !== policy.digest) {
    const { id } = unfinished.settings.policy;
    throw new CodedError(
      'ERR_RUN_POLICY',
      exitCodes.usage,
      `run \`${unfinished.name}\` was begun under policy \`${id}\` and is not finished`,
      {
        next: `finish it with --policy ${id}, or choose another --out`,
      },
    );
  }
  if (unfinished && unfinished.settings.operator?.digest !== operator?.source.digest) {
    throw new CodedError(
      'ERR_RUN_OPERATOR_RECORDS',
      exitCodes.usage,
      `run \`${unfinished.name}\` was begun with other operator records and is not finished`,
      { next: 'finish it with the records it began with, or choose another --out' },
    );
  }
  const other = unfinished && otherSetting(unfinished.settings, options);
  if (unfinished && other) {
    throw new CodedError(
      'ERR_RUN_SETTINGS',
      exitCodes.usage,
      `run \`${unfinished.name}\` was begun with another ${other} and is not finished`,
      { next: `finish it with the ${other} it began with, or choose another --out` },
    );
  }
  const overrides = overridesOf(config);
  const resumed = await dataset.resumeRun(overrides, ownKinds);
  if (resumed) return { run: resumed, isResumed: true };
  const { digest, ...document } = policy;
  const run = await dataset.beginRun({
    kind,
    random,
    policy: { id: policy.id, digest, document },
    agents: { version: agents.version, digest: agents.digest, agents: agents.agents },
    software: { ...software, signals: signalIds },
    ...(operator ? { operator: operator.source } : {}),
    overrides,
    config: Object.fromEntries(Object.entries(config).filter(([key, value]) => value !== undefined && !isOfServe.has(key))),
  });
  return { run, isResumed: false };
}

/** What its rows say must hold for all of them. */
function otherSetting(settings: RunSettings, { config, agents }: BeginOptions): string | undefined {
  if (JSON.stringify(settings.config.category) !== JSON.stringify(config.category)) return '--category';
  if (JSON.stringify(settings.config['drop-parameters'] ?? []) !== JSON.stringify(config['drop-parameters']))
    return '--drop-parameters';
  return settings.agents.digest === agents.digest ? undefined : 'agent list';
}

const overridesOf = (config: Config): RunSettings['overrides'] => ({
  ...(config.resolve.length > 0 ? { resolve: config.resolve } : {}),
  ...(config['allow-private-network'] ? { 'allow-private-network': true } : {}),
});
