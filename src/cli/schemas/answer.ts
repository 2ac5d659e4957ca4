import {
  anomalyProperties,
  disposition,
  draft,
  evidence,
  list,
  mapOf,
  object,
  ref,
  type Schema,
  text,
  verdict,
} from './words.ts';

/** What `heed decide` prints for each case: a verdict, or why there is none. */
export const answerJsonSchema: Schema = {
  $schema: draft,
  title: 'a line that heed decide prints',
  oneOf: [
    object({
      id: text,
      url: text,
      disposition: { ...disposition, description: 'the strictest of acquisition and the categories asked for' },
      verdicts: { ...mapOf(ref('verdict')), description: 'by question' },
      anomalies: list(object(anomalyProperties, ['detail'])),
      policy: object({ id: text, digest: text }),
    }),
    object(
      {
        id: { type: ['string', 'null'], description: 'null where none can be read; then `line` says which it is' },
        line: { type: 'integer', minimum: 1 },
        error: object({ code: text, message: text }),
      },
      ['line'],
    ),
  ],
  $defs: { evidence, verdict },
};
