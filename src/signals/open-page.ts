import type { Evidence, Exchange, Reading, Retrieval, SignalId } from '../vocab/index.ts';
import { citeAbsence, citeStatus } from './cite.ts';

export interface OpenPage {
  readonly page: Exchange;
  readonly retrieval: Extract<Retrieval, { outcome: 'successful' }>;
  /** What is cited where nothing is found. */
  readonly absence: Evidence;
}

/** A page that was served, or what a signal about its body reads where none was: an error page is not the page. @param looked what is looked for */
export function openPage(id: SignalId, page: Exchange | null, looked: string, spec: string): OpenPage | Reading {
  if (page === null) throw new Error(`ERR_SIGNAL_STAGE: ${id} is not read without a page`);
  const { retrieval } = page;
  const absence = citeAbsence(id, page, looked, spec);
  switch (retrieval.outcome) {
    case 'unavailable':
      return { state: 'silent', looked: citeStatus(id, page, retrieval.status, spec), anomalies: [] };
    case 'unreachable':
      return { state: 'unread', why: 'unreachable', looked: absence };
    case 'not-attempted':
      return { state: 'unread', why: 'not-attempted', looked: absence };
    case 'successful':
      return { page, retrieval, absence };
  }
}
