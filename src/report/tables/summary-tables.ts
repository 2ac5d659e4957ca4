/** The figures of a summary as CSV files: all of them, and those of agents, mechanisms and strata arranged for reading. */

import { type Denominator, denominatorKeys } from '../audit/denominators.ts';
import type { Share } from '../audit/interval.ts';
import { declaringMechanisms } from '../audit/mechanism-families.ts';
import type { AuditFigure, AuditSummary } from '../audit/summary.ts';
import { type Cell, csvLine } from './csv.ts';

const shareColumns = denominatorKeys.flatMap(key => [`${key}_n`, `${key}_of`, `${key}_share`, `${key}_low`, `${key}_high`]);

const shareCells = (shares: Readonly<Record<Denominator, Share>>): readonly Cell[] =>
  denominatorKeys.flatMap(key => {
    const { n, of, share, low, high } = shares[key];
    return [n, of, share, low, high];
  });

const weightKinds = ['documents', 'tokens'] as const;

function weightCells({ weighted }: AuditFigure, kinds: readonly (typeof weightKinds)[number][]): readonly Cell[] {
  return kinds.flatMap(kind =>
    denominatorKeys.flatMap(key => [weighted?.[kind]?.[key].n, weighted?.[kind]?.[key].of, weighted?.[kind]?.[key].share]),
  );
}

function* figureLines({ figures, weights }: AuditSummary): Generator<string> {
  const kinds = weightKinds.filter(kind => weights[kind] !== undefined);
  const weightColumns = kinds.flatMap(kind =>
    denominatorKeys.flatMap(key => [`${kind}_${key}_n`, `${kind}_${key}_of`, `${kind}_${key}_share`]),
  );
  yield csvLine(['key', 'family', 'definition', ...shareColumns, ...weightColumns, 'sql']);
  for (const figure of Object.values(figures)) {
    const { key, family, definition, sql } = figure;
    yield csvLine([key, family, definition, ...shareCells(figure), ...weightCells(figure, kinds), sql]);
  }
}

function* agentLines({ figures, audit }: AuditSummary): Generator<string> {
  yield csvLine(['agent', 'operator', 'class', 'how', 'extent', ...shareColumns]);
  const all = Object.entries(figures);
  for (const { token, operator, class: name } of audit.agents.list) {
    const prefix = `agent.${token}.`;
    for (const [key, figure] of all) {
      if (!key.startsWith(prefix)) continue;
      const [how = '', extent = 'any'] = key.slice(prefix.length).split('.');
      yield csvLine([token, operator, name, how, extent, ...shareCells(figure)]);
    }
  }
}

function* mechanismLines({ figures }: AuditSummary): Generator<string> {
  yield csvLine(['mechanism', 'title', 'what', ...shareColumns]);
  const all = Object.entries(figures);
  for (const { id, title } of declaringMechanisms) {
    const prefix = `mechanism.${id}.`;
    for (const [key, figure] of all) {
      if (key.startsWith(prefix)) yield csvLine([id, title, key.slice(prefix.length), ...shareCells(figure)]);
    }
  }
}

function* stratumLines({ strata }: AuditSummary): Generator<string> {
  yield csvLine(['dimension', 'value', 'figure', ...shareColumns]);
  for (const { dimension, value, figures } of strata) {
    for (const [key, shares] of Object.entries(figures)) yield csvLine([dimension, value, key, ...shareCells(shares)]);
  }
}

export const summaryTables: Readonly<Record<string, (summary: AuditSummary) => Iterable<string>>> = {
  'figures.csv': figureLines,
  'agents.csv': agentLines,
  'mechanisms.csv': mechanismLines,
  'strata.csv': stratumLines,
};
