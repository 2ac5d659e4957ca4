/**
 * Usage preferences as an HTTP field: what Content-Usage and Content-Signal share. The lines of a field are one value (RFC 9110 §5.3); what is
 * read from it is cited from the last line that says it by itself. A malformed value makes the reading unreadable.
 */
import type { About, Anomaly, Evidence, Exchange, Reading, Statement } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { onceFor } from '../once.ts';
import type { UsageValue } from '../usage-value.ts';
import { type FieldLineFound, linesRead, settleLines } from './field-lines.ts';

/** Of each code, so many departures are cited. */
const maxAnomaliesPerCode = 5;

type Lines = readonly [FieldLineFound, ...FieldLineFound[]];

interface Values {
  readonly whole: UsageValue;
  readonly single: readonly { readonly evidence: Evidence; readonly value: UsageValue }[];
}

/** @param settle what the value as a whole amounts to in this field @returns a reader that parses the lines of one page once, whatever is asked */
export function usageFieldReader(
  read: (value: string) => UsageValue,
  settle: (whole: UsageValue) => UsageValue = whole => whole,
): (page: Exchange, lines: Lines, about: About) => Reading {
  const oncePerPage = onceFor<Exchange, never, Values>();
  return (page, lines, about) => {
    const fitting = linesRead(lines);
    const { whole, single } = oncePerPage(page, [], () => {
      const said = read(fitting.map(({ value }) => value).join(', '));
      const only = fitting.length === 1 ? said : null;
      return { whole: settle(said), single: fitting.map(({ value, evidence }) => ({ evidence, value: only ?? read(value) })) };
    });
    const cite = (isSaid: (value: UsageValue) => boolean): Evidence =>
      (single.findLast(({ value }) => isSaid(value)) ?? lines[0]).evidence;
    return settleLines(readValues(whole, cite, about, lines[0]), lines[fitting.length]);
  };
}

function readValues(
  whole: UsageValue,
  cite: (isSaid: (value: UsageValue) => boolean) => Evidence,
  about: About,
  first: FieldLineFound,
): Reading {
  const statements = distinct(whole.preferences.filter(({ category }) => category === about)).map(
    ({ preference, form, grants }): Statement => ({
      about,
      preference,
      form,
      addressee: { to: 'us' },
      specificity: 0,
      grants,
      evidence: cite(value => value.preferences.some(said => said.category === about && said.preference === preference)),
    }),
  );
  const anomalies = few(whole.flaws).map(({ code, effect, detail }): Anomaly => {
    const evidence = cite(value => value.flaws.some(flaw => flaw.code === code && flaw.detail === detail));
    return anomaly(code, effect, evidence, detail);
  });
  if (whole.state === 'malformed' && isNonEmpty(anomalies)) {
    return { state: 'unreadable', looked: cite(({ state }) => state === 'malformed'), anomalies };
  }
  if (isNonEmpty(statements)) return { state: 'read', statements, anomalies };
  return { state: 'silent', looked: first.evidence, anomalies };
}

const distinct = (preferences: UsageValue['preferences']): UsageValue['preferences'] => [
  ...new Map(preferences.map(one => [`${one.preference} ${one.form}`, one])).values(),
];

function few(flaws: UsageValue['flaws']): UsageValue['flaws'] {
  const counts = new Map<string, number>();
  const once = new Map(flaws.map(flaw => [`${flaw.code} ${flaw.effect} ${flaw.detail}`, flaw]));
  return [...once.values()].filter(({ code }) => {
    const count = counts.get(code) ?? 0;
    counts.set(code, count + 1);
    return count < maxAnomaliesPerCode;
  });
}
