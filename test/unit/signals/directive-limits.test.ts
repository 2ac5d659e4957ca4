/** Directives are read up to a limit: a refusal behind it is never taken for silence, and one before it stands. */
import { describe, expect, test } from 'vitest';
import { answer, assess, caseReader, isCaseError } from '../../../src/assess/index.ts';
import { proofRanges, sparseBody } from '../../../src/signals/proof-ranges.ts';
import { maxDirectiveCharacters, mayRefuse, readDirectives, refusalBy } from '../../../src/signals/robots-directives.ts';
import type { Policy } from '../../../src/vocab/index.ts';
import { agents, digestOf, policies } from '../../vectors/load.ts';

const words = (count: number): string => 'index,'.repeat(count);
const meta = (content: string, name = 'robots'): string => `<meta name="${name}" content="${content}">`;
const filler = Array.from({ length: 6 }, () => meta(words(1_000))).join('');

/** One that hears nobody but us. */
const deaf: Policy = { ...policies.standard!, namedAgents: 'ignore' };

const readings = (headers: readonly (readonly [string, string])[], body: string | Uint8Array, policy = policies.standard!) => {
  const raw = { id: 'a', url: 'https://site.example/a', missing: 'absent' };
  const bodyBase64 = Buffer.from(body).toString('base64');
  const parsed = caseReader(digestOf).read({ ...raw, response: { status: 200, headers, bodyBase64 } });
  if (isCaseError(parsed)) throw new Error(parsed.message);
  const { carriers, productToken, isComplete } = parsed;
  return answer(assess(carriers, ['train-ai'], { productToken, at: null, policy, facts: { agents } }), isComplete);
};
const html = [['content-type', 'text/html']] as const;
const ofPage = (body: string | Uint8Array) => readings(html, body);

describe('robots metas beyond the limit', () => {
  test('say nothing that is known: the page is not kept', () => {
    expect(filler.length).toBeGreaterThan(maxDirectiveCharacters);
    expect(ofPage(meta(words(1_000))).disposition).toBe('keep');
    expect(JSON.stringify(ofPage(filler))).toContain('markup.too-many-elements');
    expect(ofPage(filler).disposition).toBe('withhold');
    expect(ofPage(filler + meta('noai')).disposition).toBe('withhold');
  });

  test('a refusal before the limit stands, and so does a reservation behind it', () => {
    const before = JSON.stringify(ofPage(meta('noai') + filler));
    expect(before).toContain('"preference":"disallow"');
    expect(JSON.stringify(ofPage(filler + meta('1', 'tdm-reservation')))).toContain('"preference":"disallow"');
  });

  test('the proof says the same as the page', () => {
    const body = Buffer.from(`<p>text</p>${filler}<p>text</p>${filler}${meta('noai')}`);
    const ranges = proofRanges(body, 'text/html');
    const excerpts = ranges.map(([start, end]) => ({ start, bytes: body.subarray(start, end) }));
    const proof = sparseBody(body.length, excerpts);
    expect(proofRanges(proof, 'text/html')).toEqual(ranges);
    expect(ofPage(proof).disposition).toBe('withhold');
  });
});

test.each(['x-robots-tag', 'content-signal', 'content-usage', 'robots-tag'])('%s beyond the limit is unreadable', name => {
  const line = name === 'content-signal' || name === 'content-usage' ? 'a=1' : 'index';
  const lines = Array.from({ length: 3 }, () => [name, Array.from({ length: 2_500 }, () => line).join(', ')] as const);
  expect(readings([...html, lines[0]!], '<p>a').disposition).toBe('keep');
  expect(readings([...html, ...lines], '<p>a').disposition).toBe('withhold');
  expect(JSON.stringify(readings([...html, ...lines], '<p>a'))).toContain('field.too-long');
});

test('a refusal that names another crawler does not make known what stands beyond the limit', () => {
  const filler = Array.from(
    { length: 3 },
    () => ['X-Robots-Tag', Array.from({ length: 2_500 }, () => 'index').join(', ')] as const,
  );
  const verdict = readings([...html, ['X-Robots-Tag', 'gptbot: noai'], ...filler], '<p>a', deaf);
  expect(verdict.verdicts['train-ai']).toMatchObject({ preference: 'unknown', because: 'unreadable', disposition: 'withhold' });
});

test('what a directive refuses is never missed by the first look', () => {
  const bits = [
    'no',
    'ai',
    'index',
    'none',
    'max-snippet',
    '0',
    '+',
    '-',
    '_',
    ':',
    '=',
    ' ',
    ',',
    ';',
    'x',
    'İ',
    'NoAI',
    'unavailable_after',
    'archive',
    'disallow',
    'training',
  ];
  let seed = 1;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (seed >> 8) % below;
  };
  for (let run = 0; run < 20_000; run++) {
    const value = Array.from({ length: 1 + next(8) }, () => bits[next(bits.length)]).join('');
    const refuses = readDirectives(value).some(one =>
      (['train-ai', 'search', 'ai-use', 'tdm', 'archive'] as const).some(
        about => refusalBy(one, { about, isImage: true, at: null }) !== null,
      ),
    );
    if (refuses) expect(mayRefuse(value), value).toBe(true);
  }
});
