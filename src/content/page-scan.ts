/** One way out of a page. The same target with other `rel` tokens is another link. */
export interface PageLink {
  /** Absolute http or https URL without fragment (WHATWG URL). */
  readonly href: string;
  /** Lower-case `rel` tokens as written. */
  readonly rel: readonly string[];
  readonly nofollow: boolean;
}

/** What the markup says about the page and its neighbours. Refusals in the markup are not read here but in `signals`. */
export interface PageScan {
  /** In document order, at most `scanLimits.maxLinks`. */
  readonly links: readonly PageLink[];
  /** What relative URLs were resolved against. */
  readonly baseHref: string;
  readonly canonical?: string;
  readonly title?: string;
  /** The `lang` of the `html` element as written. */
  readonly htmlLang?: string;
  /** Licence statements (`rel=license`, Dublin Core, schema.org), as SPDX identifiers where certain. Facts about the document, no permission. */
  readonly licenses: readonly string[];
  /** Absolute URL of the first `rel=terms-of-service`: a hint for people, its prose is not read. */
  readonly termsOfService?: string;
  readonly metaRefresh?: Refresh;
  /** Names (`robots`, or of an agent; lower case) whose robots metas say `nofollow` or `none`. */
  readonly nofollowFor: readonly string[];
  /** Roughly how deep elements nest; elements whose end tag is optional are not counted. */
  readonly maxDepth: number;
  /** The first limit that cut something off. */
  readonly truncatedBy?: 'links' | 'attribute-size';
}

/** What `<meta http-equiv=refresh>` or a `Refresh` field asks for; no URL means the page itself. */
export interface Refresh {
  readonly delaySeconds: number;
  readonly url?: string;
}

export const scanLimits = {
  maxLinks: 10_000,
  maxHrefChars: 8192,
  maxTitleChars: 1000,
  maxLicenses: 16,
  maxJsonLdChars: 65_536,
  maxNofollowNames: 32,
} as const;

/** What one pass over the bytes gathers, before anything is resolved. */
export interface RawScan {
  /** Raw href and raw rel, in document order, each pair once. */
  readonly links: (readonly [href: string, rel: string])[];
  /** As written: references or words. */
  readonly licenses: string[];
  terms?: string;
  base?: string;
  canonical?: string;
  title?: string;
  htmlLang?: string;
  refresh?: string;
  readonly nofollowFor: Set<string>;
  maxDepth: number;
  truncatedBy?: 'links' | 'attribute-size';
}

/** Space-separated tokens (WHATWG HTML §2.3.7) in lower case. */
export const tokensOf = (rel: string): readonly string[] =>
  rel
    .toLowerCase()
    .split(/[\t\n\f\r ]+/)
    .filter(Boolean);
