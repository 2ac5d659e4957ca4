import type { Evidence, Exchange, FieldLine, SignalId } from '../../vocab/index.ts';
import { citeField } from '../cite.ts';
import { valuesOf } from '../field-values.ts';

/** Fields in which a site's guard says that it served a test instead of the page. Value pattern, and where it is documented. */
const marks: readonly (readonly [name: string, value: RegExp, spec: string])[] = [
  ['cf-mitigated', /^challenge$/i, 'Cloudflare, cf-mitigated field'],
  ['x-amzn-waf-action', /^(challenge|captcha)$/i, 'AWS WAF, challenge and captcha actions'],
];

const isMark = ([written]: FieldLine): boolean =>
  marks.some(([name]) => written.length === name.length && written.toLowerCase() === name);

/** The field that says this answer is a challenge or captcha, whatever its status; null where none does. Nobody here solves it. */
export function challengeOf(id: SignalId, page: Exchange): Evidence | null {
  // Asked of every answer, and hardly any has one.
  const { retrieval } = page;
  if (!('fields' in retrieval) || !retrieval.fields?.some(isMark)) return null;
  for (const [name, value, spec] of marks) {
    const lines = valuesOf(page, name);
    const index = lines.findIndex(line => value.test(line.trim()));
    if (index >= 0) return citeField(id, page, name, index, lines[index] ?? '', spec);
  }
  return null;
}
