/** Findings as SARIF 2.1.0 (OASIS Standard, 27 March 2020), the format that code hosts and editors show beside the file. */
import type { EvidenceRecord } from '../assess/index.ts';
import type { CheckDocument, Level } from './check-document.ts';
import { levelOf } from './check-document.ts';
import { fingerprinter } from './fingerprint.ts';

interface Finding {
  readonly ruleId: string;
  readonly level: Level;
  readonly meaning: string;
  readonly fix: string;
  readonly detail: string;
  readonly about?: string;
  readonly evidence: readonly EvidenceRecord[];
  readonly pages: readonly string[];
}

export const sarifSchema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export function checkSarif(check: CheckDocument): Readonly<Record<string, unknown>> {
  const findings = findingsOf(check);
  const fingerprint = fingerprinter();
  const ids = [...new Set(findings.map(({ ruleId }) => ruleId))].sort();
  return {
    $schema: sarifSchema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'heed', version: check.heed, rules: ids.map(id => ruleOf(id, findings)) } },
        invocations: [{ executionSuccessful: true, endTimeUtc: check.at }],
        columnKind: 'unicodeCodePoints',
        results: findings.map(finding => resultOf(finding, ids, fingerprint)),
      },
    ],
  };
}

function findingsOf({ anomalies, contradictions }: CheckDocument): readonly Finding[] {
  return [
    ...anomalies.map(({ code, effect, unreadable, detail = '', evidence, pages, meaning = code, fix = '' }) => ({
      ...{ ruleId: code, level: levelOf({ effect, unreadable }), meaning, fix, detail, evidence: [evidence], pages },
    })),
    ...contradictions.map(({ kind, about, allow, disallow, pages, meaning, fix }) => ({
      ruleId: `contradiction.${kind}`,
      level: kind === 'groups' ? ('note' as const) : ('warning' as const),
      ...{ meaning, fix, about, detail: `about ${about}`, evidence: [...disallow, ...allow], pages },
    })),
  ];
}

function ruleOf(id: string, findings: readonly Finding[]): Readonly<Record<string, unknown>> {
  const { meaning = id, fix = '', level = 'warning' } = findings.find(({ ruleId }) => ruleId === id) ?? {};
  return {
    id,
    shortDescription: { text: meaning },
    ...(fix === '' ? {} : { help: { text: fix } }),
    defaultConfiguration: { level },
  };
}

function resultOf(
  { ruleId, level, meaning, fix, detail, evidence, pages, about = '' }: Finding,
  ids: readonly string[],
  fingerprint: ReturnType<typeof fingerprinter>,
): unknown {
  const [first, ...others] = evidence;
  const quote = first?.quote ? ` Found: \`${first.quote}\`.` : '';
  return {
    ruleId,
    ruleIndex: ids.indexOf(ruleId),
    level,
    message: { text: `${meaning}${quote}${detail === '' ? '' : ` (${detail})`}${fix === '' ? '' : ` ${fix}`}` },
    ...(first ? { locations: [locationOf(first)] } : {}),
    ...(others.length > 0 ? { relatedLocations: others.map((other, index) => ({ id: index + 1, ...locationOf(other) })) } : {}),
    partialFingerprints: fingerprint(ruleId, first?.source.url ?? '', first?.quote ?? '', about),
    properties: { pages },
  };
}

/** Where a piece of evidence stands. */
export function locationOf({ source, locator, quote }: EvidenceRecord): {
  physicalLocation: unknown;
  logicalLocations?: readonly unknown[];
} {
  const snippet = quote === '' ? {} : { snippet: { text: quote } };
  const range =
    'bytes' in locator ? { byteOffset: locator.bytes[0], byteLength: locator.bytes[1] - locator.bytes[0] } : undefined;
  const region = range && { ...('line' in locator ? { startLine: locator.line } : {}), ...range, ...snippet };
  const name =
    locator.kind === 'field'
      ? `field ${locator.name}[${locator.index}]`
      : locator.kind === 'pointer'
        ? locator.pointer
        : undefined;
  return {
    physicalLocation: { artifactLocation: { uri: source.url }, ...(region ? { region } : {}) },
    ...(name === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: name, kind: 'member' }] }),
  };
}
