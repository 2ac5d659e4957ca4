import { categories } from '../../vocab/index.ts';

/** What the hand-written schemas of `heed schema` are made of. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const url: Schema = { type: 'string', format: 'uri' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
/** Without any keys but these. */
export const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  required: Object.keys(properties).filter(key => !optional.includes(key)),
  properties,
  additionalProperties: false,
});
export const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
export const draft = 'https://json-schema.org/draft/2020-12/schema';

export const about: Schema = { enum: ['acquisition', ...categories] };
export const preference: Schema = { enum: ['allow', 'disallow', 'unknown'] };
export const because: Schema = { enum: ['unreadable', 'unreachable', 'not-attempted', 'silent'] };
export const disposition: Schema = { enum: ['keep', 'withhold', 'defer'] };
export const outcome: Schema = { enum: ['successful', 'unavailable', 'unreachable', 'not-attempted'] };

/** Properties of one piece of evidence, as it is printed and stored. */
export const evidenceProperties: Readonly<Record<string, Schema>> = {
  signal: text,
  source: object({ url, retrievedAt: text, digest: text }, ['retrievedAt', 'digest']),
  locator: {
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: ['line', 'field', 'element', 'pointer', 'absence'] } },
  },
  quote: { ...text, description: 'as found, 512 bytes at most' },
  spec: text,
  agent: text,
};
export const evidence: Schema = object(evidenceProperties, ['agent']);

/** Refers to `evidence` among `$defs`. */
export const verdict: Schema = object(
  {
    preference,
    because,
    disposition,
    complete: { const: false, description: 'the page itself was not asked' },
    determining: list(ref('evidence')),
    looked: list(ref('evidence')),
    overridden: list(ref('evidence')),
    unheard: list(ref('evidence')),
    readings: { ...mapOf(list(text)), description: 'ids of the signals read, by what they yielded' },
  },
  ['because', 'complete', 'determining', 'looked', 'overridden', 'unheard'],
);

export const anomalyProperties: Readonly<Record<string, Schema>> = {
  code: text,
  effect: { enum: ['none', 'ignored', 'restricts'] },
  signal: text,
  evidence: ref('evidence'),
  detail: text,
};
