/**
 * What is asked of an origin, and in which order, whoever asks: robots.txt first, and nothing else before it is answered; then, where it leaves
 * anything open to us, the files the policy's signals read; then the licences they point to. How one file is asked is the caller's affair.
 */
import { type Asker, assessOne } from '../assess/index.ts';
import { closesOrigin, crawlDelayMs, isTrustPage, licensePointers, signalIds } from '../signals/index.ts';
import type { Carriers, Exchange, OriginKey, Retrieval, SignalId } from '../vocab/index.ts';
import { originKey } from './place/url-check.ts';

export type FileKind = 'robots' | 'tdmrep' | 'aiTxt' | 'trustTxt' | 'license';

/** An exchange, and whatever its caller keeps beside it. */
export interface AskedFile {
  readonly exchange: Exchange;
}

export interface FileRequest {
  /** Whose pace and cache the request belongs to. */
  readonly origin: OriginKey;
  readonly kind: FileKind;
  readonly url: string;
  /** The pause to keep before it. */
  readonly delayMs: number;
  /** Whether a redirect may be followed to this URL. A robots.txt is looked for wherever it is said to be (RFC 9309 §2.3.1.2). */
  readonly mayFollow?: (url: string) => Promise<boolean>;
}

export interface OriginAsker<F extends AskedFile> {
  readonly asker: Omit<Asker, 'at'>;
  /** The pause between two requests to one origin, before its Crawl-delay is known. */
  readonly delayMs: number;
  readonly maxDelayMs: number;
  ask(request: FileRequest): Promise<F>;
  /** What stands for a file that is not asked. */
  notAsked(exchange: Exchange): F;
  /** A licence of this origin or another; `askLicense` with what the caller has to do around it. */
  license(url: string): Promise<F>;
}

export interface OriginFiles<F extends AskedFile> {
  readonly robots: F;
  readonly tdmrep: F;
  readonly aiTxt: F;
  readonly trustTxt: F;
  readonly licenses: ReadonlyMap<string, F>;
  readonly carriers: Omit<Carriers, 'url' | 'page'>;
  readonly crawlDelayMs: number | null;
}

const omitted: Retrieval = { outcome: 'not-attempted', why: 'omitted' };
const closed: Retrieval = { outcome: 'not-attempted', why: 'closed-by-robots' };
/** Licences asked for because of one origin, or of one page. */
export const maxLicenses = 8;

const unasked = (url: string, retrieval: Retrieval): Exchange => ({ url, retrievedAt: null, digest: null, retrieval });

export async function askOrigin<F extends AskedFile>(origin: OriginKey, context: OriginAsker<F>): Promise<OriginFiles<F>> {
  const { asker, maxDelayMs } = context;
  const base = new URL('/', origin).href;
  // Plain paths below an origin's root need no parser.
  const at = (path: string): string => base + path.slice(1);
  const robots = await context.ask({ origin, kind: 'robots', url: at('/robots.txt'), delayMs: context.delayMs });
  const delay = crawlDelayMs(robots.exchange, asker.productToken);
  const delayMs = Math.max(context.delayMs, Math.min(delay ?? 0, maxDelayMs));
  const bare: Omit<Carriers, 'url' | 'page'> = {
    robots: robots.exchange,
    tdmrep: unasked(at('/.well-known/tdmrep.json'), omitted),
    aiTxt: unasked(at('/ai.txt'), omitted),
    trustTxt: unasked(at('/trust.txt'), omitted),
    licenses: new Map(),
    otherLicenses: omitted,
  };
  const mayAsk = (url: string): boolean => isOpen({ ...bare, url, page: null }, asker);
  // Where nothing of the origin is open to us, or we could not find out, nothing else is asked there.
  const isShut =
    closesOrigin(robots.exchange, asker.productToken) || (robots.exchange.retrieval.outcome !== 'successful' && !mayAsk(base));
  // Where there is no file that names paths, and no operator who does, what holds for the root holds for all of the origin.
  const isOpenThroughout = !isShut && robots.exchange.retrieval.outcome !== 'successful' && asker.facts.operator === undefined;
  const file = async (signal: SignalId, kind: FileKind, path: string): Promise<F> => {
    const url = at(path);
    if (isShut || !reads(asker, signal)) return context.notAsked(unasked(url, omitted));
    if (isOpenThroughout || mayAsk(url)) return context.ask({ origin, kind, url, delayMs, mayFollow: followRule(context) });
    // What could not be read closes nothing.
    return context.notAsked(unasked(url, isRefused({ ...bare, url, page: null }, asker) ? closed : omitted));
  };
  const tdmrep = await file('wellknown.tdmrep', 'tdmrep', '/.well-known/tdmrep.json');
  const aiTxt = await file('wellknown.ai-txt', 'aiTxt', '/ai.txt');
  const trustTxt = await trustFile(file);
  const carriers = { ...bare, tdmrep: tdmrep.exchange, aiTxt: aiTxt.exchange, trustTxt: trustTxt.exchange };
  const licenses = new Map<string, F>();
  if (!isShut && reads(asker, 'wellknown.rsl')) {
    for (const url of licensePointers({ ...carriers, url: base, page: null }).slice(0, maxLicenses)) {
      licenses.set(url, await context.license(url));
    }
  }
  const exchanges = new Map([...licenses].map(([url, { exchange }]) => [url, exchange]));
  return { robots, tdmrep, aiTxt, trustTxt, licenses, carriers: { ...carriers, licenses: exchanges }, crawlDelayMs: delay };
}

