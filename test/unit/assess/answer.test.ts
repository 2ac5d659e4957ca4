import { describe, expect, test } from 'vitest';
import { answer, assess, isCaseError } from '../../../src/assess/index.ts';
import type { Category } from '../../../src/vocab/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';

const answered = (robots: string, categories: readonly Category[] = ['train-ai', 'search'], response: unknown = 404) => {
  const page = response === 404 ? {} : { response };
  const read = reader.read(withDefaults({ origin: { robots: { status: 200, body: robots } }, ...page }));
  if (isCaseError(read)) throw new Error(read.message);
  const asker = { productToken: 'heed', at: null, policy: policies.standard!, facts: { agents } };
  return answer(assess(read.carriers, categories, asker), read.carriers.page !== null);
};
const places = (found: ReturnType<typeof answered>) =>
  found.anomalies.map(({ code, evidence: { locator, agent } }) => [code, locator.kind === 'line' ? locator.line : null, agent]);

describe('the answer to all questions about one page', () => {
  test('a flaw that bears on several questions is told once, the same flaw at another place again', () => {
    const found = answered('Content-Usage: train-ai=maybe, search=maybe\nContent-Usage: train-ai=perhaps');
    expect(places(found)).toEqual(
      expect.arrayContaining([
        ['content-usage.wrong-value', 1, undefined],
        ['content-usage.wrong-value', 2, undefined],
      ]),
    );
    expect(new Set(places(found).map(place => JSON.stringify(place))).size).toBe(found.anomalies.length);
  });

  test('without a page the verdicts on its use are incomplete, the one on fetching is not', () => {
    const { verdicts } = answered('');
    expect([verdicts.acquisition?.complete, verdicts['train-ai']?.complete]).toEqual([undefined, false]);
    const whole = answered('', ['train-ai'], { status: 200, body: '<p>Text' }).verdicts;
    expect([whole.acquisition?.complete, whole['train-ai']?.complete]).toEqual([undefined, undefined]);
  });

  test('all questions together are answered with the strictest act', () => {
    expect(answered('Content-Usage: search=n').disposition).toBe('withhold');
    expect(answered('Content-Usage: search=n', ['train-ai'], { status: 200, body: '<p>Text' }).disposition).toBe('keep');
  });
});
