import { auditRecordVersion, contradictionKinds } from '../../assess/index.ts';
import { agentClasses } from '../../settings/index.ts';
import { extents } from '../../signals/index.ts';
import { forms } from '../../vocab/index.ts';
import {
  about,
  anomalyProperties,
  because,
  count,
  disposition,
  draft,
  evidenceProperties,
  list,
  mapOf,
  object,
  outcome,
  preference,
  type Schema,
  text,
  url,
} from './words.ts';

const index: Schema = { ...count, description: 'into `evidence`' };
const extent: Schema = { enum: [...extents] };
const reach = { extent, root: { type: 'boolean', description: 'whether / itself is closed' }, evidence: index };
const agent = object({ agent: text, class: { enum: [...agentClasses] }, ...reach }, ['evidence']);
const star = object(reach, ['evidence']);
const attempt = object({ url, outcome, status: count, cause: text, location: text }, ['status', 'cause', 'location']);

const robots = object(
  {
    class: {
      enum: [
        ...['rules', 'no-rules', 'html', 'absent', 'refused', 'rate-limited', 'server-error', 'unreadable', 'network'],
        'not-asked',
      ],
    },
    ...{ url, status: count, cause: text, bytes: count, digest: text, cut: { const: true } },
    star: { ...star, description: 'what binds every agent that is not named' },
    named: list(agent),
    lenient: {
      ...object({ star, named: list(agent) }, ['star']),
      description: "where our own reading, which forgives a site's slips, closes more",
    },
  },
  ['url', 'status', 'cause', 'bytes', 'digest', 'cut', 'star', 'lenient'],
);

const says = object(
  {
    about,
    preference: { enum: ['allow', 'disallow'] },
    form: { enum: [...forms] },
    agent: text,
    grants: { type: 'boolean' },
    evidence: index,
  },
  ['agent'],
);

const warc = object({ file: text, record_id: text, offset: count });

/** A line of `audit.jsonl`. */
export const auditRecordJsonSchema: Schema = {
  $schema: draft,
  title: 'a line of audit.jsonl',
  ...object(
    {
      v: { const: auditRecordVersion },
      domain: { ...text, description: 'host in lower case, A-label form' },
      asked: { ...text, description: 'as the list has it' },
      position: { type: 'integer', minimum: 1, description: 'in the list' },
      ...{ rank: count, documents: count, tokens: count, at: text, origin: text },
      reach: { enum: ['reachable', 'unreachable', 'not-checked'] },
      why: text,
      attempts: list(attempt),
      moved_to: { ...text, description: 'registrable domain where the front page was served' },
      tld: text,
      country: { ...text, description: 'ISO 3166-1 alpha-2, of a country-code TLD' },
      language: { ...text, description: 'ISO 639-3; as the front page declares it' },
      hosting: list(text),
      robots,
      page: object({ url, outcome, status: count, cause: text, media_type: text, bytes: count, digest: text }, [
        ...['status', 'cause', 'media_type', 'bytes', 'digest'],
      ]),
      barriers: list(object({ kind: text, url })),
      signals: list(
        object({
          signal: text,
          mechanism: text,
          state: { enum: ['read', 'unreadable', 'unreachable', 'unread'] },
          says: list(says),
        }),
      ),
      partly: {
        ...list(object({ signal: text, mechanism: text, refuses: list(about), evidence: list(index) })),
        description: 'what is refused of other paths than the front page only',
      },
      verdicts: {
        ...mapOf(mapOf(object({ preference, because, disposition, evidence: list(index) }, ['because']))),
        description: 'by policy, then by question',
      },
      complete: {
        type: 'boolean',
        description:
          'false where the front page was not asked: then its own signals are unread, and no verdict that rests on them is known',
      },
      contradictions: list(object({ kind: { enum: [...contradictionKinds] }, about, evidence: list(index) })),
      anomalies: list(object({ ...anomalyProperties, evidence: index }, ['detail'])),
      evidence: list(object({ ...evidenceProperties, warc }, ['agent', 'warc'])),
    },
    ['rank', 'documents', 'tokens', 'at', 'origin', 'why', 'moved_to', 'country', 'language', 'page'],
  ),
};
