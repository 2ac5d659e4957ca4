import { describe, expect, test } from 'vitest';
import { assess, isCaseError } from '../../src/assess/index.ts';
import { signals } from '../../src/signals/index.ts';
import type { About, Carriers, Category, Facts, Instant, Question, Reading } from '../../src/vocab/index.ts';
import { agents, policies, reader, type VectorCase, vectorFiles, withDefaults } from './load.ts';
import { locate } from './locate.ts';
import { operatorFacts } from './operator-facts.ts';

function carriersOf(vector: VectorCase): { carriers: Carriers; productToken: string } {
  const parsed = reader.read(withDefaults(vector.case));
  if (isCaseError(parsed)) throw new Error(`${parsed.code} ${parsed.message}`);
  return parsed;
}

const factsOf = ({ operator }: VectorCase): Facts => ({ agents, ...operatorFacts(operator) });
const atOf = ({ at }: VectorCase): Instant | null => (at as Instant | undefined) ?? null;

function readingOf(id: string, vector: VectorCase): Reading {
  const signal = signals.find(s => s.id === id);
  if (!signal) throw new Error(`no signal ${id} in the catalog`);
  const { carriers, productToken } = carriersOf(vector);
  const about = (vector.about ?? defaultAbout(id)) as About;
  const question: Question = { about, url: carriers.url, productToken, at: atOf(vector) };
  return signal.read(carriers, question, factsOf(vector));
}

const defaultAbout = (id: string): string => (id === 'robots.rule' ? 'acquisition' : 'train-ai');

for (const { signal: id, cases } of vectorFiles) {
  describe(id, () => {
    test.each(cases.map(c => [`${c.name} [${c.source}; ${c.spec}]`, c] as const))('%s', (_name, vector) => {
      const reading = readingOf(id, vector);
      const { state, statements, anomalies } = vector.expect;
      expect(reading.state).toBe(state);
      const found = reading.state === 'read' ? reading.statements : [];
      if (statements) {
        expect(found).toHaveLength(statements.length);
        for (const [index, expected] of statements.entries()) {
          const { form, preference, evidence, about } = found[index]!;
          expect({ preference, ...(expected.form ? { form } : {}) }).toEqual({
            preference: expected.preference,
            ...(expected.form ? { form: expected.form } : {}),
          });
          if (expected.quote !== undefined) expect(evidence.quote).toBe(expected.quote);
          if (expected.locator !== undefined) expect(evidence.locator).toEqual(expected.locator);
          if (expected.agent !== undefined) expect(evidence.agent).toBe(expected.agent);
          if (expected.about !== undefined) expect(about).toBe(expected.about);
        }
      }
      if (anomalies) expect([...new Set((reading.anomalies ?? []).map(a => a.code))].sort()).toEqual([...anomalies].sort());
      const { carriers } = carriersOf(vector);
      const { operator } = factsOf(vector);
      const files = operator ? [operator.file] : [];
      for (const { evidence } of found) expect(locate(carriers, evidence, files)).toBe(evidence.quote);
      for (const { evidence } of reading.anomalies ?? []) expect(locate(carriers, evidence, files)).toBe(evidence.quote);
    });

    test.each(cases.filter(c => c.verdicts).map(c => [c.name, c] as const))('%s: verdict per policy', (_name, vector) => {
      const { carriers, productToken } = carriersOf(vector);
      const about = (vector.about ?? defaultAbout(id)) as About;
      for (const [name, expected] of Object.entries(vector.verdicts ?? {})) {
        const policy = policies[name];
        if (!policy) throw new Error(`unknown policy ${name}`);
        const categories: Category[] = about === 'acquisition' ? [] : [about];
        const verdict = assess(carriers, categories, { productToken, at: atOf(vector), policy, facts: factsOf(vector) }).get(
          about,
        )!;
        const because = verdict.finding.preference === 'unknown' ? { because: verdict.finding.because } : {};
        const actual = { preference: verdict.finding.preference, ...because, disposition: verdict.disposition };
        expect({ policy: name, ...actual }).toEqual({ policy: name, ...expected });
      }
    });
  });
}
