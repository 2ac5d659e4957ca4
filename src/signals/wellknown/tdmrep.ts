/**
 * TDM Reservation Protocol in a file at the origin (W3C Community Group Final Report, 10 May 2024, §6: /.well-known/tdmrep.json).
 * https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
 *
 * Reads: a JSON array of `{location, tdm-reservation, tdm-policy}`; a location is a path pattern of RFC 9309 (case, `*`, `$`, escapes).
 * Precedence: the first rule in sequence that matches decides, whatever its length; field, markup and file metadata supersede it (§4).
 * Errors: what is no JSON array of objects is unreadable; a wrong or missing reservation leaves it unset, and the next match is asked.
 *
 * Known departures, all to the site's protection: `"1"`, misspelt members, and locations that are no path are lenient; they restrict and never
 * lift. Where the first match lifts and a longer later one reserves, the report is followed and an anomaly recorded: `strict` withholds.
 */
import type { Anomaly, Evidence, Question, Reading, Signal, Statement } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence, quoteBytes, sourceOf } from '../cite.ts';
import { readTdmValues, reservation } from '../fields/tdm-values.ts';
import { canonicalPath, pathMatcher } from '../robots/paths.ts';
import { isCatchAll, openWellknown, silentWith, unreadable, type WellknownFile, type WellknownKind } from './open.ts';
import { type Place, type TdmFile, type TdmRule, tdmFile } from './tdmrep/rules.ts';

const id = 'wellknown.tdmrep';
const spec = 'TDMRep 2024-05-10 §6';
const kind: WellknownKind = { id, mechanism: 'tdmrep', spec, name: 'tdmrep.json' };

/** Of rules that match and say nothing valid, so many are cited. */
const maxCited = 5;

export const wellknownTdmrep: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['train-ai', 'tdm', 'ai-use'],
  read: ({ tdmrep }, question): Reading => {
    const opened = openWellknown(kind, tdmrep);
    if ('state' in opened) return opened;
    if (isCatchAll(opened, /^(\xef\xbb\xbf)?\s*[[{]/)) return silentWith(kind, tdmrep, 'html', 'tdmrep.json but an HTML page');
    if (opened.isCut) return unreadable(kind, tdmrep, opened.retrieval.truncated ? 'truncated' : 'too-large');
    const file = tdmFile(opened.body);
    return 'fault' in file ? unreadable(kind, tdmrep, file.fault) : readFile(opened, file, question);
  },
};

function readFile(opened: WellknownFile, { rules, others }: TdmFile, { url, about }: Question): Reading {
  const { exchange } = opened;
  const { matching, foreign } = matchingRules(rules, url);
  const absence = citeAbsence(id, exchange, 'rule that matches', spec);
  if (matching.length === 0 && !foreign && others.length === 0) return { state: 'silent', looked: absence, anomalies: [] };
  const deciding = matching.find(({ effect }) => effect !== 'void');
  const voids = matching.slice(0, deciding ? matching.indexOf(deciding) : undefined).slice(0, maxCited);
  const read = [...voids, ...(deciding ? [deciding] : [])].map(rule => readRule(opened, rule, about));
  const unread = others.slice(0, maxCited).map(other => anomaly('tdmrep.not-a-rule', 'ignored', cite(opened, other)));
  const statements = read.flatMap(one => one.statements);
  const anomalies: readonly Anomaly[] = [
    ...read.flatMap(one => one.anomalies),
    ...unread,
    ...unheard(opened, 'tdmrep.later-reservation', deciding && laterReservation(matching, deciding)),
    ...unheard(opened, 'tdmrep.foreign-location', foreign),
  ];
  const [other] = others;
  if (other && deciding?.effect !== 'reserves' && isNonEmpty(anomalies)) {
    return { state: 'unreadable', looked: cite(opened, other), anomalies };
  }
  return isNonEmpty(statements) ? { state: 'read', statements, anomalies } : { state: 'silent', looked: absence, anomalies };
}

interface Matches {
  readonly matching: readonly TdmRule[];
  /** A reservation written for another host: nobody reserves another site's pages. */
  readonly foreign: TdmRule | undefined;
}

/** Each use is asked about one URL, one after the other: the last answer is kept. */
let recent: { readonly rules: readonly TdmRule[]; readonly url: string; readonly matches: Matches } | undefined;

function matchingRules(rules: readonly TdmRule[], url: string): Matches {
  if (recent?.rules !== rules || recent.url !== url) recent = { rules, url, matches: findMatching(rules, url) };
  return recent.matches;
}

function findMatching(rules: readonly TdmRule[], url: string): Matches {
  // Most files name no host.
  const host = rules.some(rule => rule.host !== null) ? URL.parse(url)?.host : undefined;
  const matches = pathMatcher(canonicalPath(url));
  const isForeign = (rule: TdmRule): boolean => rule.host !== null && rule.host !== host;
  return {
    matching: rules.filter(rule => !isForeign(rule) && (rule.pattern === '' || matches(rule.pattern))),
    foreign: rules.find(rule => isForeign(rule) && rule.effect === 'reserves'),
  };
}

const laterReservation = (matching: readonly TdmRule[], deciding: TdmRule): TdmRule | undefined =>
  deciding.effect === 'lifts'
    ? matching.find(
        ({ index, effect, pattern }) =>
          index > deciding.index && effect === 'reserves' && pattern.length > deciding.pattern.length,
      )
    : undefined;

function readRule(
  opened: WellknownFile,
  rule: TdmRule,
  about: Statement['about'],
): { readonly statements: readonly Statement[]; readonly anomalies: readonly Anomaly[] } {
  const evidence = cite(opened, rule, rule.names.reservation);
  if (rule.values.length === 0) {
    return {
      statements: [reservation(about, 'wrong-value', evidence)],
      anomalies: [anomaly('tdmrep.missing-reservation', 'ignored', evidence)],
    };
  }
  const { statements, anomalies } = readTdmValues(
    rule.values.map(value => ({ ...value, evidence })),
    about,
  );
  const flaw = rule.flaw ? [anomaly(`tdmrep.${rule.flaw}`, rule.effect === 'reserves' ? 'restricts' : 'ignored', evidence)] : [];
  const policy =
    rule.effect === 'reserves' && rule.policy !== null
      ? [anomaly('tdmrep.policy', 'none', cite(opened, rule, rule.names.policy), rule.policy.slice(0, 500))]
      : [];
  return {
    statements: statements.map(statement => ({ ...statement, specificity: rule.pattern.length })),
    anomalies: [...anomalies, ...flaw, ...policy],
  };
}

const unheard = (opened: WellknownFile, code: string, rule: TdmRule | undefined): readonly Anomaly[] =>
  rule ? [anomaly(code, 'ignored', cite(opened, rule, rule.names.reservation))] : [];

/** The member decides, the whole element is quoted. */
const cite = ({ exchange, body }: WellknownFile, { index, start, end }: Place, name: string | null = null): Evidence => ({
  signal: id,
  source: sourceOf(exchange),
  locator: { kind: 'pointer', pointer: name === null ? `/${index}` : `/${index}/${name}` },
  quote: quoteBytes(body, start, end),
  spec,
});
