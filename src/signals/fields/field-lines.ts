import type { Evidence, Exchange, NonEmpty, Reading, SignalId } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { trimOctets } from '../bytes.ts';
import { anomaly, citeAbsence, citeField } from '../cite.ts';
import { valuesOf } from '../field-values.ts';
import { onceForEach } from '../once.ts';
import { settleUnseen } from '../refused.ts';

/** One field line of a name, as evidence; the value without surrounding white space (RFC 9110 §5.5). */
export interface FieldLineFound {
  readonly index: number;
  readonly value: string;
  readonly evidence: Evidence;
}

/**
 * The lines of one field of the page's own answer, whatever its status, or what a signal reads where there are none. A redirect's fields describe
 * the redirect and are passed over (RFC 9110 §15.4); where nothing was answered, the fields are unread.
 */
export function openFieldLines(id: SignalId, page: Exchange | null, name: string, spec: string): OpenedField {
  if (page === null) throw new Error(`ERR_SIGNAL_STAGE: ${id} is not read without a page`);
  return oncePerSignal(page, id, () => openLines(id, page, name, spec));
}

type OpenedField = { readonly page: Exchange; readonly lines: NonEmpty<FieldLineFound> } | Reading;

/** Of a signal the name and the specification are always the same. */
const oncePerSignal = onceForEach<Exchange, SignalId, OpenedField>();

function openLines(id: SignalId, page: Exchange, name: string, spec: string): OpenedField {
  const { retrieval } = page;
  const isRedirect = retrieval.outcome === 'unavailable' && retrieval.status < 400;
  const lines = isRedirect ? [] : fieldLines(id, page, name, spec);
  if (isNonEmpty(lines)) return { page, lines };
  const looked = citeAbsence(id, page, `${name} field`, spec);
  if (retrieval.outcome === 'not-attempted') return { state: 'unread', why: 'not-attempted', looked };
  if (retrieval.outcome === 'unreachable') return { state: 'unread', why: 'unreachable', looked };
  return { state: 'silent', looked, anomalies: [] };
}

/** Characters of one field that are read, lines together: a header section has hardly more, and beyond nobody knows what is said. */
export const maxFieldCharacters = 32_768;

/** The first lines of a field, as many as are read. */
export function linesRead<T extends { readonly value: string }>(lines: readonly T[]): readonly T[] {
  let left = maxFieldCharacters;
  const end = lines.findIndex(({ value }) => {
    left -= value.length;
    return left < 0;
  });
  return end < 0 ? lines : lines.slice(0, end);
}

/** @param unread the first line that was not read, if any */
export const settleLines = (reading: Reading, unread: FieldLineFound | undefined): Reading =>
  unread ? settleUnseen(reading, unread.evidence, [anomaly('field.too-long', 'ignored', unread.evidence)]) : reading;

/** Lines of one name in order. @param name lower case */
export const fieldLines = (id: SignalId, page: Exchange, name: string, spec: string): readonly FieldLineFound[] =>
  valuesOf(page, name).map((value, index) => ({
    index,
    value: trimOctets(value),
    evidence: citeField(id, page, name, index, value, spec),
  }));
