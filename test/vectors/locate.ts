import type { Carriers, Evidence, Exchange } from '../../src/vocab/index.ts';
import { maxQuoteBytes } from '../../src/vocab/index.ts';

const utf8 = new TextDecoder();

/** Applies a locator to the source it names, without any of the readers' code: what is found there must be the quote. */
export function locate(carriers: Carriers, evidence: Evidence, others: readonly Exchange[] = []): string {
  const { locator, source } = evidence;
  if (locator.kind === 'absence') return '';
  const exchange = [...exchangesOf(carriers), ...others].find(e => e.url === source.url && e.digest === source.digest);
  if (!exchange) throw new Error(`evidence cites ${source.url} (${source.digest}), which was never asked`);
  const { retrieval } = exchange;
  if (retrieval.outcome === 'not-attempted') throw new Error('evidence cites a source that was not asked');
  if (locator.kind === 'field') {
    if (locator.name === ':status') return String('status' in retrieval ? retrieval.status : '');
    const values = (retrieval.fields ?? []).filter(([name]) => name.toLowerCase() === locator.name).map(([, value]) => value);
    const value = values[locator.index];
    if (value === undefined) throw new Error(`no ${locator.name} line ${locator.index}`);
    return cap(new TextEncoder().encode(value));
  }
  const body = 'body' in retrieval && retrieval.body ? retrieval.body : new Uint8Array();
  if (locator.kind === 'pointer') return evidence.quote; // structure, not bytes: checked by the signal's own unit test
  if (locator.kind === 'line') {
    const before = utf8.decode(body.subarray(0, locator.bytes[0]));
    const number = before.split(/\r\n|\n|\r/).length;
    if (number !== locator.line) throw new Error(`byte ${locator.bytes[0]} is on line ${number}, not ${locator.line}`);
  }
  return cap(body.subarray(locator.bytes[0], locator.bytes[1]));
}

const cap = (bytes: Uint8Array): string => utf8.decode(bytes.subarray(0, maxQuoteBytes));

const exchangesOf = ({ robots, tdmrep, aiTxt, trustTxt, licenses, page }: Carriers): Exchange[] => [
  ...(page ? [page] : []),
  robots,
  tdmrep,
  aiTxt,
  trustTxt,
  ...licenses.values(),
];
