import type { Command } from 'commander';
import type { Exit } from '../exit.ts';
import { spanMs } from '../flags/spans.ts';
import { upkeepOptions, withUpkeepFlags } from '../flags/upkeep-options.ts';
import { command, terminalOf } from './command.ts';

export const compactCommand = (_exit: Exit): Command =>
  withUpkeepFlags(command('compact'))
    .option('--grace <span>', 'how long the old files stay for readers of the manifest before: 0, 90min, 24h', '0')
    .addHelpText('after', '\nExample:\n  heed compact --out dataset --grace 1h')
    .action(async options => {
      const terminal = terminalOf(options);
      const { compact } = await import('../../upkeep/index.ts');
      const onProgress = terminal.isInteractive
        ? (done: number, total: number) => terminal.talk(`\r${done}/${total} shards`)
        : undefined;
      const summary = await compact({ ...upkeepOptions(options), graceMs: spanMs('grace', options.grace), onProgress });
      if (terminal.isInteractive) terminal.talk('\r\u001b[K');
      if (terminal.isJson) return terminal.data(`${JSON.stringify(summary)}\n`);
      for (const { from, to, bytesBefore, bytesAfter } of summary.files)
        await terminal.data(`${from} (${bytesBefore} bytes) → ${to === undefined ? 'nothing' : `${to} (${bytesAfter} bytes)`}\n`);
      const { removed } = summary.withdrawals ?? {};
      const slowest =
        removed === undefined ? '' : `, the slowest ${(removed.slowest_ms / 3_600_000).toFixed(1)} h after it was asked for`;
      await terminal.data(
        `${summary.documents} documents left ${summary.files.length} shards in run ${summary.run}${slowest}${summary.isLate ? terminal.style('red', ': later than declared') : ''}\n`,
      );
    });
