import { noHost } from '../../assess/index.ts';
import type { AuditEntry, AuditListTold } from '../../store/index.ts';
import { entryOf, maxAskedCharacters } from './entry.ts';

/** One row of a table: by column name in lower case. */
export type Row = Readonly<Record<string, unknown>>;

/** Names under which lists and corpora have these; the first that is there counts. */
const domainColumns = [
  ...['domain', 'host', 'hostname', 'fqdn', 'origin', 'site', 'website', 'homepage', 'domains', 'hosts', 'sites', 'websites'],
  ...['domain name', 'domain_name', 'site url', 'site_url', 'website url', 'website_url'],
];
const urlColumns = ['url', 'uri', 'source_url', 'page_url', 'urls'];
/** Where a corpus may keep the URL of a document that has none of its own (Dolma). */
const nestedColumns = ['metadata', 'meta'];
const rankColumns = ['rank', 'globalrank', 'position', 'tranco_rank'];
const documentColumns = [
  ...['documents', 'docs', 'document_count', 'doc_count', 'documents_count', 'docs_count'],
  ...['n_documents', 'n_docs', 'num_documents', 'num_docs', 'total_documents', 'total_docs'],
];
export const tokenColumns: readonly string[] = [
  ...['tokens', 'token_count', 'tokens_count', 'n_tokens', 'num_tokens', 'total_tokens'],
];
const textColumns = ['text', 'content'];

/** Where a corpus does not count the tokens of a document, the words of its text stand for them. */
export type TokensFrom = NonNullable<AuditListTold['tokensFrom']>;

export interface RowReader {
  /** Undefined for a document of a corpus whose URL names no host, or that has none: what such documents weigh is `rest`. */
  entry(row: Row): AuditEntry | undefined;
  /** After the last row: all of these documents, as one entry that is no host. */
  rest(): AuditEntry | undefined;
  /** Such documents so far. */
  readonly unplaced: number;
  /** Weights so far that are no whole numbers: they count for nothing. */
  readonly badWeights: number;
  /** What the tokens so far were taken from; undefined where there were none. */
  readonly tokensFrom: TokensFrom | undefined;
}

/** @returns whether a first line is one of names, and not an entry */
export const isHeader = (fields: readonly string[]): boolean =>
  fields.some(field => [...domainColumns, ...urlColumns, ...rankColumns].includes(field.trim().toLowerCase()));

/** @returns whether a first line is one of names that nobody here knows: several words, none of which could be that of a domain or a number */
export const isOtherHeader = (fields: readonly string[]): boolean =>
  fields.length > 1 && !isHeader(fields) && fields.every(field => /^\p{L}[^.:/]*$/u.test(field.trim()));

/** The columns of a table that are of use here; the text of a corpus only where nothing counts its tokens. */
export function usefulColumns(names: readonly string[]): readonly string[] {
  const has = (list: readonly string[]): readonly string[] => names.filter(name => list.includes(name.toLowerCase()));
  const tokens = has(tokenColumns);
  const wanted = [...domainColumns, ...urlColumns, ...rankColumns, ...documentColumns];
  const places = has([...domainColumns, ...urlColumns]);
  return [...has(wanted), ...(places.length > 0 ? [] : has(nestedColumns)), ...(tokens.length > 0 ? tokens : has(textColumns))];
}

const noted = (before: TokensFrom | undefined, from: TokensFrom): TokensFrom =>
  before === undefined || before === from ? from : 'both';

/**
 * Rows with a domain are a list, of which the first counts that names it; rows of a corpus are documents, each at its URL, and what they weigh adds up. So do
 * the weights that a list gives, where several of its rows name one domain.
 */
export function rowReader(): RowReader {
  let tokensFrom: TokensFrom | undefined;
  let unplaced: { documents: number; tokens: number | undefined } | undefined;
  let badWeights = 0;
  const weightIn = (row: Row, names: readonly string[]): number | undefined => {
    const weight = numberIn(row, names);
    if (weight === undefined && names.some(name => isGiven(row[name]))) badWeights++;
    return weight;
  };
  const tokensOf = (row: Row): number | undefined => {
    const counted = weightIn(row, tokenColumns);
    if (counted !== undefined) {
      tokensFrom = noted(tokensFrom, 'column');
      return counted;
    }
    const text = textIn(row, textColumns);
    if (text === undefined) return undefined;
    tokensFrom = noted(tokensFrom, 'words');
    return wordsOf(text);
  };
  return {
    get tokensFrom() {
      return tokensFrom;
    },
    get unplaced() {
      return unplaced?.documents ?? 0;
    },
    get badWeights() {
      return badWeights;
    },
    rest: () =>
      unplaced && {
        ...{ asked: 'documents without the URL of a host', why: noHost, documents: unplaced.documents },
        ...(unplaced.tokens === undefined ? {} : { tokens: unplaced.tokens }),
      },
    entry(row) {
      const listed = textIn(row, domainColumns);
      const url = textIn(row, urlColumns) ?? (listed === undefined ? nestedUrl(row) : undefined);
      const isOfCorpus = isDocument(row, listed);
      const place = isOfCorpus ? (url ?? listed) : (listed ?? url);
      if (place === undefined && !isOfCorpus)
        return { asked: JSON.stringify(row, plainValue).slice(0, maxAskedCharacters), why: noHost };
      const documents = weightIn(row, documentColumns) ?? (isOfCorpus ? 1 : undefined);
      const tokens = tokensOf(row);
      const entry = place === undefined ? undefined : entryOf(place);
      // A corpus may have millions of them: as entries of their own they would stand in every denominator.
      if (entry === undefined || (isOfCorpus && entry.domain === undefined)) {
        const { documents: before, tokens: weight } = unplaced ?? { documents: 0, tokens: undefined };
        unplaced = { documents: before + (documents ?? 1), tokens: tokens === undefined ? weight : (weight ?? 0) + tokens };
        return undefined;
      }
      const rank = numberIn(row, rankColumns);
      return {
        ...entry,
        ...(rank === undefined ? {} : { rank }),
        ...(documents === undefined ? {} : { documents }),
        ...(tokens === undefined ? {} : { tokens }),
        ...(documents === undefined && tokens === undefined ? {} : { isAdded: true }),
      };
    },
  };
}

/**
 * A row with a text is one, whether its place is known or not (its text is no name of anything), and so is one that knows its place by a URL alone, or counts
 * the tokens at one.
 */
function isDocument(row: Row, listed: string | undefined): boolean {
  if (textColumns.some(name => Object.hasOwn(row, name))) return true;
  const hasUrl = urlColumns.some(name => Object.hasOwn(row, name)) || nestedUrl(row) !== undefined;
  return hasUrl && (listed === undefined || numberIn(row, tokenColumns) !== undefined);
}

function nestedUrl(row: Row): string | undefined {
  for (const name of nestedColumns) {
    const value = row[name];
    const url = typeof value === 'object' && value !== null ? textIn(value as Row, urlColumns) : undefined;
    if (url !== undefined) return url;
  }
  return undefined;
}

const plainValue = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

function textIn(row: Row, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = row[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && String(value).trim() !== '';

/** Whole and not negative; everything else says nothing. */
function numberIn(row: Row, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = row[name];
    const number =
      typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'bigint' ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  }
  return undefined;
}

const wordsOf = (text: string): number => text.match(/\S+/g)?.length ?? 0;
