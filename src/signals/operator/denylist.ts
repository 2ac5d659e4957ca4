/**
 * The operator's own denylist (ours; format: `operator records` in README.md, `heed schema operator-record`).
 *
 * Reads: denials of the operator's records that reach the URL. Each refuses acquisition and every use.
 * Precedence: any denial that is in force counts; no grant, of the operator or of the site, lifts it.
 * In a crawl the same question is asked before any name is looked up; then the URL ends as `refused.denylist`.
 *
 * Known departures, all to the site's protection: an unsigned denial counts; where no clock is allowed to matter, so does one that has ended or has
 * not begun; http and https are one.
 */
import type { Facts, Instant, Reading, Signal } from '../../vocab/index.ts';
import { categories, isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import { refusal } from '../refusal.ts';
import { citeRecord, covering, fileOf, passedOver, spec, standing } from './records.ts';

const id = 'operator.denylist';
const looked = 'denial of this URL';
/** Of an operator who keeps no records. */
const unlisted: Reading = { state: 'silent', looked: citeAbsence(id, fileOf(undefined), looked, spec), anomalies: [] };

export const operatorDenylist: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['acquisition', ...categories],
  read: (_carriers, { about, url, at }, { operator }): Reading => {
    if (operator === undefined) return unlisted;
    const file = fileOf(operator);
    const absence = citeAbsence(id, file, looked, spec);
    const records = covering(operator, 'deny', url);
    if (records.length === 0) return { state: 'silent', looked: absence, anomalies: [] };
    const found = records.map(record => ({ record, stands: standing(record, at) }));
    const inForce = found.filter(({ stands }) => stands === 'in-force' || stands === 'undated').map(({ record }) => record);
    const unsigned = inForce
      .filter(record => !record.isSigned)
      .map(record => anomaly('operator.unsigned-denial', 'restricts', citeRecord(id, file, record)));
    const statements = inForce.map(record => refusal(about, 'conformant', citeRecord(id, file, record)));
    if (isNonEmpty(statements)) return { state: 'read', statements, anomalies: unsigned };
    const past = found.flatMap(({ record, stands }) =>
      stands === 'expired' || stands === 'not-yet' ? [passedOver(id, file, record, stands)] : [],
    );
    return { state: 'silent', looked: absence, anomalies: past };
  },
};

/** Is this URL closed by the operator's own word at this instant? Asked before anything of it is. */
export const isDenied = ({ operator }: Pick<Facts, 'operator'>, url: string, at: Instant): boolean =>
  covering(operator, 'deny', url).some(record => standing(record, at) === 'in-force');
