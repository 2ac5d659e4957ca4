import type { SignalId } from '../../vocab/index.ts';

/** Its carrier comes with the page (status, fields, markup, assets): where there was none, nobody looked at it. */
export const comesWithPage = (signal: SignalId): boolean => /^(http|field|markup|asset)\./.test(signal);

/**
 * By it the page itself speaks, so that what stood in the place of the page hid it. A status is always seen, and a Link field speaks of a licence on
 * whatever it stands.
 */
export const isOfPage = (signal: SignalId): boolean => /^(field|markup|asset)\./.test(signal) && signal !== 'field.link-license';
