// Records of an audit that never was: seeded, with every class of answer, for tests of what is made of records.
import { readFileSync } from 'node:fs';
import type { AuditEvidence, AuditRecord } from '../../src/assess/index.ts';
import type { AuditHeader } from '../../src/report/index.ts';
import type { Agent, Digest, Instant, OriginKey, SignalId } from '../../src/vocab/index.ts';

const agents = JSON.parse(readFileSync(new URL('../../config/agents.json', import.meta.url), 'utf8')) as {
  version: string;
  agents: Agent[];
};

export const policyIds = ['rfc9309', 'apertus', 'standard', 'strict', 'opt-in'] as const;

export const header: AuditHeader = {
  run: '20261127T000000Z-abc123',
  list: 'tranco-2026-11.csv',
  software: { name: 'heed', version: '0.1.0' },
  policies: policyIds.map(id => ({ id, digest: `sha256:${id.padEnd(64, '0')}` as Digest })),
  agents: { version: agents.version, list: agents.agents },
};

/** One policy and two agents: every kind of figure, and a hundredth of the work. */
export const smallHeader: AuditHeader = {
  ...{ ...header, policies: header.policies.filter(({ id }) => id === 'standard') },
  agents: { ...header.agents, list: header.agents.list.filter(({ token }) => token === 'GPTBot' || token === 'Google-Extended') },
};

/** mulberry32: the same seed gives the same audit. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const tlds = [
  ['com'],
  ['org'],
  ['net'],
  ['de', 'DE'],
  ['ch', 'CH'],
  ['fr', 'FR'],
  ['co.uk', 'GB'],
  ['io', 'IO'],
  ['jp', 'JP'],
] as const;
const languages = ['eng', 'deu', 'fra', 'jpn', 'spa'];
const hosts = ['cloudflare', 'nginx', 'apache', 'fastly', 'wordpress'];
const syllables = ['ka', 'mo', 'ri', 'tan', 'del', 'vos', 'ster', 'lin', 'pa', 'go', 'ne', 'wood', 'berg', 'ium', 'ora', 'x'];
const robotsClasses = ['absent', 'html', 'refused', 'server-error', 'rate-limited', 'unreadable', 'network'] as const;
const anomalyCodes = [
  'robots.misspelt-directive',
  'robots.missing-colon',
  'content-usage.wrong-value',
  'robots.html',
  'tdmrep.malformed',
];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** @param extra what goes into every quote, for tests of what pages do with hostile text */
export function* auditRecords(count: number, seed = 1, extra = ''): Generator<AuditRecord> {
  const next = random(seed);
  for (let position = 1; position <= count; position++) yield record(position, next, extra);
}

