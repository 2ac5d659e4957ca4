import { count, list, object, ref, type Schema, text } from './words.ts';

const share: Schema = { type: 'number', minimum: 0, maximum: 1 };
const mapOf = (values: Schema, description: string): Schema => ({ type: 'object', additionalProperties: values, description });
const perDenominator = (of: Schema): Readonly<Record<string, Schema>> => ({ all: of, reachable: of, robots: of });

const definition = { ...text, description: 'completes "domains …"' };
const sql = { ...text, description: 'condition over the table of audit.sql, true where a line counts' };

const figure = object(
  {
    key: { ...text, description: 'stable; the same in figures.csv' },
    definition,
    sql,
    family: { ...text, description: 'one of `families`' },
    ...perDenominator(ref('share')),
    weighted: {
      ...object({ documents: object(perDenominator(ref('weight'))), tokens: object(perDenominator(ref('weight'))) }, [
        'documents',
        'tokens',
      ]),
      description: 'in the corpus that the list was made of',
    },
  },
  ['weighted'],
);

const stepCounts = {
  ...{ 'opted-out': count, 'came-back': count, changed: count, same: count },
  ...{ 'not-comparable': count, 'not-asked': count, both: count },
};

const topic = object({
  key: { ...text, description: 'as `heed diff --only` names it' },
  topic: { type: 'object', required: ['kind'], properties: { kind: { enum: ['agent', 'class', 'mechanism', 'verdict'] } } },
  points: { ...list(object({ refuses: count, known: count, panel: count })), description: 'one for each audit' },
  steps: { ...list(object(stepCounts)), description: 'from each audit to the next' },
  panel: count,
});

const time = object(
  {
    definitions: mapOf(text, 'what each of these numbers counts, and of what it is a part'),
    audits: list(object({ domains: count, reachable: count, readable: count, from: text, until: text }, ['from', 'until'])),
    steps: list(object({ both: count, new: count, gone: count, reachable: count, changed: count, moved: count })),
    topics: list(topic),
    uncompared: {
      ...object({ agents: list(text), policies: list(text) }),
      description: 'agents that not every audit looked for, and policies that were not the same: neither is compared',
    },
  },
  ['uncompared'],
);

const audit = object(
  {
    run: { ...text, description: 'the run, or what the bodies came from' },
    list: { ...text, description: 'the name of the list' },
    software: object({ name: text, version: text }),
    policies: list(object({ id: text, digest: text })),
    policy: text,
    agents: object({ version: text, list: list(object({ token: text, operator: text, class: text })) }),
    notes: { ...list(text), description: 'what else a reader must know' },
  },
  ['list', 'policy', 'notes'],
);

const dimension = { enum: ['rank', 'tld', 'country', 'language', 'hosting'] };

/** What `heed audit` writes as `summary.json`, and `heed report --json` prints of an audit. */
export const summaryJsonSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'heed audit: summary.json',
  ...object(
    {
      v: { const: 1, description: 'rises when a key changes its meaning or goes' },
      audit: { ...audit, description: 'what it was made with' },
      policy: { ...text, description: 'whose verdicts stand for the audit where one figure has to' },
      first: { ...text, description: 'when the first answer arrived' },
      last: text,
      denominators: object(perDenominator(object({ definition: text, sql, of: count }))),
      interval: object({ method: { const: 'Wilson' }, confidence: { const: 0.95 } }),
      weights: object({ documents: object(perDenominator(count)), tokens: object(perDenominator(count)) }, [
        'documents',
        'tokens',
      ]),
      families: list(object({ id: text, title: text })),
      figures: mapOf(ref('figure'), 'by key'),
      strata: list(
        object({
          dimension,
          value: text,
          definition,
          sql,
          of: object(perDenominator(count)),
          figures: mapOf(object(perDenominator(ref('share'))), 'by key of the figure'),
        }),
      ),
      undivided: {
        ...list(object({ dimension, domains: count })),
        description: 'domains of parts beyond the first 4,096 of a division, which have no figures of their own',
      },
      time: { ...time, description: 'what became of the domains since the audits it was held against' },
    },
    ['first', 'last', 'undivided', 'time'],
  ),
  $defs: {
    share: object(
      {
        n: { ...count, description: 'numerator' },
        of: { ...count, description: 'denominator' },
        share: { ...share, description: 'n / of, to six decimals; absent where there is nothing to be a share of' },
        low: { ...share, description: "Wilson's 95 % interval" },
        high: share,
      },
      ['share', 'low', 'high'],
    ),
    weight: object({ n: count, of: count, share }, ['share']),
    figure,
  },
};
