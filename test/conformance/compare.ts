/** heed and other tools on the same vectors: does heed do what they say, and where do the others differ from it? */
import { assess, type Case, isCaseError } from '../../src/assess/index.ts';
import { strictest } from '../../src/policy/index.ts';
import { signals } from '../../src/signals/index.ts';
import type { About, Category, Facts, Instant, Policy, Verdict } from '../../src/vocab/index.ts';
import { agents, policies, reader, type VectorCase, vectorFiles, withDefaults } from '../vectors/load.ts';
import { operatorFacts } from '../vectors/operator-facts.ts';
import { type Tool, tools } from './tools.ts';

export interface Tally {
  agrees: number;
  /** It would take what heed leaves. */
  permissive: number;
  /** It would leave what heed takes. */
  stricter: number;
  cannotRead: number;
}

export interface SignalRow {
  readonly signal: string;
  readonly cases: number;
  /** Names of the vectors heed does not answer as they say. */
  readonly missed: readonly string[];
  readonly others: ReadonlyMap<string, Tally>;
}

interface Asked {
  readonly parsed: Case;
  readonly about: About;
  readonly at: Instant | null;
  readonly facts: Facts;
}

function askedOf(signal: string, vector: VectorCase): Asked {
  const parsed = reader.read(withDefaults(vector.case));
  if (isCaseError(parsed)) throw new Error(`${signal}, ${vector.name}: ${parsed.message}`);
  return {
    parsed,
    about: (vector.about ?? (signal === 'robots.rule' ? 'acquisition' : 'train-ai')) as About,
    at: (vector.at as Instant | undefined) ?? null,
    facts: { agents, ...operatorFacts(vector.operator) },
  };
}

function verdictsOf({ parsed, about, at, facts }: Asked, policy: Policy): ReadonlyMap<About, Verdict> {
  const asked: Category[] = about === 'acquisition' ? [] : [about];
  return assess(parsed.carriers, asked, { productToken: parsed.productToken, at, policy, facts });
}

/** Does heed read, and judge, as the vector says? */
function isMet(signal: string, vector: VectorCase): boolean {
  const asked = askedOf(signal, vector);
  const { parsed, about, at, facts } = asked;
  const question = { about, url: parsed.carriers.url, productToken: parsed.productToken, at };
  const reading = signals.find(({ id }) => id === signal)?.read(parsed.carriers, question, facts);
  const { state, statements, anomalies } = vector.expect;
  if (reading?.state !== state) return false;
  const said = reading.state === 'read' ? reading.statements : [];
  const isSaid =
    statements === undefined ||
    (said.length === statements.length &&
      statements.every(({ preference, form, quote }, i) => {
        const found = said[i];
        return (
          found?.preference === preference &&
          (form ?? found.form) === found.form &&
          (quote ?? found.evidence.quote) === found.evidence.quote
        );
      }));
  const codes = [...new Set((reading.anomalies ?? []).map(({ code }) => code))].sort().join();
  const isNoticed = anomalies === undefined || codes === [...anomalies].sort().join();
  return (
    isSaid &&
    isNoticed &&
    Object.entries(vector.verdicts ?? {}).every(([name, expected]) => {
      const policy = policies[name];
      const verdict = policy && verdictsOf(asked, policy).get(about);
      return verdict?.finding.preference === expected.preference && verdict.disposition === expected.disposition;
    })
  );
}

const isTaken = (asked: Asked, policy: Policy): boolean =>
  strictest([...verdictsOf(asked, policy).values()].map(({ disposition }) => disposition)) === 'keep';

function count(tally: Tally, tool: Tool, parsed: Case, isKept: boolean): void {
  const answer = tool.answer(parsed);
  if (answer === 'cannot-read') tally.cannotRead++;
  else if ((answer === 'allowed') === isKept) tally.agrees++;
  else if (answer === 'allowed') tally.permissive++;
  else tally.stricter++;
}

/** @param only vector files to compare; all by default */
export function compare(policyName: string, only: (signal: string) => boolean = () => true): readonly SignalRow[] {
  const policy = policies[policyName];
  if (!policy) throw new Error(`unknown policy ${policyName}; known are ${Object.keys(policies).join(', ')}`);
  return vectorFiles
    .filter(({ signal }) => only(signal))
    .map(({ signal, cases }) => {
      const others = new Map(
        tools.map(({ name }): [string, Tally] => [name, { agrees: 0, permissive: 0, stricter: 0, cannotRead: 0 }]),
      );
      for (const vector of cases) {
        const asked = askedOf(signal, vector);
        const isKept = isTaken(asked, policy);
        for (const tool of tools) count(others.get(tool.name) as Tally, tool, asked.parsed, isKept);
      }
      return {
        signal,
        cases: cases.length,
        missed: cases.filter(vector => !isMet(signal, vector)).map(({ name }) => name),
        others,
      };
    });
}
