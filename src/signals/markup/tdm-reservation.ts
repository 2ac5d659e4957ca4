/**
 * TDM Reservation Protocol in the markup (W3C Community Group Final Report, 10 May 2024, §6).
 * https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
 *
 * Reads: `<meta name="tdm-reservation" content="1">`; `tdm-policy` beside a reservation is recorded, its terms are not negotiated.
 * Precedence: supersedes the header section and tdmrep.json (§4); among several elements any reservation wins.
 * `0` lifts what an earlier carrier reserved and grants nothing; anything else is a protocol error: a wrong value.
 *
 * Known departures, to the protection of the page: `property`, `http-equiv`, `tdm:reservation`, and elements outside the head reserve and never lift;
 * repeated and quoted values are heard where they restrict (`../tdm-values.ts`).
 */
import type { Anomaly, Reading, Signal } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { readTdmValues } from '../fields/tdm-values.ts';
import { citeTag, type Markup, openMarkup, settleWhole } from './open.ts';
import { policyName } from './relevance.ts';

const id = 'markup.tdm-reservation';
const spec = 'TDMRep 2024-05-10 §6';
const looked = 'tdm-reservation meta element';

export const markupTdmReservation: Signal = {
  id,
  stage: 'body',
  bearsOn: ['train-ai', 'tdm', 'ai-use'],
  read: ({ page }, { about }): Reading => {
    const opened = openMarkup(id, page, looked, spec);
    if ('state' in opened) return opened;
    const metas = opened.scan.metas.filter(({ role }) => role.isReservation);
    if (metas.length === 0) return settleWhole(opened, { state: 'silent', looked: opened.absence, anomalies: [] });
    const values = metas.map(meta => {
      const { name, isLenient } = meta.role;
      return {
        value: meta.attributes.get('content') ?? '',
        evidence: citeTag(id, opened.page, opened.body, meta, 'meta[name="tdm-reservation"]', spec),
        isLenient: isLenient || name !== 'tdm-reservation' || meta.place !== 'head',
      };
    });
    const { statements, anomalies } = readTdmValues(values, about);
    const isReserved = statements.some(({ preference, form }) => preference === 'disallow' && form !== 'wrong-value');
    const reading: Reading = isNonEmpty(statements)
      ? { state: 'read', statements, anomalies: [...anomalies, ...(isReserved ? policiesOf(opened) : [])] }
      : { state: 'silent', looked: values[0]?.evidence ?? opened.absence, anomalies };
    return settleWhole(opened, reading);
  },
};

const policiesOf = ({ page, body, scan }: Markup): readonly Anomaly[] =>
  scan.metas
    .filter(({ role }) => role.isPolicy)
    .slice(0, 1)
    .map(meta =>
      anomaly('tdmrep.policy', 'none', citeTag(id, page, body, meta, `meta[name="${policyName}"]`, 'TDMRep 2024-05-10 §7')),
    );
