/** What a domain's card says, in words, with the evidence it refers to. */
import { type AuditEvidence, type AuditRecord, comesWithPage, isMalformed } from '../../assess/index.ts';
import { describeLocator } from '../../policy/index.ts';
import { oncePerPlace } from '../once-per-place.ts';
import { visible } from '../visible.ts';
import { verbOf } from '../words.ts';
import { flagBits } from './domain-payload.ts';
import { declaringMechanisms } from './mechanism-families.ts';
import { abouts } from './verdicts-family.ts';

/** Evidence of one domain beyond this is counted only. */
const maxEvidence = 120;
const maxQuote = 160;

/** A card before its strings are replaced by numbers. */
export interface RawDomain {
  readonly domain: string;
  readonly rank: number;
  readonly reach: number;
  readonly robots: string;
  readonly flags: number;
  readonly read: number;
  readonly set: readonly number[];
  readonly facts: readonly (readonly [string, string])[];
  readonly star: readonly [number, number, number];
  readonly named: readonly (readonly [number, number, number, number])[];
  readonly says: readonly (readonly [string, string, number, number])[];
  readonly verdicts: readonly (readonly [string, string, number, number, readonly number[]])[];
  readonly flaws: readonly (readonly [string, string, readonly number[]])[];
  readonly evidence: readonly (readonly [string, number, string, string])[];
  readonly sources: readonly (readonly [string, number, string])[];
  readonly left: number;
}

/** The evidence a card refers to, numbered as it is shown, with its sources once each. */
export class CitedList {
  readonly #given: readonly AuditEvidence[];
  readonly #origin: string;
  readonly #numbers = new Map<number, number>();
  readonly #sources = new Map<string, readonly [number, readonly [string, number, string]]>();
  readonly #evidence: (readonly [string, number, string, string])[] = [];
  #left = 0;

  constructor(given: readonly AuditEvidence[], origin: string) {
    this.#given = given;
    this.#origin = origin;
  }

  of(index: number | undefined): number {
    const evidence = index === undefined ? undefined : this.#given[index];
    if (index === undefined || !evidence) return -1;
    const known = this.#numbers.get(index);
    if (known !== undefined) return known;
    if (this.#evidence.length >= maxEvidence) {
      this.#left++;
      return -1;
    }
    const { signal, source, locator, quote } = evidence;
    const number =
      this.#evidence.push([signal, this.#source(source), describeLocator(locator).replace(/ \(bytes .*\)$/, ''), cut(quote)]) - 1;
    this.#numbers.set(index, number);
    return number;
  }

  shown(): Pick<RawDomain, 'evidence' | 'sources' | 'left'> {
    return { evidence: this.#evidence, sources: [...this.#sources.values()].map(([, source]) => source), left: this.#left };
  }

  #source({ url, retrievedAt, digest }: AuditEvidence['source']): number {
    const address = url.startsWith(`${this.#origin}/`) ? url.slice(this.#origin.length) : cut(url);
    const at = retrievedAt === undefined ? Number.NaN : Date.parse(retrievedAt);
    // The whole digest is in audit.jsonl; so much of it tells files apart, and ten thousand domains fit into a page.
    const short = (digest ?? '').slice(0, 'sha256:'.length + 32);
    const key = `${url} ${retrievedAt ?? ''} ${short}`;
    const known = this.#sources.get(key);
    if (known) return known[0];
    this.#sources.set(key, [this.#sources.size, [address, Number.isNaN(at) ? -1 : at, short]]);
    return this.#sources.size - 1;
  }
}

const cut = (text: string): string => {
  const shown = visible(text.slice(0, maxQuote + 1).toWellFormed());
  return shown.length > maxQuote ? `${shown.slice(0, maxQuote)}…` : shown;
};

export function originOf({ origin, domain }: AuditRecord): string {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).origin : `https://${domain}`;
}

export function flagsOf(record: AuditRecord): number {
  const { robots, signals, partly, contradictions, anomalies, barriers, moved_to } = record;
  const isSaying =
    partly.some(({ signal }) => signal !== 'robots.rule') ||
    robots.star?.root === true ||
    robots.named.some(({ extent }) => extent !== 'not') ||
    signals.some(
      ({ signal, says }) =>
        signal !== 'robots.rule' && says.some(({ preference, grants }) => grants || preference === 'disallow'),
    );
  return (
    (isSaying ? flagBits.statement : 0) |
    (contradictions.length > 0 ? flagBits.contradiction : 0) |
    (anomalies.some(isMalformed) ? flagBits.malformed : 0) |
    (barriers.length > 0 ? flagBits.barrier : 0) |
    (moved_to === undefined ? 0 : flagBits.moved) |
    (record.reach === 'reachable' && signals.every(({ state }) => state === 'read') ? 0 : flagBits.unknown)
  );
}

