import type { Command } from 'commander';
import type { Exit } from '../exit.ts';
import { plain } from '../talk/terminal.ts';
import { command, terminalOf } from './command.ts';

export const applyFeedCommand = (_exit: Exit): Command =>
  command('apply-feed')
    .argument('<feed>', 'feed/withdrawals.jsonl of the corpus')
    .argument('<corpus...>', 'JSON Lines, plain or gzip; only read')
    .requiredOption(
      '--to <dir>',
      'folder for the filtered files, which have the names of the originals (and their folders, where names are the same)',
    )
    .option('--head <sha256>', "digest of the feed's last line, where the publisher names it: a feed that was cut off is refused")
    .addHelpText('after', '\nExample:\n  heed apply-feed withdrawals.jsonl copy/*.jsonl.gz --to filtered')
    .action(async (feed: string, inputs: string[], options) => {
      const { data, isJson } = terminalOf(options);
      const { applyFeed } = await import('../../upkeep/index.ts');
      const applied = await applyFeed({ feed, inputs, to: options.to, head: options.head });
      if (isJson) return data(`${JSON.stringify(applied)}\n`);
      for (const { input, output, kept, removed } of applied.files) {
        const reasons = Object.entries(removed).map(([reason, count]) => `${count} ${reason}`);
        await data(
          `${plain(input)} → ${plain(output)}: ${kept} kept, ${reasons.length === 0 ? 'none removed' : `removed ${reasons.join(', ')}`}\n`,
        );
      }
      await data(`the feed's ${applied.entries} entries are unbroken, up to ${applied.head}\n`);
    });
