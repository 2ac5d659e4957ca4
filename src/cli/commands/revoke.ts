import type { Command } from 'commander';
import type { RevokePreview } from '../../upkeep/index.ts';
import type { Exit } from '../exit.ts';
import { nothingNamed, receivedAt, selectorsOf } from '../flags/selectors.ts';
import { upkeepOptions, withUpkeepFlags } from '../flags/upkeep-options.ts';
import { plain, type Terminal } from '../talk/terminal.ts';
import { collect, command, terminalOf } from './command.ts';

export const revokeCommand = (_exit: Exit): Command =>
  withUpkeepFlags(command('revoke'))
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
    .option(
      '--copies',
      'also documents of other sites with the same text as a page of that place, and that text from nowhere again',
    )
    .option('--dry-run', 'count what would be withdrawn, by shard, and change nothing')
    .addHelpText(
      'after',
      `
The text leaves the shards with \`heed compact\`.

Of equal texts a corpus has one, under whichever URL came first. A page named by --url is withdrawn under that URL, too. What --prefix, --origin and
--domain name is a place: a copy of one of its texts that lies elsewhere stands on the permission of that site, and is named at the end, so that you
can decide (--copies takes them along); and a page elsewhere that was left out as a copy may be kept by the next crawl.

Examples:
  heed revoke --out dataset --domain site.example --reason "objection by e-mail" --ticket T-17
  heed revoke --out dataset --prefix https://site.example/blog/ --reason "objection" --dry-run`,
    )
    .action(async options => {
      const terminal = terminalOf(options);
      const { previewRevoke, revoke } = await import('../../upkeep/index.ts');
      const selectors = await selectorsOf(options, ['url', 'prefix', 'origin', 'domain']);
      if (selectors.length === 0) throw nothingNamed('pass --url, --prefix, --origin, --domain or --from FILE');
      if (options.dryRun) return tellPreview(await previewRevoke(options.out, selectors, options.copies === true), terminal);
      const sightedAt = receivedAt(options.received);
      const { reason, ticket } = options;
      const revoked = await revoke({
        ...upkeepOptions(options),
        selectors,
        reason,
        ticket,
        sightedAt,
        takesCopies: options.copies === true,
      });
      if (terminal.isJson) return terminal.data(`${JSON.stringify(revoked)}\n`);
      for (const { kind, value, documents } of revoked.bySelector)
        await terminal.data(`${String(documents).padStart(7)}  ${kind} ${plain(value)}\n`);
      await terminal.data(
        `${revoked.documents} documents withdrawn in run ${revoked.run}; take their text out of the shards: heed compact --out ${options.out}\n`,
      );
      await tellCopies(revoked.copies, terminal);
    });

async function tellPreview(preview: RevokePreview, terminal: Terminal): Promise<void> {
  if (terminal.isJson) return terminal.data(`${JSON.stringify({ dryRun: true, ...preview })}\n`);
  for (const { kind, value, documents } of preview.bySelector)
    await terminal.data(`${String(documents).padStart(7)}  ${kind} ${plain(value)}\n`);
  for (const [shard, documents] of Object.entries(preview.byShard))
    await terminal.data(`${String(documents).padStart(7)}  in ${shard}\n`);
  await terminal.data(`${preview.documents} documents would be withdrawn; nothing was changed\n`);
  await tellCopies(preview.copies, terminal);
}

const copiesShown = 10;

async function tellCopies({ urls, areTaken }: RevokePreview['copies'], terminal: Terminal): Promise<void> {
  if (urls.length === 0) return;
  const what = areTaken
    ? 'copies at other sites are among them'
    : 'copies at other sites stay, on their own permission (--copies takes them along)';
  await terminal.data(`${urls.length} ${what}:\n`);
  for (const url of urls.slice(0, copiesShown)) await terminal.data(`         ${plain(url)}\n`);
  if (urls.length > copiesShown) await terminal.data(`         and ${urls.length - copiesShown} more: --json names them all\n`);
}