export const readBits = ({ signals, partly }: AuditRecord): number =>
  [...signals.filter(({ state }) => state === 'read'), ...partly].reduce((bits, { mechanism }) => {
    const index = declaringMechanisms.findIndex(({ id }) => id === mechanism);
    return index >= 0 ? bits | (1 << index) : bits;
  }, 0);

export function factsOf(record: AuditRecord): RawDomain['facts'] {
  const { robots, page, hosting, attempts } = record;
  const status = (entry: { readonly status?: number; readonly cause?: string }): string =>
    entry.cause !== undefined && entry.cause !== 'status' ? entry.cause : String(entry.status ?? '');
  const facts: (readonly [string, string | undefined])[] = [
    ['Reach', record.why === undefined ? record.reach : `${record.reach}: ${record.why}`],
    ['Asked as', record.asked === record.domain ? undefined : record.asked],
    ['Moved to', record.moved_to],
    ['robots.txt', `${robots.class}${robots.status === undefined && robots.cause === undefined ? '' : `, ${status(robots)}`}`],
    [
      'Front page',
      page
        ? `${page.outcome}${status(page) === '' ? '' : `, ${status(page)}`}${isKnown(page) ? '' : ': what it says is not known'}`
        : 'not asked: what it says is not known',
    ],
    ['Attempts', attempts.length > 1 ? attempts.map(one => `${one.url} ${status(one) || one.outcome}`).join(' → ') : undefined],
    ['Declared language', record.language],
    ['Country', record.country],
    ['Served by', hosting.length === 0 ? undefined : hosting.join(', ')],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, cut(value)] as const]));
}

/** A page that is not there says nothing. */
const isKnown = ({ outcome, status }: NonNullable<AuditRecord['page']>): boolean =>
  outcome === 'successful' || status === 404 || status === 410;

const unknowns = { unread: 'was not asked', unreachable: 'could not be had', unreadable: 'could not be read' } as const;

/** Who is named in robots.txt stands among the agents already. */
export function saysOf({ signals, partly, page }: AuditRecord, cited: CitedList): RawDomain['says'] {
  const lines = new Map<string, readonly [string, string, number, number]>();
  for (const { signal, state, says } of signals) {
    // That the page was not asked, or something else stood in its place, stands among the facts, once.
    if (state !== 'read' && says.length === 0 && page?.outcome !== 'successful' && comesWithPage(signal)) continue;
    if (state !== 'read') lines.set(signal, [signal, unknowns[state], 0, -1]);
    if (signal === 'robots.named-agent') continue;
    for (const one of says) {
      const { about, form, agent, evidence } = one;
      const verb = verbOf({ signal, ...one });
      const what = `${verb === 'lifts' ? 'lifts a refusal of' : verb}${form === 'conformant' ? '' : ` (${form})`}${agent === undefined ? '' : `, to ${agent}`}`;
      const key = `${signal} ${what} ${evidence}`;
      lines.set(key, [signal, cut(what), (lines.get(key)?.[2] ?? 0) | (1 << abouts.indexOf(about)), cited.of(evidence)]);
    }
  }
  for (const { signal, refuses, evidence } of partly) {
    const bits = refuses.reduce((sum, about) => sum | (1 << abouts.indexOf(about)), 0);
    lines.set(`${signal} partly`, [signal, 'refuses, on other paths only', bits, cited.of(evidence[0])]);
  }
  return [...lines.values()];
}

export function flawsOf(
  { contradictions, anomalies, barriers, evidence: all }: AuditRecord,
  cited: CitedList,
): RawDomain['flaws'] {
  return [
    ...contradictions.map(({ kind, about, evidence }) => {
      return [`contradiction.${kind}`, `about ${about}`, evidence.slice(0, 4).map(index => cited.of(index))] as const;
    }),
    ...oncePerPlace(anomalies, ({ evidence }) => all[evidence]).map(({ code, effect, detail, evidence }) => {
      return [code, cut(`${effectWords[effect]}${detail === undefined ? '' : `: ${detail}`}`), [cited.of(evidence)]] as const;
    }),
    ...barriers.map(({ kind, url }) => [`barrier.${kind}`, cut(url), []] as const),
  ];
}

const effectWords = { none: 'changes nothing', ignored: 'not acted on', restricts: 'read to the site’s protection' } as const;