/** A licence lies where it likes: the robots.txt of its own origin is asked first. */
export async function askLicense<F extends AskedFile>(url: string, context: Omit<OriginAsker<F>, 'license'>): Promise<F> {
  const { isOpenThere, delayMs } = await rulesAt(url, context);
  return isOpenThere
    ? await context.ask({ origin: originKey(url), kind: 'license', url, delayMs, mayFollow: followRule(context) })
    : context.notAsked(unasked(url, closed));
}

type Rules<F extends AskedFile> = Pick<OriginAsker<F>, 'ask' | 'asker' | 'delayMs' | 'maxDelayMs'>;

/** What an origin says of itself in its robots.txt alone: of an origin whose pages are not ours to crawl nothing else is asked. */
export async function askRules<F extends AskedFile>(
  origin: OriginKey,
  { ask, delayMs }: Pick<OriginAsker<F>, 'ask' | 'delayMs'>,
): Promise<Pick<Carriers, 'robots' | 'tdmrep' | 'aiTxt' | 'trustTxt' | 'licenses' | 'otherLicenses'>> {
  const url = new URL('/robots.txt', origin).href;
  const robots = await ask({ origin, kind: 'robots', url, delayMs });
  const nothing = unasked(url, omitted);
  return {
    ...{ robots: robots.exchange, tdmrep: nothing, aiTxt: nothing, trustTxt: nothing },
    licenses: new Map(),
    otherLicenses: omitted,
  };
}

/** A URL that somebody else points to: the robots.txt of its own origin is asked first, and says whether and how soon. */
async function rulesAt<F extends AskedFile>(
  url: string,
  context: Rules<F>,
): Promise<{ readonly isOpenThere: boolean; readonly delayMs: number }> {
  const { asker, delayMs, maxDelayMs } = context;
  const rules = await askRules(originKey(url), context);
  const asked = crawlDelayMs(rules.robots, asker.productToken) ?? 0;
  const isOpenThere = isOpen({ ...rules, url, page: null }, asker);
  return { isOpenThere, delayMs: Math.max(delayMs, Math.min(asked, maxDelayMs)) };
}

const followRule =
  <F extends AskedFile>(context: Rules<F>) =>
  async (url: string): Promise<boolean> =>
    (await rulesAt(url, context)).isOpenThere;

/** Licences that a page itself points to, and that its origin did not name already. */
export const pageLicenses = (carriers: Carriers, asker: Omit<Asker, 'at'>): readonly string[] =>
  reads(asker, 'wellknown.rsl')
    ? licensePointers(carriers)
        .filter(url => !carriers.licenses.has(url))
        .slice(0, maxLicenses)
    : [];

/**
 * The two places of trust.txt (JournalList §4): the first that answers with a file speaks. A page for whatever is not found is no file; where no file came
 * from the second place either, what came from the first stands.
 */
async function trustFile<F extends AskedFile>(file: (signal: SignalId, kind: FileKind, path: string) => Promise<F>): Promise<F> {
  const atRoot = await file('wellknown.trust-txt', 'trustTxt', '/trust.txt');
  const isPage = isTrustPage(atRoot.exchange);
  if (!isPage && !isAbsent(atRoot.exchange)) return atRoot;
  const second = await file('wellknown.trust-txt', 'trustTxt', '/.well-known/trust.txt');
  const { outcome } = second.exchange.retrieval;
  const isAnswered = outcome === 'unreachable' || (outcome === 'successful' && !isTrustPage(second.exchange));
  return isPage && !isAnswered ? atRoot : second;
}

const isAbsent = ({ retrieval }: Exchange): boolean =>
  retrieval.outcome === 'unavailable' && (retrieval.status === 404 || retrieval.status === 410);

const isRefused = (carriers: Carriers, asker: Omit<Asker, 'at'>): boolean =>
  assessOne(carriers, 'acquisition', { ...asker, at: null }, 'origin').finding.preference === 'disallow';

const isOpen = (carriers: Carriers, asker: Omit<Asker, 'at'>): boolean =>
  assessOne(carriers, 'acquisition', { ...asker, at: null }, 'origin').disposition === 'keep';

const reads = ({ policy }: Omit<Asker, 'at'>, id: SignalId): boolean =>
  signalIds.includes(id) && (policy.signals === 'all' || policy.signals.includes(id));
