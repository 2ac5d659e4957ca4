import type { AuditRecord, ContradictionKind } from '../../assess/index.ts';
import { contradictionKinds, isMalformed, isNoFile, noFilePattern } from '../../assess/index.ts';
import { adviceOn, contradictionAdvice } from '../advice.ts';
import type { Family } from './family.ts';
import { some, text } from './sql.ts';

/** Values are `any` and the members of a list whose vocabulary is met with as the audit goes on. */
const listed = (
  parts: Pick<Family, 'id' | 'title' | 'known'> & {
    readonly of: (record: AuditRecord) => readonly string[];
    readonly any: { readonly definition: string; readonly sql: string };
    readonly define: (value: string) => { readonly definition: string; readonly sql: string };
  },
): Family => ({
  id: parts.id,
  title: parts.title,
  known: ['any', ...parts.known].map(value => `${parts.id}.${value}`),
  each(record, see) {
    const values = parts.of(record);
    if (values.length === 0) return;
    see(`${parts.id}.any`);
    for (const value of new Set(values)) see(`${parts.id}.${value}`);
  },
  define(key) {
    const value = key.slice(parts.id.length + 1);
    return { key, ...(value === 'any' ? parts.any : parts.define(value)) };
  },
});

export const contradictionsFamily: Family = listed({
  id: 'contradiction',
  title: 'Contradictions',
  known: contradictionKinds,
  of: ({ contradictions }) => contradictions.map(({ kind }) => kind),
  any: { definition: 'whose statements contradict each other', sql: 'len(contradictions) > 0' },
  define: kind => ({
    definition: `with a contradiction of the kind \`${kind}\`: ${contradictionAdvice[kind as ContradictionKind].meaning}`,
    sql: some('contradictions', 'x', `x.kind = ${text(kind)}`),
  }),
});

const noFile = `regexp_matches(x.code, ${text(noFilePattern)})`;

/** What changes nothing is counted by its code, and makes no domain malformed. */
export const malformedFamily: Family = listed({
  id: 'malformed',
  title: 'Malformed statements',
  known: [],
  of: ({ anomalies }) => anomalies.filter(isMalformed).map(({ code }) => code),
  any: {
    definition: 'with a statement that departs from its specification and was ignored or read to the protection of the site',
    sql: some('anomalies', 'x', `x.effect <> 'none' AND NOT ${noFile}`),
  },
  define: code => ({
    definition:
      `with the anomaly \`${code}\`, ignored or read to the protection of the site. ${adviceOn(code)?.meaning ?? ''}`.trim(),
    sql: some('anomalies', 'x', `x.effect <> 'none' AND x.code = ${text(code)}`),
  }),
});

/** What stands where a file would be looked for, and is none: on a list of domains a third serves a page for whatever is not found. */
export const noFileFamily: Family = listed({
  id: 'no-file',
  title: 'Something else in the place of a declaration file',
  known: [],
  of: ({ anomalies }) => anomalies.map(({ code }) => code).filter(isNoFile),
  any: {
    definition:
      'with a page or a refusal (4xx but 404 and 410) in the place of a declaration file, or with one that robots.txt closes',
    sql: some('anomalies', 'x', noFile),
  },
  define: code => ({
    definition: `with the anomaly \`${code}\`. ${adviceOn(code)?.meaning ?? ''}`.trim(),
    sql: some('anomalies', 'x', `x.code = ${text(code)}`),
  }),
});

/** Departures that change nothing. */
export const oddityFamily: Family = listed({
  id: 'oddity',
  title: 'Departures that change nothing',
  known: [],
  of: ({ anomalies }) => anomalies.filter(({ effect, code }) => effect === 'none' && !isNoFile(code)).map(({ code }) => code),
  any: {
    definition: 'with something that departs from its specification and changes nothing',
    sql: some('anomalies', 'x', `x.effect = 'none' AND NOT ${noFile}`),
  },
  define: code => ({
    definition: `with the anomaly \`${code}\`, which changes nothing. ${adviceOn(code)?.meaning ?? ''}`.trim(),
    sql: some('anomalies', 'x', `x.effect = 'none' AND x.code = ${text(code)}`),
  }),
});

export const barriersFamily: Family = listed({
  id: 'barrier',
  title: 'Barriers',
  known: ['401', '402', '403', '407', '429', '451', 'challenge'],
  of: ({ barriers }) => barriers.map(({ kind }) => kind),
  any: { definition: 'that met us with a barrier at a declaration or the front page', sql: 'len(barriers) > 0' },
  define: kind => ({
    definition:
      kind === 'challenge'
        ? 'that served a test in the place of a declaration or the front page'
        : `that answered a declaration or the front page with ${kind}`,
    sql: some('barriers', 'x', `x.kind = ${text(kind)}`),
  }),
});
