import type { RetrieverOptions } from '../../http/index.ts';
import { type Config, loadSigning, version } from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';

/** @throws CodedError ERR_CONTACT_MISSING (exit 7): nobody asks anonymously; ERR_SIGNING_KEY, ERR_SIGNATURE_AGENT (exit 3) */
export function identityOf(config: Config): RetrieverOptions['identity'] {
  const { contact, operator, from } = config;
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
  const signing = loadSigning(config);
  return {
    product: 'heed',
    version,
    contact,
    ...(operator === undefined ? {} : { operator }),
    ...(from === undefined ? {} : { from }),
    ...(signing === undefined ? {} : { signing }),
  };
}
