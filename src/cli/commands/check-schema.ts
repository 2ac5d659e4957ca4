import { contradictionKinds, findingKinds } from '../../assess/index.ts';
import { categories, forms } from '../../vocab/index.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const url: Schema = { type: 'string', format: 'uri' };
const count: Schema = { type: 'integer', minimum: 0 };
const list = (items: Schema): Schema => ({ type: 'array', items });
const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  required: Object.keys(properties).filter(key => !optional.includes(key)),
  properties,
  additionalProperties: false,
});
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

const about: Schema = { enum: ['acquisition', ...categories] };
const disposition: Schema = { enum: ['keep', 'withhold', 'defer'] };
const outcome: Schema = { enum: ['successful', 'unavailable', 'unreachable', 'not-attempted'] };
const pages: Schema = { ...list(url), description: 'the pages it was found for' };
const advice = {
  meaning: { ...text, description: 'what is wrong, for people' },
  fix: { ...text, description: 'what to do about it' },
};

const evidence = object(
  {
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
  },
  ['agent'],
);

const verdict = object(
  {
    preference: { enum: ['allow', 'disallow', 'unknown'] },
    because: { enum: ['unreadable', 'unreachable', 'not-attempted', 'silent'] },
    disposition,
    complete: { const: false, description: 'the page itself was not asked' },
    determining: list(ref('evidence')),
    looked: list(ref('evidence')),
    overridden: list(ref('evidence')),
    unheard: list(ref('evidence')),
    readings: { type: 'object', description: 'ids of the signals read, by what they yielded', additionalProperties: list(text) },
  },
  ['because', 'complete', 'determining', 'looked', 'overridden', 'unheard'],
);

const file = object({ url, outcome, status: count, cause: text, why: text, bytes: count }, ['status', 'cause', 'why', 'bytes']);

const page = object(
  {
    url,
    via: { enum: ['given', 'redirect', 'link'] },
    asked: { type: 'boolean', description: 'false where fetching it is not open to us' },
    status: count,
    cause: text,
    redirect: { ...url, description: 'where it redirects to; nothing was judged here' },
    verdicts: {
      type: 'object',
      description: 'by policy, then by question',
      additionalProperties: { type: 'object', additionalProperties: ref('verdict') },
    },
    readings: {
      type: 'object',
      description: 'what each signal yielded',
      additionalProperties: { enum: ['read', 'silent', 'unreadable', 'unread', 'no-asset'] },
    },
  },
  ['status', 'cause', 'redirect'],
);

/** What `heed check --json` prints. */
export const checkJsonSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'heed check',
  ...object({
    heed: { ...text, description: 'the version of heed' },
    url: { ...url, description: 'as given' },
    at: text,
    agent: { ...text, description: 'the product token that asked' },
    categories: list({ enum: [...categories] }),
    policy: { ...text, description: 'the one that findings are counted by' },
    policies: list(text),
    files: { ...list(file), description: 'the declarations of each origin' },
    pages: list(page),
    statements: list(
      object({
        about,
        preference: { enum: ['allow', 'disallow'] },
        form: { enum: [...forms] },
        grants: { type: 'boolean', description: 'false for an allow that merely lifts a refusal' },
        mechanism: text,
        evidence: ref('evidence'),
        pages,
      }),
    ),
    contradictions: list(
      object({
        kind: { enum: [...contradictionKinds] },
        about,
        allow: list(ref('evidence')),
        disallow: list(ref('evidence')),
        pages,
        ...advice,
      }),
    ),
    anomalies: list(
      object(
        {
          code: text,
          effect: { enum: ['none', 'ignored', 'restricts'] },
          signal: text,
          evidence: ref('evidence'),
          detail: text,
          unreadable: { type: 'boolean', description: 'its carrier could not be read at all' },
          pages,
          ...advice,
        },
        ['detail', 'meaning', 'fix'],
      ),
    ),
    findings: { ...object(Object.fromEntries(findingKinds.map(kind => [kind, count]))), description: 'what --fail-on looks at' },
  }),
  $defs: { evidence, verdict },
};
