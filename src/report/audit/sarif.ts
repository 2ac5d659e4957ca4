/**
 * What an audit of one's own sites found to mend, as SARIF 2.1.0: a result for each contradiction and each departure from a specification, with domain,
 * file and line, and one for each domain that was not looked at. Results are written as they come; the rules they refer to stand behind them.
 */
import { type AuditRecord, comesWithPage, namesNoHost } from '../../assess/index.ts';
import type { SignalId } from '../../vocab/index.ts';
import { adviceOn, contradictionAdvice } from '../advice.ts';
import { type Advice, entry } from '../advice-by-code.ts';
import { type Level, levelOf } from '../check-document.ts';
import { locationOf, sarifSchema } from '../check-sarif.ts';
import { fingerprinter } from '../fingerprint.ts';
import type { AuditHeader } from './summary.ts';

interface Finding extends Partial<Advice> {
  readonly rule: string;
  readonly level: Level;
  readonly detail: string;
  readonly about?: string;
  readonly evidence: readonly number[];
}

const notLooked: Readonly<Record<'unreachable' | 'not-checked', Advice>> = {
  unreachable: entry(
    'The domain did not answer, so nothing is known of what it says. That is no permission.',
    'Check its name, its certificate and its server, and ask again.',
  ),
  'not-checked': entry(
    'The domain was not asked, so nothing is known of what it says. That is no permission.',
    'See why, mend the list, and ask again.',
  ),
};

const incomplete: Advice = entry(
  'Something that may say no could not be looked at, so nothing is known of it. That is no permission.',
  'Make /robots.txt, the declarations and the front page answer, and ask again.',
);

/** What of a domain that answered did not; what its robots.txt closes is closed on purpose, and what was refused has a finding of its own. */
export function unheardIn({ reach, signals, anomalies, page }: AuditRecord): readonly string[] {
  if (reach !== 'reachable') return [];
  const unreached = signals.filter(
    ({ signal, state }) => state === 'unreachable' && !anomalies.some(anomaly => anomaly.signal === signal),
  );
  const isPageUnread = page !== undefined && page.outcome !== 'successful' && page.outcome !== 'not-attempted';
  return [
    ...new Set(unreached.flatMap(({ signal }) => carrierOf(signal) ?? [])),
    ...(isPageUnread ? [`front page: ${page.cause === undefined || page.cause === 'status' ? page.status : page.cause}`] : []),
  ];
}

/** Undefined for what comes with the page. */
function carrierOf(signal: SignalId): string | undefined {
  if (comesWithPage(signal)) return undefined;
  return signal.startsWith('robots.') ? 'robots.txt' : signal;
}

export class AuditSarif {
  readonly #write: (part: string) => void;
  readonly #rules = new Map<string, { readonly index: number; readonly level: Level } & Partial<Advice>>();
  #count = 0;

  constructor(write: (part: string) => void) {
    this.#write = write;
    write(`{"$schema":${JSON.stringify(sarifSchema)},"version":"2.1.0","runs":[{"columnKind":"unicodeCodePoints","results":[`);
  }

  add(record: AuditRecord): void {
    const fingerprint = fingerprinter();
    for (const finding of onePerPlace(findingsOf(record), record)) {
      const { rule, level, meaning, fix } = finding;
      if (!this.#rules.has(rule))
        this.#rules.set(rule, { index: this.#rules.size, level, ...(meaning ? { meaning } : {}), ...(fix ? { fix } : {}) });
      this.#write(
        `${this.#count++ === 0 ? '' : ','}\n${JSON.stringify(resultOf(record, finding, this.#rules.get(rule)?.index ?? 0, fingerprint))}`,
      );
    }
  }

