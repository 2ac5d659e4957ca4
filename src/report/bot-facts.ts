/** What a site owner may want to know of a crawler; everything comes from its settings. */
export interface BotFacts {
  readonly productToken: string;
  readonly userAgent: string;
  readonly version: string;
  readonly operator?: string;
  /** https URL or e-mail address. */
  readonly contact: string;
  readonly from?: string;
  readonly policy: { readonly id: string; readonly description: string; readonly digest: string };
  /** What pages are asked for, in words. */
  readonly purposes: readonly string[];
  /** Ways of refusing that the policy reads. */
  readonly honours: readonly Honoured[];
  readonly refusals: readonly Refusal[];
  /** ms */
  readonly delay: number;
  readonly maxDelay: number;
  /** CIDR prefixes that requests come from. */
  readonly addresses: readonly string[];
  /** Set where requests are signed. */
  readonly key?: { readonly agent: string; readonly keyid: string };
}

export interface Honoured {
  readonly title: string;
  readonly spec: string;
  readonly status: 'standard' | 'draft' | 'convention' | 'vendor';
}

/** A way to refuse us that can be copied. */
export interface Refusal {
  readonly title: string;
  /** Where it is written. */
  readonly place: string;
  readonly text: string;
}

/** Newest first. */
export interface BotChange {
  readonly at: string;
  readonly what: readonly string[];
}

/** `bot.json`: the facts for programs, with what changed and when. */
export interface BotDocument extends BotFacts {
  readonly format: 1;
  readonly updated: string;
  readonly changes: readonly BotChange[];
}

const watched: readonly (readonly [string, (facts: BotFacts) => unknown])[] = [
  ['who runs it', ({ operator, contact, from }) => [operator, contact, from]],
  ['the User-Agent', ({ userAgent }) => userAgent],
  ['the policy', ({ policy }) => policy.digest],
  ['what pages are asked for', ({ purposes }) => purposes],
  ['which refusals are honoured', ({ honours }) => honours.map(({ title, spec }) => [title, spec])],
  ['the pause between requests', ({ delay, maxDelay }) => [delay, maxDelay]],
  ['its addresses', ({ addresses }) => addresses],
  ['the key it signs with', ({ key }) => [key?.agent, key?.keyid]],
];

/**
 * The facts with their history; the same facts twice are no change.
 * @param before what was published last
 */
export function botDocument(facts: BotFacts, before: BotDocument | undefined, at: string): BotDocument {
  const what = before
    ? watched.filter(([, of]) => JSON.stringify(of(before) ?? null) !== JSON.stringify(of(facts) ?? null)).map(([name]) => name)
    : ['first published'];
  const changes = [...(what.length > 0 ? [{ at, what }] : []), ...(before?.changes ?? [])];
  return { format: 1, ...facts, updated: changes[0]?.at ?? at, changes };
}
