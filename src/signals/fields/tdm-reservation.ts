/**
 * TDM Reservation Protocol in the header section (W3C Community Group Final Report, 10 May 2024, §5).
 * https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
 *
 * Reads: `tdm-reservation` of the page's own answer; `tdm-policy` beside a reservation is recorded, its terms are not negotiated.
 * Precedence: supersedes tdmrep.json, is superseded by the markup and by metadata inside the file (§4); a line of its own each, any reservation wins.
 *
 * Known departures: repeated, joined and quoted values are heard where they restrict (`tdm-values.ts`), and never lift.
 */
import type { Anomaly, Exchange, Reading, Signal } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { fieldLines, openFieldLines } from './field-lines.ts';
import { readTdmValues } from './tdm-values.ts';

const id = 'field.tdm-reservation';
const spec = 'TDMRep 2024-05-10 §5';

export const fieldTdmReservation: Signal = {
  id,
  stage: 'fields',
  bearsOn: ['train-ai', 'tdm', 'ai-use'],
  read: (carriers, { about }): Reading => {
    const opened = openFieldLines(id, carriers.page, 'tdm-reservation', spec);
    if ('state' in opened) return opened;
    const { page, lines } = opened;
    // Several lines are one list (RFC 9110 §5.3), and a list is no value: `0` said twice lifts nothing.
    const isListOfZeros = lines.length > 1 && lines.every(({ value }) => value === '0');
    const { statements, anomalies } = readTdmValues(
      lines.map(line => ({ ...line, isLenient: isListOfZeros })),
      about,
    );
    const isReserved = statements.some(({ preference, form }) => preference === 'disallow' && form !== 'wrong-value');
    if (isNonEmpty(statements)) {
      return { state: 'read', statements, anomalies: [...anomalies, ...(isReserved ? policiesOf(page) : [])] };
    }
    return { state: 'silent', looked: lines[0].evidence, anomalies };
  },
};

const policiesOf = (page: Exchange): readonly Anomaly[] =>
  fieldLines(id, page, 'tdm-policy', 'TDMRep 2024-05-10 §7')
    .slice(0, 1)
    .map(({ evidence }) => anomaly('tdmrep.policy', 'none', evidence));
