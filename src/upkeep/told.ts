import { atSign } from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';
import type { Selector } from './selectors.ts';

/*
 * What is told stands in a manifest, which is handed on and can never be changed: an e-mail address in it could not be erased when that is asked for.
 */

const address = new RegExp(`[^\\s/?#=&;,:<>"']{1,192}${atSign}[\\p{L}\\p{N}.%-]{3,255}`, 'giu');

/** @throws CodedError ERR_REASON_ADDRESS (exit 2); the message does not repeat the address */
export function refuseAddresses({
  reason,
  ticket = '',
}: {
  readonly reason: string;
  readonly ticket?: string | undefined;
}): void {
  const flag = reason.match(address) !== null ? '--reason' : ticket.match(address) !== null ? '--ticket' : undefined;
  if (flag === undefined) return;
  throw new CodedError(
    'ERR_REASON_ADDRESS',
    exitCodes.usage,
    `\`${flag}\` holds an e-mail address, and a manifest keeps it for ever`,
    {
      next: 'leave it out: a number of your own (--ticket) leads to the request',
    },
  );
}

/** As they are written into the manifest. */
export const toldSelectors = (selectors: readonly Selector[]): readonly Selector[] =>
  selectors.map(({ kind, value }) => ({ kind, value: value.replace(address, '[address]') }) as Selector);
