/**
 * Whether the header section asks that the page's links are not followed: `nofollow` or `none` in `X-Robots-Tag` (Google, robots meta tag and
 * X-Robots-Tag reference) or `Robots-Tag` (draft-illyes-repext-03), said to everyone or to us.
 *
 * No preference about use, so no signal: nothing is judged by it. It restricts only; a value that cannot be parsed counts where the word stands in it.
 */
import type { Exchange } from '../../vocab/index.ts';
import { valuesOf } from '../field-values.ts';
import { normaliseToken, tokensOf } from '../robots/tokens.ts';
import { type Directive, readDirectives } from '../robots-directives.ts';
import { readScopes } from './agent-scopes.ts';

const asksIt = ({ name, isKnown }: Directive): boolean => isKnown && (name === 'nofollow' || name === 'none');

/** Linear in the field section; never throws. */
export function fieldsSayNofollow(page: Exchange, productToken: string): boolean {
  const own = normaliseToken(productToken);
  return (
    valuesOf(page, 'x-robots-tag').some(value => scopesSayIt(value, own)) ||
    valuesOf(page, 'robots-tag').some(value => membersSayIt(value, own))
  );
}

const isOwn = (name: string, own: string): boolean => tokensOf(name, 'conformant').includes(own);

const scopesSayIt = (value: string, own: string): boolean =>
  readScopes(value, name => isOwn(name, own)).some(
    ({ agents, value: rules }) =>
      (agents.length === 0 || agents.some(agent => isOwn(agent, own))) && readDirectives(rules).some(asksIt),
  );

/** `*;nofollow, heed;none`: the first word of a member says whom it speaks to; a rule in its place speaks to everyone. */
const membersSayIt = (value: string, own: string): boolean =>
  value.split(',').some(member => {
    const [head = '', ...rules] = member.split(';').map(part => part.trim().replace(/^["(]+|[")]+$/g, ''));
    if (readDirectives(head).some(asksIt)) return true;
    const isOurs = head === '*' || isOwn(head, own);
    return isOurs && rules.some(rule => !rule.endsWith('=?0') && readDirectives(rule).some(asksIt));
  });
