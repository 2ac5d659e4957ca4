import { contradictionKinds, findingKinds } from '../../assess/index.ts';
import { categories, forms } from '../../vocab/index.ts';
import {
  about,
  anomalyProperties,
  count,
  draft,
  evidence,
  list,
  object,
  outcome,
  ref,
  type Schema,
  text,
  url,
  verdict,
} from './words.ts';

const pages: Schema = { ...list(url), description: 'the pages it was found for' };
const advice = {
  meaning: { ...text, description: 'what is wrong, for people' },
  fix: { ...text, description: 'what to do about it' },
};

const file = object({ url, outcome, status: count, cause: text, why: text, bytes: count }, ['status', 'cause', 'why', 'bytes']);

const page = object(
  {
    url,
    via: { enum: ['given', 'redirect', 'link'] },
    asked: { type: 'boolean', description: 'false where fetching it is not open to us, or not known to be' },
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
      description: 'what each signal yielded; `unread` where a refusal, a test or nothing stood in the place of its carrier',
      additionalProperties: { enum: ['read', 'silent', 'unreadable', 'unread', 'no-asset'] },
    },
  },
  ['status', 'cause', 'redirect'],
);

/** What `heed check --json` prints. */
export const checkJsonSchema: Schema = {
  $schema: draft,
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
          ...anomalyProperties,
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