function record(position: number, next: () => number, extra: string): AuditRecord {
  const chance = (p: number): boolean => next() < p;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const hex = (length: number): string => Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('');
  const [tld, country] = pick(tlds) as readonly [string, string?];
  const name = `${Array.from({ length: 2 + Math.floor(next() * 3) }, () => pick(syllables)).join('')}${position}`;
  const domain = `${name}.${tld}`;
  const origin = `https://${domain}` as OriginKey;
  const at = new Date(Date.UTC(2026, 10, 27, 0, 0, 0) + position * 137).toISOString() as Instant;
  const base = {
    ...{ v: 1 as const, domain, asked: position % 7 === 0 ? `https://${domain}/` : domain, position },
    ...(chance(0.95) ? { rank: position } : {}),
    ...(chance(0.9) ? { documents: Math.floor(next() * 5_000), tokens: Math.floor(next() * 9_000_000) } : {}),
    ...{ tld, ...(country === undefined ? {} : { country }) },
  };
  const nothing = { signals: [], partly: [], contradictions: [], anomalies: [], evidence: [], barriers: [], hosting: [] };
  if (chance(0.02)) {
    const why = 'the address is not public';
    return {
      ...base,
      ...nothing,
      reach: 'not-checked',
      why,
      attempts: [],
      robots: { class: 'not-asked', named: [] },
      verdicts: {},
      complete: false,
    };
  }
  if (chance(0.08)) {
    const robots = { class: 'network', url: `${origin}/robots.txt`, cause: 'dns', named: [] } as const;
    const attempts = [{ url: `${origin}/`, outcome: 'unreachable', cause: 'dns' }] as const;
    const unreachable = { preference: 'unknown', because: 'unreachable', disposition: 'defer', evidence: [] } as const;
    const verdicts = Object.fromEntries(policyIds.map(id => [id, { acquisition: unreachable, 'train-ai': unreachable }]));
    return { ...base, ...nothing, at, reach: 'unreachable', attempts, robots, verdicts, complete: false };
  }
  const evidence: AuditEvidence[] = [];
  const cite = (signal: SignalId, quote: string, line?: number): number => {
    const isRobots = signal.startsWith('robots.');
    const source = {
      ...{ url: `${origin}/${isRobots ? 'robots.txt' : ''}`, retrievedAt: at },
      digest: `sha256:${isRobots ? robotsHex : pageHex}` as Digest,
    };
    const text = quote === '' ? '' : `${quote}${extra}`;
    const locator =
      line !== undefined
        ? ({ kind: 'line', line, bytes: [line * 20, line * 20 + text.length] } as const)
        : quote === ''
          ? ({ kind: 'absence', looked: 'rule' } as const)
          : ({ kind: 'field', name: 'x-robots-tag', index: 0 } as const);
    return evidence.push({ signal, source, locator, quote: text, spec: 'RFC 9309 §2.2.2' }) - 1;
  };
  const robotsHex = hex(64);
  const pageHex = hex(64);
  const isReadable = chance(0.8);
  const robots: Mutable<AuditRecord['robots']> = { class: 'rules', url: `${origin}/robots.txt`, status: 200, named: [] };
  const named: AuditRecord['robots']['named'][number][] = [];
  const signals: AuditRecord['signals'][number][] = [];
  if (isReadable) {
    robots.class = chance(0.9) ? 'rules' : 'no-rules';
    robots.bytes = Math.floor(10 ** (1 + next() * 5));
    robots.digest = `sha256:${robotsHex}` as Digest;
    const extent = robots.class === 'no-rules' ? 'not' : chance(0.03) ? 'whole' : chance(0.6) ? 'partly' : 'not';
    if (chance(0.98)) {
      const root = extent === 'whole' || (extent === 'partly' && chance(0.05));
      robots.star = {
        extent,
        root,
        ...(extent === 'not' ? {} : { evidence: cite('robots.rule', root ? 'Disallow: /' : 'Disallow: /admin/', 2) }),
      };
    }
    if (robots.class === 'rules' && chance(0.35)) {
      const line = 5;
      for (const [index, { token, class: kind }] of agents.agents.entries()) {
        if (!chance(kind === 'train' ? 0.35 : 0.12)) continue;
        const own = chance(0.8) ? 'whole' : chance(0.7) ? 'partly' : 'not';
        const root = own === 'whole' || (own === 'partly' && chance(0.3));
        const at =
          own === 'not'
            ? {}
            : { evidence: cite('robots.named-agent', root ? 'Disallow: /' : 'Disallow: /private/', line + index * 3) };
        named.push({ agent: token, class: kind, extent: own, root, ...at });
      }
      const first = named.find(entry => entry.root && (entry.class === 'train' || entry.class === 'control-only'));
      if (first?.evidence !== undefined)
        signals.push({
          ...{ signal: 'robots.named-agent', mechanism: 'named-agents', state: 'read' },
          says: [
            {
              about: 'train-ai',
              preference: 'disallow',
              form: 'conformant',
              agent: first.agent,
              grants: false,
              evidence: first.evidence,
            },
          ],
        });
    }
    robots.named = named;
    if (chance(0.12)) {
      const refuses = chance(0.6);
      signals.push({
        ...{ signal: 'robots.content-signal', mechanism: 'content-signal', state: 'read' },
        says: [
          {
            ...{ about: 'train-ai', preference: refuses ? 'disallow' : 'allow', form: 'conformant', grants: !refuses },
            evidence: cite('robots.content-signal', `Content-Signal: search=yes, ai-train=${refuses ? 'no' : 'yes'}`, 1),
          },
        ],
      });
    }
  } else {
    robots.class = pick(robotsClasses);
    robots.status =
      robots.class === 'absent' ? 404 : robots.class === 'refused' ? 403 : robots.class === 'server-error' ? 503 : 200;
    if (robots.class === 'network') {
      delete (robots as { status?: number }).status;
      robots.cause = 'timeout';
    }
    if (chance(0.3))
      signals.push({
        signal: 'wellknown.tdmrep',
        mechanism: 'tdmrep',
        state: chance(0.5) ? (chance(0.5) ? 'unread' : 'unreachable') : 'unreadable',
        says: [],
      });
  }
  if (chance(0.04))
    signals.push({
      ...{ signal: 'field.x-robots-tag', mechanism: 'robots-directives', state: 'read' },
      says: [
        {
          about: 'train-ai',
          preference: 'disallow',
          form: 'conformant',
          grants: false,
          evidence: cite('field.x-robots-tag', 'noai, noimageai'),
        },
      ],
    });
  const partly: AuditRecord['partly'] = [
    ...(position % 9 === 0
      ? [
          {
            ...{ signal: 'wellknown.tdmrep' as const, mechanism: 'tdmrep', refuses: ['train-ai', 'tdm'] as const },
            evidence: [cite('wellknown.tdmrep', '{"location":"/images/","tdm-reservation":1}')],
          },
        ]
      : []),
    ...(position % 11 === 0
      ? [{ ...{ signal: 'robots.rule' as const, mechanism: 'robots', refuses: ['acquisition'] as const }, evidence: [] }]
      : []),
  ];
  const refusal = signals
    .flatMap(({ says }) => says)
    .find(({ about, preference }) => about === 'train-ai' && preference === 'disallow');
  const grant = signals.flatMap(({ says }) => says).find(({ grants }) => grants);
  const verdictOf = (policy: string): AuditRecord['verdicts'][string] => {
    const open = { preference: 'allow', disposition: 'keep', evidence: [] } as const;
    const silent = {
      preference: 'unknown',
      because: 'silent',
      disposition: policy === 'opt-in' ? 'withhold' : 'keep',
      evidence: [],
    } as const;
    const refused = { preference: 'disallow', disposition: 'withhold', evidence: [refusal?.evidence ?? 0] } as const;
    const unknown = { preference: 'unknown', because: 'unreachable', disposition: 'defer', evidence: [] } as const;
    const closed = robots.star?.root
      ? ({ preference: 'disallow', disposition: 'withhold', evidence: [robots.star.evidence ?? 0] } as const)
      : undefined;
    const acquisition = closed ?? (robots.class === 'network' ? unknown : open);
    const hears = policy !== 'rfc9309';
    const training = closed ?? (refusal && hears ? refused : grant ? open : robots.class === 'network' ? unknown : silent);
    return { acquisition, 'train-ai': training, 'ai-use': silent, search: closed ?? silent, tdm: training, archive: silent };
  };
  const anomalies = chance(0.1)
    ? [
        {
          ...{
            code: pick(anomalyCodes),
            effect: pick(['none', 'ignored', 'restricts'] as const),
            signal: 'robots.rule' as const,
          },
          evidence: cite('robots.rule', 'Dissalow: /', 9),
        },
      ]
    : [];
  const contradictions =
    refusal && grant
      ? [{ kind: 'mechanisms' as const, about: 'train-ai' as const, evidence: [refusal.evidence, grant.evidence] }]
      : [];
  const barrier = chance(0.05) ? pick(['401', '403', '429', '451', 'challenge']) : undefined;
  return {
    ...{ ...base, at, origin, reach: 'reachable' as const, robots, signals, partly, anomalies, contradictions, evidence },
    attempts: [{ url: `${origin}/`, outcome: 'successful', status: 200 }],
    ...(chance(0.03) ? { moved_to: `other${position}.example` } : {}),
    ...(chance(0.7) ? { language: pick(languages) } : {}),
    hosting: [...new Set(Array.from({ length: Math.floor(next() * 3) }, () => pick(hosts)))],
    page: {
      url: `${origin}/`,
      outcome: 'successful',
      status: 200,
      media_type: 'text/html',
      bytes: Math.floor(next() * 200_000),
      digest: `sha256:${pageHex}` as Digest,
    },
    barriers: barrier === undefined ? [] : [{ kind: barrier, url: `${origin}/` }],
    verdicts: Object.fromEntries(policyIds.map(id => [id, verdictOf(id)])),
    complete: true,
  };
}
