import type { Command } from 'commander';
import { exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../main.ts';
import { plain, type Terminal } from '../terminal.ts';
import { command, terminalOf } from './command.ts';

export const verifyCommand = (exit: Exit): Command =>
  command('verify', 'check every digest, count and invariant of a dataset, and judge it again from its evidence')
    .argument('<dir>', 'dataset folder')
    .action(async (dir: string, options) => {
      const terminal = terminalOf(options);
      const { verify } = await import('../../upkeep/index.ts');
      const { run, checked, failures } = await verify(dir, { onProgress: bar(terminal) });
      if (terminal.isInteractive) terminal.talk('\r\u001b[K');
      if (failures.length > 0) exit.code = exitCodes.verification;
      if (terminal.isJson) return terminal.data(`${JSON.stringify({ run, ok: failures.length === 0, checked, failures })}\n`);
      const sums = `${checked.files} files, ${checked.documents} documents, ${checked.provenance} records, ${checked.evidence} pieces of evidence, ${checked.rejudged} verdicts judged again`;
      for (const { check, where, message } of failures)
        await terminal.data(`${terminal.style('red', 'FAILED')} ${check}: ${plain(where)} ${plain(message)}\n`);
      await terminal.data(
        `${failures.length === 0 ? terminal.style('green', 'verified') : `${failures.length} failures`} ${run}: ${sums}\n`,
      );
    });

function bar({ isInteractive, talk }: Terminal): (step: string, done: number, total: number) => void {
  if (!isInteractive) return () => {};
  const width = 30;
  return (step, done, total) => {
    const filled = total === 0 ? width : Math.round((width * done) / total);
    talk(`\r${step.padEnd(8)} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total}`);
  };
}
