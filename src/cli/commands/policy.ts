import { Command } from 'commander';
import type { Exit } from '../exit.ts';
import { policyDiffCommand } from './policy-diff.ts';
import { policyShowCommand } from './policy-show.ts';

// No flags of its own: commander would take `--json` for the group, and the inner command would never see it.
export const policyCommand = (exit: Exit): Command =>
  new Command('policy').addCommand(policyShowCommand()).addCommand(policyDiffCommand(exit));
