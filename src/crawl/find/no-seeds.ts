import { CodedError, exitCodes } from '../../vocab/index.ts';

/** Also where a run was ended before its seeds were stored. */
export const noSeeds = (out: string): CodedError =>
  new CodedError('ERR_SEEDS_NONE', exitCodes.usage, `there are no seeds, and \`${out}\` holds no URL to go on with`, {
    next: 'name at least one URL, or a file of them with --seeds',
  });
