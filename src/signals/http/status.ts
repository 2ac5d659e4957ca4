/**
 * HTTP status of the page itself (RFC 9110 §15). https://www.rfc-editor.org/rfc/rfc9110
 * A challenge or captcha in its place is a barrier too, whatever its status (`challenge.ts`); nobody here solves it.
 *
 * Reads: the status line of the final response. 401, 402, 403, 407 and 451 are barriers: no lawful open access, never retried with another identity.
 * 404 and 410 are no statement; there is just no asset. 429, 5xx and network failures say "not now". Other 4xx: refused, and called a barrier's kin.
 * Precedence: the reader decides. Every policy hears a barrier, whatever else it reads.
 *
 * Known departures: other 4xx than those listed count as gone (there is no asset to keep); 3xx answers are about another URL.
 */
import type { About, Anomaly, Exchange, Reading, Signal } from '../../vocab/index.ts';
import { anomaly, citeAbsence, citeField, citeStatus } from '../cite.ts';
import { valuesOf } from '../field-values.ts';
import { refusal } from '../refusal.ts';
import { challengeOf } from './challenge.ts';

const id = 'http.status';
const barriers = new Set([401, 402, 403, 407, 451]);

const barrierSpec: Readonly<Record<number, string>> = {
  401: 'RFC 9110 §15.5.2',
  402: 'RFC 9110 §15.5.3',
  403: 'RFC 9110 §15.5.4',
  407: 'RFC 9110 §15.5.8',
  451: 'RFC 7725 §3',
};

export const httpStatus: Signal = {
  id,
  stage: 'fields',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm', 'archive'],
  read: ({ page }, question) => {
    if (page === null) throw new Error('ERR_SIGNAL_STAGE: http.status is not read without a page');
    const { retrieval } = page;
    const challenge = challengeOf(id, page);
    if (challenge) return { state: 'read', statements: [refusal(question.about, 'conformant', challenge)], anomalies: [] };
    switch (retrieval.outcome) {
      case 'successful':
        return { state: 'silent', looked: citeStatus(id, page, retrieval.status, 'RFC 9110 §15.3'), anomalies: [] };
      case 'unavailable':
        return readUnavailable(page, retrieval.status, question.about);
      case 'unreachable':
        return {
          state: 'no-asset',
          because: 'unreachable',
          disposition: 'defer',
          looked: retrieval.status
            ? citeStatus(id, page, retrieval.status, 'RFC 9110 §15.6')
            : citeAbsence(id, page, `answer (${retrieval.cause})`, 'RFC 9110 §15'),
          anomalies: [],
        };
      case 'not-attempted':
        return {
          state: 'no-asset',
          because: 'not-attempted',
          disposition: 'defer',
          looked: citeAbsence(id, page, 'request', 'RFC 9110 §15'),
          anomalies: [],
        };
    }
  },
};

function readUnavailable(page: Exchange, status: number, about: About): Reading {
  if (barriers.has(status)) {
    const evidence = citeStatus(id, page, status, barrierSpec[status] ?? 'RFC 9110 §15.5');
    return {
      state: 'read',
      statements: [refusal(about, 'conformant', evidence)],
      anomalies: payPerCrawl(page, status),
    };
  }
  const looked = citeStatus(id, page, status, 'RFC 9110 §15.5');
  if (status < 400) return { state: 'no-asset', because: 'not-attempted', disposition: 'defer', looked, anomalies: [] };
  return { state: 'no-asset', because: 'silent', disposition: 'withhold', looked, anomalies: [] };
}

/** Cloudflare pay per crawl: the price is recorded and never paid. */
function payPerCrawl(page: Exchange, status: number): Anomaly[] {
  const [price] = status === 402 ? valuesOf(page, 'crawler-price') : [];
  if (price === undefined) return [];
  const evidence = citeField(id, page, 'crawler-price', 0, price, 'Cloudflare pay per crawl');
  return [anomaly('http.price-asked', 'none', evidence)];
}
