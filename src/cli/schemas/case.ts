import { categories } from '../../vocab/index.ts';

const retrieval = {
  oneOf: [
    {
      type: 'object',
      required: ['status'],
      properties: {
        status: { type: 'integer', minimum: 100, maximum: 999 },
        headers: {
          type: 'array',
          items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
          description: 'repetition and order matter',
        },
        body: { type: 'string' },
        bodyBase64: { type: 'string', contentEncoding: 'base64' },
        truncated: { type: 'boolean', default: false },
      },
      not: { required: ['body', 'bodyBase64'] },
    },
    {
      type: 'object',
      required: ['unreachable'],
      properties: { unreachable: { enum: ['dns', 'timeout', 'reset', 'tls', 'redirects', 'too-large'] } },
    },
  ],
};

/** One line of `heed decide`'s input (contract §2). */
export const caseJsonSchema: Readonly<Record<string, unknown>> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'heed decide case',
  type: 'object',
  required: ['id', 'url'],
  properties: {
    id: { type: 'string' },
    url: { type: 'string', format: 'uri', pattern: '^[hH][tT][tT][pP][sS]?://' },
    agent: { type: 'string', default: 'heed', description: 'product token; a version after / is cut' },
    policy: { type: 'string', default: 'standard' },
    categories: { type: 'array', items: { enum: [...categories] }, default: ['train-ai'] },
    missing: {
      enum: ['absent', 'not-attempted'],
      default: 'not-attempted',
      description: 'what an omitted key of origin or licenses means',
    },
    origin: { type: 'object', properties: { robots: retrieval, tdmrep: retrieval, aiTxt: retrieval, trustTxt: retrieval } },
    licenses: { type: 'object', additionalProperties: retrieval, description: 'RSL licence documents by absolute URL' },
    response: retrieval,
  },
};
