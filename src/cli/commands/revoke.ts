import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import type { RevokePreview, Selector } from '../../upkeep/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../main.ts';
import { plain, type Terminal } from '../terminal.ts';
import { collect, command, terminalOf } from './command.ts';
import { linesOf } from './lines.ts';
import { upkeepOptions, withinFlag } from './upkeep-options.ts';

export const revokeCommand = (_exit: Exit): Command =>
  command('revoke', 'withdraw documents at once, and never collect them again')
    .requiredOption('--out <dir>', 'dataset folder')
    .option('--url <url>', 'this page (repeatable)', collect)
    .option('--prefix <url>', 'all URLs of one origin that begin so (repeatable)', collect)
    .option('--origin <url>', 'scheme, host and port of this URL (repeatable)', collect)
    .option('--domain <name>', 'this host and all hosts below it (repeatable)', collect)
    .option('--from <file|->', 'a file of them: a URL a line, or `domain site.example`')
    .requiredOption('--reason <text>', 'why, in words: stands in the rows and in the manifest')
    .option('--ticket <id>', 'the complaint or request it answers')
    .option(
      '--received <instant>',
      'when the request came in, as 2026-11-26T10:00:00Z (default now): its latency counts from there',
    )
    .option(...withinFlag)
    .option('--dry-run', 'count what would be withdrawn, by shard, and change nothing')
    .addHelpText(
      'after',
      `
The text leaves the shards with \`heed compact\`.

Examples:
  heed revoke --out dataset --domain site.example --reason "objection by e-mail" --ticket T-17
  heed revoke --out dataset --prefix https://site.example/blog/ --reason "objection" --dry-run`,
    )
    .action(async options => {
      const terminal = terminalOf(options);
      const { previewRevoke, revoke } = await import('../../upkeep/index.ts');
      const selectors = await selectorsOf(options);
      if (options.dryRun) return tellPreview(previewRevoke(options.out, selectors), terminal);
      const sightedAt = instantOf(options.received);
      const { reason, ticket } = options;
      const revoked = await revoke({ ...upkeepOptions(options), selectors, reason, ticket, sightedAt });
      if (terminal.isJson) return terminal.data(`${JSON.stringify(revoked)}\n`);
      for (const { kind, value, documents } of revoked.bySelector)
        await terminal.data(`${String(documents).padStart(7)}  ${kind} ${plain(value)}\n`);
      await terminal.data(
        `${revoked.documents} documents withdrawn in run ${revoked.run}; take their text out of the shards: heed compact --out ${options.out}\n`,
      );
    });

/** @throws CodedError ERR_SELECTOR, ERR_USAGE, ERR_SELECTORS_UNREADABLE */
async function selectorsOf(options: Record<string, unknown>): Promise<readonly Selector[]> {
  const { selectorOf, selectorOfLine } = await import('../../upkeep/index.ts');
  const selectors = (['url', 'prefix', 'origin', 'domain'] as const).flatMap(kind =>
    ((options[kind] ?? []) as readonly string[]).map(value => selectorOf(kind, value)),
  );
  if (typeof options.from === 'string') selectors.push(...(await fromFile(options.from, selectorOfLine)));
  if (selectors.length === 0)
    throw new CodedError('ERR_USAGE', exitCodes.usage, 'what is to be withdrawn?', {
      next: 'pass --url, --prefix, --origin, --domain or --from FILE',
    });
  return selectors;
}

const maxLineBytes = 8_192;

async function fromFile(file: string, read: (line: string) => Selector): Promise<Selector[]> {
  const selectors: Selector[] = [];
  try {
    for await (const { text, number } of linesOf(file === '-' ? process.stdin : createReadStream(file), maxLineBytes)) {
      if (text === null)
        throw new CodedError('ERR_SELECTOR', exitCodes.usage, `${file}:${number}: the line is longer than ${maxLineBytes} bytes`);
      const line = text.trim();
      if (line !== '' && !line.startsWith('#')) selectors.push(read(line));
    }
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('ERR_SELECTORS_UNREADABLE', exitCodes.usage, `cannot read \`${file}\``, {
      next: 'check the path',
      cause,
    });
  }
  return selectors;
}

function instantOf(text: string | undefined): Parameters<typeof import('../../upkeep/index.ts').revoke>[0]['sightedAt'] {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!(ms <= Date.now()))
    throw new CodedError('ERR_USAGE', exitCodes.usage, `\`--received ${text.slice(0, 50)}\` is no time that has been`, {
      next: 'write it as 2026-11-26T10:00:00Z',
    });
  return new Date(ms).toISOString() as ReturnType<typeof instantOf>;
}

async function tellPreview(preview: RevokePreview, terminal: Terminal): Promise<void> {
  if (terminal.isJson) return terminal.data(`${JSON.stringify({ dryRun: true, ...preview })}\n`);
  for (const { kind, value, documents } of preview.bySelector)
    await terminal.data(`${String(documents).padStart(7)}  ${kind} ${plain(value)}\n`);
  for (const [shard, documents] of Object.entries(preview.byShard))
    await terminal.data(`${String(documents).padStart(7)}  in ${shard}\n`);
  await terminal.data(`${preview.documents} documents would be withdrawn; nothing was changed\n`);
}
