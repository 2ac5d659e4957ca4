/**
 * Really Simple Licensing, RSL 1.0 (industry specification, December 2025). https://rslstandard.org/rsl
 *
 * Reads: the licence documents that robots.txt, the Link field and the markup point to, and those inside the page; all places count (§4).
 * Precedence: prohibitions accumulate, the narrowest content sets permissions and payment, `permits` is a closed list (§3.1.1, `terms.ts`).
 * We hold no contract: payable, behind a licence server, prohibited or left out of a closed list is a refusal. A grant needs the use to be listed,
 * free of charge and of conditions. A declared licence that cannot be had, or covers something else, licenses nothing (§4.9): a wrong value.
 *
 * Known departures: commas between tokens are read like spaces. Conditions we cannot know that we meet (credit, reports) leave no grant and are an
 * implied refusal; users and places that may not be ours are a refusal (`terms.ts`). An element's licence counts against the whole page, never for
 * it. Broken XML, a DTD, a content that covers the page without a licence, more pointers than are followed are unreadable, unless another licence
 * refuses anyway. What the `*` group's licences refuse is stated as inherited where we have a group of our own; they grant us nothing.
 */
import type { Anomaly, Carriers, Evidence, Question, Reading, Signal, Statement } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import { refusal } from '../refusal.ts';
import { citeElement } from '../xml-source.ts';
import { type Associated, type Associations, associate, pointersOf } from './rsl/associate.ts';
import { evaluate, type Ruling } from './rsl/terms.ts';
import { type Use, useOf } from './rsl/vocabulary.ts';

const id = 'wellknown.rsl';
const maxStatements = 16;
const maxAnomaliesPerCode = 5;

export const wellknownRsl: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm'],
  read: (carriers, question): Reading => {
    const use = useOf(question.about);
    const nothing = citeAbsence(id, carriers.robots, 'pointer to an RSL licence', 'RSL 1.0 §4');
    if (use === null) return { state: 'silent', looked: nothing, anomalies: [] };
    const found = associate(id, carriers, question.productToken);
    if (found === null) return { state: 'silent', looked: nothing, anomalies: [] };
    return settle(found, rulingsOf(found, use), question, nothing);
  },
};

/**
 * Absolute URLs of the licence documents to ask for before a page, or an origin (`page` null), can be judged.
 * @param productToken ours; without it every group of robots.txt counts
 */
export const licensePointers = (carriers: Carriers, productToken: string | null = null): readonly string[] => [
  ...new Set(pointersOf(carriers, productToken).flatMap(({ url }) => url ?? [])),
];

function rulingsOf({ associated, isWhole }: Associations, use: Use): readonly Ruling<Associated>[] {
  const ours = rulingsAmong(
    associated.filter(({ form }) => form !== 'inherited'),
    isWhole,
    use,
  );
  const everyones = rulingsAmong(
    associated.filter(({ form }) => form === 'inherited'),
    false,
    use,
  );
  return [...ours, ...everyones];
}

function rulingsAmong(associated: readonly Associated[], isWhole: boolean, use: Use): readonly Ruling<Associated>[] {
  const onPage = evaluate(
    associated.filter(({ reach }) => reach === 'page'),
    use,
  );
  const elsewhere = associated.flatMap(one => {
    if (one.reach === 'page') return [];
    const refused = evaluate([one], use).filter(({ kind }) => kind === 'refused');
    return one.reach === 'part' ? refused : refused.filter(({ element }) => element.name === 'prohibits');
  });
  const isRefused = elsewhere.length > 0;
  const mayGrant = isWhole && !isRefused && associated.every(({ form }) => form === 'conformant');
  return [...onPage.filter(({ kind }) => kind !== 'granted' || mayGrant), ...elsewhere];
}

function settle(found: Associations, rulings: readonly Ruling<Associated>[], { about }: Question, nothing: Evidence): Reading {
  const stated = distinct(rulings.map(ruling => statementOf(ruling, about)));
  // Whoever's licence it is: nothing was stated that somebody could inherit.
  const missing = found.missing.map(({ evidence, pointers }) => refusalOf(about, 'wrong-value', evidence, pointers));
  const statements = [...stated, ...missing].slice(0, maxStatements);
  const anomalies = few([...found.anomalies, ...found.unreadable, ...stated.flatMap(anomalyOf)]);
  const isRefused = statements.some(
    ({ preference, form }) => preference === 'disallow' && (form === 'conformant' || form === 'lenient'),
  );
  if (isRefused && isNonEmpty(statements)) return { state: 'read', statements, anomalies };
  const [broken] = found.unreadable;
  if (broken && isNonEmpty(anomalies)) return { state: 'unreadable', looked: broken.evidence, anomalies };
  const [unread] = found.unread;
  if (unread) return { state: 'unread', why: 'not-attempted', looked: unread, anomalies };
  if (isNonEmpty(statements)) return { state: 'read', statements, anomalies };
  const [first] = found.associated;
  const looked = first ? citeElement(id, first.source, first.content.element, 'RSL 1.0 §3.3') : nothing;
  return { state: 'silent', looked, anomalies };
}

function statementOf({ kind, covering, element, spec, ...rest }: Ruling<Associated>, about: Question['about']): Statement {
  const evidence = citeElement(id, covering.source, element, spec);
  if (kind === 'granted') {
    return { ...refusalOf(about, 'conformant', evidence, covering.pointers), preference: 'allow', grants: true };
  }
  const stated = kind === 'refused' && 'form' in rest ? rest.form : 'implied';
  const form = stated === 'conformant' || covering.form === 'inherited' ? covering.form : stated;
  return refusalOf(about, form, evidence, covering.pointers);
}

const refusalOf = (
  about: Question['about'],
  form: Statement['form'],
  evidence: Evidence,
  also: readonly Evidence[],
): Statement => ({ ...refusal(about, form, evidence), also });

const heardFirst: readonly Statement['form'][] = ['conformant', 'lenient', 'legacy', 'wrong-value', 'implied', 'inherited'];

/** One statement per element, in the form most policies hear, those first. */
function distinct(statements: readonly Statement[]): readonly Statement[] {
  const byPlace = new Map<string, Statement>();
  for (const statement of [...statements].sort((a, b) => heardFirst.indexOf(a.form) - heardFirst.indexOf(b.form))) {
    const { source, locator } = statement.evidence;
    const key = `${source.url} ${JSON.stringify(locator)}`;
    if (!byPlace.has(key)) byPlace.set(key, statement);
  }
  return [...byPlace.values()];
}

const formAnomaly: Partial<Record<Statement['form'], readonly [code: string, effect: Anomaly['effect']]>> = {
  lenient: ['rsl.lenient-restriction', 'restricts'],
  legacy: ['rsl.legacy-token', 'ignored'],
  'wrong-value': ['rsl.unknown-token', 'ignored'],
  implied: ['rsl.conditions-unmet', 'ignored'],
  inherited: ['rsl.inherited-license', 'ignored'],
};

function anomalyOf({ form, evidence }: Statement): Anomaly[] {
  const known = formAnomaly[form];
  return known ? [anomaly(known[0], known[1], evidence)] : [];
}

function few(anomalies: readonly Anomaly[]): readonly Anomaly[] {
  const counts = new Map<string, number>();
  return anomalies.filter(({ code }) => {
    const count = counts.get(code) ?? 0;
    counts.set(code, count + 1);
    return count < maxAnomaliesPerCode;
  });
}
