/**
 * Values of `tdm-reservation` where a response or a page carries it: TDMRep 2024-05-10 §5 and §6. `1` reserves, `0` lifts what an earlier carrier
 * reserved and grants nothing, anything else is a protocol error, hence unset (§3.1).
 *
 * Departures, all to the protection of the page: among several values any reservation wins; a list or a quoted value with a `1` in it is lenient;
 * `0` lifts only when every value of the carrier is `0`.
 */
import type { About, Anomaly, Evidence, Form, Statement } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { refusal } from '../refusal.ts';

export interface TdmValue {
  readonly value: string;
  readonly evidence: Evidence;
  /** The carrier itself departs from the report (`http-equiv`, `tdm:reservation`): it may restrict, never lift. */
  readonly isLenient: boolean;
}

export interface TdmReading {
  readonly statements: readonly Statement[];
  readonly anomalies: readonly Anomaly[];
}

type Meaning = 'reserved' | 'meant-reserved' | 'lifted' | 'wrong';

/** Of each form, so many values of one carrier are cited. */
const maxStatements = 8;

export function readTdmValues(values: readonly TdmValue[], about: About): TdmReading {
  const read = values.map(one => ({ ...one, meaning: meaningOf(one) }));
  const isContradicted = read.some(({ meaning }) => meaning !== 'reserved');
  const reserved = read.filter(({ meaning }) => meaning === 'reserved' || meaning === 'meant-reserved');
  const wrong = read.filter(({ meaning }) => meaning === 'wrong');
  const lifted = read.filter(({ meaning }) => meaning === 'lifted');
  const isLifted = lifted.length === read.length;
  const first = reserved[0];
  return {
    statements: [
      ...reserved
        .slice(0, maxStatements)
        .map(({ evidence }) => reservation(about, isContradicted ? 'lenient' : 'conformant', evidence)),
      ...wrong.slice(0, maxStatements).map(({ evidence }) => reservation(about, 'wrong-value', evidence)),
      ...(isLifted ? lifted.slice(0, 1).map(({ evidence }) => lift(about, evidence)) : []),
    ],
    anomalies: [
      ...wrong.slice(0, maxStatements).map(({ evidence, value }) => wrongValue(evidence, value)),
      ...(first && isContradicted ? [anomaly('tdmrep.lenient-restriction', 'restricts', first.evidence)] : []),
      ...(isLifted ? [] : lifted.slice(0, 1).map(({ evidence }) => anomaly('tdmrep.lift-not-heard', 'ignored', evidence))),
    ],
  };
}

function meaningOf({ value, isLenient }: TdmValue): Meaning {
  if (value === '1') return isLenient ? 'meant-reserved' : 'reserved';
  if (value === '0' && !isLenient) return 'lifted';
  const elements = value.split(/[,;]/, 64).map(element => element.replaceAll(/["'\s]/g, ''));
  return elements.includes('1') ? 'meant-reserved' : 'wrong';
}

const maxDetail = 80;
export const wrongValue = (evidence: Evidence, value: string): Anomaly =>
  anomaly('tdmrep.wrong-value', 'ignored', evidence, value.slice(0, maxDetail));

/** Input to a model is mining only as far as it is: who reserves mining is heard on it by strict ears. */
export const reservation = (about: About, form: Form, evidence: Evidence): Statement =>
  refusal(about, about === 'ai-use' && form !== 'wrong-value' ? 'implied' : form, evidence);

export const lift = (about: About, evidence: Evidence): Statement => ({
  ...reservation(about, 'conformant', evidence),
  preference: 'allow',
  form: 'conformant',
});