  end({ software, run }: AuditHeader, last: string | undefined): void {
    const rules = [...this.#rules].map(([id, { meaning = id, fix, level }]) => ({
      id,
      shortDescription: { text: meaning },
      ...(fix === undefined ? {} : { help: { text: fix } }),
      defaultConfiguration: { level },
    }));
    const rest = {
      tool: { driver: { name: software.name, version: software.version, rules } },
      automationDetails: { id: `heed-audit/${run}` },
      invocations: [{ executionSuccessful: true, ...(last === undefined ? {} : { endTimeUtc: last }) }],
    };
    this.#write(`\n],${JSON.stringify(rest).slice(1)}]}\n`);
  }
}

function findingsOf(record: AuditRecord): readonly Finding[] {
  const { reach, why = '', signals, anomalies, contradictions, attempts } = record;
  const unreadable = new Set(signals.filter(({ state }) => state === 'unreadable').map(({ signal }) => signal));
  const unheard = unheardIn(record);
  const causes = attempts.map(({ url, cause, status }) => `${url}: ${cause ?? status ?? 'no answer'}`).join(', ');
  return [
    ...(reach === 'reachable'
      ? []
      : [
          {
            ...{ rule: `audit.${reach}`, level: 'warning' as const, ...notLooked[reach], evidence: [] },
            detail: why === '' ? causes : why,
          },
        ]),
    ...(unheard.length === 0
      ? []
      : [
          { ...{ rule: 'audit.incomplete', level: 'warning' as const, ...incomplete, evidence: [] }, detail: unheard.join(', ') },
        ]),
    ...anomalies.map(({ code, effect, signal, detail = '', evidence }) => ({
      ...{ rule: code, level: levelOf({ effect, unreadable: unreadable.has(signal) }), ...adviceOn(code) },
      ...{ detail, evidence: [evidence] },
    })),
    ...contradictions.map(({ kind, about, evidence }) => ({
      ...{ rule: `contradiction.${kind}`, level: kind === 'groups' ? ('note' as const) : ('warning' as const) },
      ...{ ...contradictionAdvice[kind], detail: `about ${about}`, about, evidence },
    })),
  ];
}

const levels: readonly Level[] = ['note', 'warning', 'error'];

/** What several signals found at one place is one finding, as heavy as the heaviest of them. */
function onePerPlace(findings: readonly Finding[], record: AuditRecord): Iterable<Finding> {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const places = finding.evidence.map(index => {
      const { source, locator, quote } = record.evidence[index] ?? {};
      // Of what is not there each signal looks for something else.
      return [source?.url, locator?.kind === 'absence' ? '' : locator, quote];
    });
    const key = JSON.stringify([finding.rule, finding.detail, places]);
    const same = found.get(key);
    if (!same || levels.indexOf(finding.level) > levels.indexOf(same.level)) found.set(key, finding);
  }
  return found.values();
}

/** What names no host stands there as a name, escaped: a location is a URI. */
function placeOf({ origin, domain, why }: AuditRecord): string {
  if (origin !== undefined) return origin;
  return namesNoHost(why) ? encodeURIComponent(domain.toWellFormed()) : `https://${domain}/`;
}

function resultOf(
  record: AuditRecord,
  { rule, level, meaning = rule, fix = '', detail, about = '', evidence }: Finding,
  index: number,
  fingerprint: ReturnType<typeof fingerprinter>,
): unknown {
  const [first, ...others] = evidence.flatMap(number => record.evidence[number] ?? []);
  const quote = first?.quote ? ` Found: \`${first.quote}\`.` : '';
  return {
    ...{ ruleId: rule, ruleIndex: index, level },
    message: { text: `${record.domain}: ${meaning}${quote}${detail === '' ? '' : ` (${detail})`}${fix === '' ? '' : ` ${fix}`}` },
    locations: [first ? locationOf(first) : { physicalLocation: { artifactLocation: { uri: placeOf(record) } } }],
    ...(others.length > 0 ? { relatedLocations: others.map((other, at) => ({ id: at + 1, ...locationOf(other) })) } : {}),
    partialFingerprints: fingerprint(rule, record.domain, first?.source.url ?? '', first?.quote ?? '', about),
    properties: { domain: record.domain, position: record.position },
  };
}
