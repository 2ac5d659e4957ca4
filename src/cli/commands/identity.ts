import type { RetrieverOptions } from '../../http/index.ts';
import { type Config, version } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';

/** @throws CodedError ERR_CONTACT_MISSING (exit 7): nobody asks anonymously */
export function identityOf({ contact, operator, from }: Config): RetrieverOptions['identity'] {
  if (contact === undefined) {
    throw new CodedError(
      'ERR_CONTACT_MISSING',
      exitCodes.refusedByPolicy,
      'site owners must be able to reach whoever crawls them',
      {
        next: 'pass --contact https://your.site/bot (or an e-mail address), or write it down with `heed init`',
      },
    );
  }
  return {
    product: 'heed',
    version,
    contact,
    ...(operator === undefined ? {} : { operator }),
    ...(from === undefined ? {} : { from }),
  };
}
