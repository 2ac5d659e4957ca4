import { describe, expect, test } from 'vitest';
import { isCaseError, isSettled } from '../../../src/assess/index.ts';
import { agents, policies, reader, withDefaults } from '../../vectors/load.ts';

type Stage = Parameters<typeof isSettled>[3];
type Parts = { readonly robots?: unknown; readonly tdmrep?: unknown; readonly response?: unknown };
const file = (body: string) => ({ status: 200, body });
const page = (headers: readonly (readonly [string, string])[], head = '') => ({
  status: 200,
  headers: [['content-type', 'text/html'], ...headers],
  body: `<!doctype html><head>${head}</head><p>Text`,
});
const reserved = file('[{"location": "/", "tdm-reservation": 1}]');

const table: [what: string, parts: Parts, stage: Stage, isSettled: boolean, policy?: string][] = [
  ['nothing was said', {}, 'origin', false],
  ['nothing was said, up to the body', { response: page([]) }, 'body', false],
  ['nothing was said, and silence is withheld: a grant may still come', {}, 'origin', false, 'opt-in'],
  ['a permission', { robots: file('Content-Usage: train-ai=y') }, 'origin', false],
  ['robots.txt refuses the use', { robots: file('Content-Usage: train-ai=n') }, 'origin', true],
  ['robots.txt refuses a named crawler', { robots: file('User-agent: GPTBot\nDisallow: /') }, 'origin', true],
  [
    'robots.txt refuses a named crawler, which this policy does not hear',
    { robots: file('User-agent: GPTBot\nDisallow: /') },
    'origin',
    false,
    'rfc9309',
  ],
  ['robots.txt does not answer', { robots: { unreachable: 'timeout' } }, 'origin', true],
  [
    'robots.txt does not answer, and this policy reads no use in it',
    { robots: { unreachable: 'timeout' } },
    'origin',
    false,
    'rfc9309',
  ],
  ['the file of TDMRep reserves: header or markup may still lift it', { tdmrep: reserved }, 'origin', false],
  [
    'the same when the header section has come: markup may still lift it',
    { tdmrep: reserved, response: page([]) },
    'fields',
    false,
  ],
  ['the same at the end', { tdmrep: reserved, response: page([]) }, 'body', true],
  ['the file reserves, the header lifts', { tdmrep: reserved, response: page([['tdm-reservation', '0']]) }, 'fields', false],
  ['a header reserves: markup may still lift it', { response: page([['tdm-reservation', '1']]) }, 'fields', false],
  ['a header of another mechanism refuses', { response: page([['x-robots-tag', 'noai']]) }, 'fields', true],
  ['it is not read before it has come', { response: page([['x-robots-tag', 'noai']]) }, 'origin', false],
  ['markup refuses', { response: page([], '<meta name="robots" content="noai">') }, 'body', true],
  ['it is not read before it has come', { response: page([], '<meta name="robots" content="noai">') }, 'fields', false],
];

describe('whether training is refused for good by what is known so far, so that nothing more is asked of the site', () => {
  test.each(table)('%s (%o, %s: %s)', (_what, { response, ...origin }, stage, expected, policy = 'standard') => {
    const read = reader.read(withDefaults({ origin, ...(response === undefined ? {} : { response }) }));
    if (isCaseError(read)) throw new Error(read.message);
    const asker = { productToken: 'heed', at: null, policy: policies[policy]!, facts: { agents } };
    expect(isSettled(read.carriers, 'train-ai', asker, stage)).toBe(expected);
  });
});
