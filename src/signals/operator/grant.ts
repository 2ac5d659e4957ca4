/**
 * A grant the operator holds off the web: a contract, a letter (ours; format: `operator records` in README.md, `heed schema operator-record`).
 *
 * Reads: signed grants of the operator's records that reach the URL, are in force when the question is asked, and list the category.
 * Precedence: one mechanism's allow among others: any refusal of the site, and any denial of the operator, wins over it. Acquisition is never
 * granted: robots.txt has the last word on fetching.
 *
 * Known departures, each to the site's protection: an unsigned grant, one outside its dates, and any grant where no clock is allowed to matter
 * (`heed decide` without `--at`) say nothing. A grant holds for its own scheme, host and port.
 */
import type { About, Evidence, Exchange, OperatorRecord, Question, Reading, Signal, Statement } from '../../vocab/index.ts';
import { categories, isNonEmpty } from '../../vocab/index.ts';
import { citeAbsence } from '../cite.ts';
import { citeRecord, covering, fileOf, passedOver, spec, standing } from './records.ts';

const id = 'operator.grant';

const absenceOf = (about: About, file: Exchange): Evidence => citeAbsence(id, file, `grant of ${about} for this URL`, spec);
/** Of an operator who keeps no records. */
const ungranted: ReadonlyMap<About, Reading> = new Map(
  categories.map(about => [about, { state: 'silent', looked: absenceOf(about, fileOf(undefined)), anomalies: [] }]),
);

export const operatorGrant: Signal = {
  id,
  stage: 'origin',
  bearsOn: categories,
  read: (_carriers, question, { operator }): Reading => {
    const known = operator === undefined ? ungranted.get(question.about) : undefined;
    if (known) return known;
    const file = fileOf(operator);
    const absence = absenceOf(question.about, file);
    const records = covering(operator, 'grant', question.url);
    if (records.length === 0) return { state: 'silent', looked: absence, anomalies: [] };
    const found = records
      .filter(record => record.categories.some(category => category === question.about))
      .map(record => ({ record, stands: heard(record, question) }));
    const anomalies = found.flatMap(({ record, stands }) =>
      stands === 'in-force' ? [] : [passedOver(id, file, record, stands)],
    );
    const statements = found
      .filter(({ stands }) => stands === 'in-force')
      .map(
        ({ record }): Statement => ({
          about: question.about,
          preference: 'allow',
          form: 'conformant',
          addressee: { to: 'us' },
          specificity: 0,
          grants: true,
          evidence: citeRecord(id, file, record),
        }),
      );
    if (isNonEmpty(statements)) return { state: 'read', statements, anomalies };
    return { state: 'silent', looked: absence, anomalies };
  },
};

const heard = (record: OperatorRecord, { at }: Question): ReturnType<typeof standing> | 'unsigned-grant' =>
  record.isSigned ? standing(record, at) : 'unsigned-grant';
