import { describe, expect, test } from 'vitest';
import { answer, assess, isCaseError, toVerdictRecord } from '../../../src/assess/index.ts';
import type { Category, Digest, Evidence, Instant, Reading, SignalId, Verdict } from '../../../src/vocab/index.ts';
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

describe('a verdict as it is stored', () => {
  const evidence = (quote: string, more: Partial<Evidence> = {}): Evidence => ({
    ...{ signal: 'robots.rule', locator: { kind: 'pointer', pointer: '' }, quote, spec: 'ours' },
    source: { url: 'https://site.example/robots.txt', retrievedAt: null, digest: null },
    ...more,
  });
  const stored = (quote: string) => ({
    ...{ signal: 'robots.rule', locator: { kind: 'pointer', pointer: '' }, quote, spec: 'ours' },
    source: { url: 'https://site.example/robots.txt' },
  });
  const silent: Reading = { state: 'silent', looked: evidence(''), anomalies: [] };
  const unread: Reading = { state: 'unread', why: 'unreachable', looked: evidence('') };
  const readings = new Map<SignalId, Reading>([
    ['robots.rule', silent],
    ['robots.license', unread],
    ['field.tdm-reservation', silent],
  ]);
  const verdict = (finding: Verdict['finding'], unheard: readonly Evidence[] = []): Verdict => ({
    question: { about: 'train-ai', url: 'https://site.example/a', productToken: 'heed', at: null },
    ...{ finding, disposition: 'withhold', anomalies: [], unheard, readings },
    policy: { id: 'standard', digest: 'sha256:standard' as Digest },
  });
  const looked = { silent: ['robots.rule', 'field.tdm-reservation'], unread: ['robots.license'] };

  test('holds what decided, what was overridden, what was not heard, and who looked', () => {
    const found = verdict({ preference: 'disallow', determining: [evidence('no')], overridden: [evidence('yes')] }, [
      evidence('noo'),
    ]);
    expect(toVerdictRecord(found)).toEqual({
      ...{ preference: 'disallow', disposition: 'withhold', determining: [stored('no')] },
      ...{ overridden: [stored('yes')], unheard: [stored('noo')], readings: looked },
    });
  });

  test('says where was looked when it is not known, and nothing of it where all were silent', () => {
    const unknown = (because: 'unreachable' | 'silent') =>
      toVerdictRecord(verdict({ preference: 'unknown', because, looked: [evidence('503')], overridden: [] }), false);
    const rest = { preference: 'unknown', disposition: 'withhold', complete: false, readings: looked };
    expect(unknown('unreachable')).toEqual({ ...rest, because: 'unreachable', looked: [stored('503')] });
    expect(unknown('silent')).toStrictEqual({ ...rest, because: 'silent' });
  });

  test('evidence keeps whom it names, when it was retrieved, and the digest of its source', () => {
    const source = { url: 'https://site.example/', retrievedAt: '2026-11-01T00:00:00Z' as Instant, digest: 'sha256:1' as Digest };
    const cited = evidence('no', { source, agent: 'GPTBot' });
    const { determining } = toVerdictRecord(verdict({ preference: 'disallow', determining: [cited], overridden: [] }));
    expect(determining).toStrictEqual([{ ...stored('no'), source, agent: 'GPTBot' }]);
  });
});
