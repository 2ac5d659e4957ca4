/** What a domain refuses of other paths than its front page: found, and neither a refusal of the page that was measured nor silence. */
import { isOfOtherPaths, otherPaths, signals } from '../../signals/index.ts';
import {
  type About,
  type Carriers,
  type Evidence,
  type Facts,
  plainForms,
  type Question,
  type Reading,
  type SignalId,
} from '../../vocab/index.ts';
import { mechanismOf } from '../mechanism-of.ts';
import type { EvidenceList } from './evidence-list.ts';
import type { AuditPart, AuditRecord } from './record.ts';
import type { Readings } from './said.ts';

export interface ReadSoFar {
  /** Of the front page. */
  readonly readings: Readings;
  readonly robots: AuditRecord['robots'];
  readonly question: Pick<Question, 'productToken' | 'at'>;
  readonly facts: Facts;
}

/** Places cited for one signal. */
const maxCited = 8;
const namedBears: readonly About[] = ['train-ai', 'tdm'];

/** In the order of the catalog of signals. */
export function partlyOf(carriers: Carriers, read: ReadSoFar, evidence: EvidenceList): readonly AuditPart[] {
  const found = new Map<SignalId, AuditPart>();
  const note = (signal: SignalId, refuses: readonly About[], cite: () => readonly number[]): void => {
    const isOpen = refuses.filter(about => !refusesFrontPage(read.readings.get(about)?.get(signal)));
    if (isOpen.length > 0)
      found.set(signal, { signal, mechanism: mechanismOf.get(signal) ?? signal, refuses: isOpen, evidence: cite() });
  };
  const { star, named } = read.robots;
  if (star?.extent === 'partly' && !star.root) note('robots.rule', ['acquisition'], () => indexesOf([star]));
  const partlyNamed = named.filter(({ extent, root }) => extent === 'partly' && !root);
  if (partlyNamed.length > 0) note('robots.named-agent', namedBears, () => indexesOf(partlyNamed));
  for (const [signal, paths] of otherPaths(carriers)) {
    const { refuses, places } = refusedAt(signal, paths, carriers, read);
    if (refuses.length > 0) note(signal, refuses, () => evidence.indexes(places.slice(0, maxCited)));
  }
  return found.size < 2 ? [...found.values()] : [...mechanismOf.keys()].flatMap(id => found.get(id) ?? []);
}

const indexesOf = (reaches: readonly { readonly evidence?: number }[]): readonly number[] =>
  [...new Set(reaches.flatMap(({ evidence = [] }) => evidence))].slice(0, maxCited);

const refusesFrontPage = (reading: Reading | undefined): boolean => refusalsIn(reading).length > 0;

/** An error, a word on another matter and a file that was refused to us are no refusals, and a licence of other paths says nothing of this one. */
const refusalsIn = (reading: Reading | undefined): readonly Evidence[] =>
  reading?.state === 'read'
    ? reading.statements
        .filter(
          statement => statement.preference === 'disallow' && plainForms.includes(statement.form) && !isOfOtherPaths(statement),
        )
        .map(statement => statement.evidence)
    : [];

interface Refused {
  readonly refuses: readonly About[];
  readonly places: readonly Evidence[];
}

/** The same reader is asked about each path, so that what holds there is what holds. */
function refusedAt(id: SignalId, paths: readonly string[], carriers: Carriers, { question, facts }: ReadSoFar): Refused {
  const signal = signals.find(one => one.id === id);
  if (!signal) throw new Error(`ERR_AUDIT_SIGNAL: \`${id}\` is no signal`);
  const refuses = new Set<About>();
  const places: Evidence[] = [];
  const { origin } = new URL(carriers.url);
  for (const path of paths) {
    const url = URL.parse(origin + path)?.href;
    if (url === undefined) continue;
    // One object: what a licence says is found out once for all questions.
    const there: Carriers = { ...carriers, url, page: null };
    let isCited = false;
    for (const about of signal.bearsOn) {
      const found = refusalsIn(signal.read(there, { ...question, about, url }, facts));
      if (found.length === 0) continue;
      refuses.add(about);
      if (!isCited) places.push(...found);
      isCited = true;
    }
  }
  return { refuses: [...refuses], places };
}
