/** Which elements say something a markup signal reads. Everything else of a page is not kept, cited or stored. */
import { mayRefuse, readDirectives, refusalBy } from '../robots-directives.ts';
import { rslMediaType } from '../wellknown/rsl/pointer.ts';

export type Attributes = ReadonlyMap<string, string>;

/** What a meta element is to those who read it. */
export interface MetaRole extends MetaName {
  /** For everyone: by its name, or by one of several names in it. */
  readonly isRobots: boolean;
  /** Directives, for everyone or for an agent of any name: which agents are known is for the reader to say. */
  readonly isDirective: boolean;
  readonly isReservation: boolean;
  readonly isPolicy: boolean;
}

/** Null for a meta element that says nothing any signal reads. */
export function metaRole(attributes: Attributes): MetaRole | null {
  const named = metaName(attributes);
  const isRobots = namesIn(named.name).some(name => robotsNames.has(name));
  const isDirective = isRobots || isForAgent(attributes, named);
  const isReservation = reservationNames.has(named.name);
  const isPolicy = named.name === policyName;
  return isDirective || isReservation || isPolicy ? { ...named, isRobots, isDirective, isReservation, isPolicy } : null;
}

/** Characters of directives that a meta element gives to read: every name in it is given all of them. */
export const directiveCharacters = (attributes: Attributes, { name }: MetaName): number =>
  (attributes.get('content') ?? '').length * namesIn(name).length;

interface MetaName {
  /** In lower case; empty where there is none. */
  readonly name: string;
  /** Not written as the grammar wants it. */
  readonly isLenient: boolean;
}

/** The name a meta element goes by: `name`, else `property` or `http-equiv`, which are departures. */
function metaName(attributes: Attributes): MetaName {
  for (const key of ['name', 'property', 'http-equiv']) {
    const written = attributes.get(key);
    if (written === undefined || written.trim() === '') continue;
    const name = written.trim().toLowerCase();
    return { name, isLenient: key !== 'name' || name.length !== written.length };
  }
  return { name: '', isLenient: false };
}

const reservationNames = new Set([
  'tdm-reservation',
  'tdm:reservation',
  'tdm_reservation',
  'tdmreservation',
  'tdmrep-reservation',
]);
const robotsNames = new Set(['robots', 'x-robots-tag']);
export const policyName = 'tdm-policy';

/** The name of a meta element, and the names in it where it looks like several. */
export const namesIn = (name: string): readonly string[] =>
  /[\s,;]/.test(name) ? [...new Set([name, ...name.slice(0, 256).split(/[\s,;]+/)])] : [name];

/** Standard metadata that no agent is called by, and whose values are words of the work. */
const plainMetadata = new Set(
  'description keywords author title abstract subject topic summary category classification news_keywords application-name generator viewport theme-color referrer color-scheme copyright creator publisher language rating date section tags'.split(
    ' ',
  ),
);

const maxAgentDirectives = 256;

/** Directives for an agent of any name. */
export function isForAgent(attributes: Attributes, { name }: ReturnType<typeof metaName> = metaName(attributes)): boolean {
  const content = attributes.get('content') ?? '';
  if (!/^[a-z0-9][a-z0-9 .,;/_*-]{0,127}$/.test(name) || plainMetadata.has(name) || content.length > maxAgentDirectives)
    return false;
  if (!mayRefuse(content)) return false;
  return readDirectives(content).some(directive =>
    (['train-ai', 'search', 'ai-use'] as const).some(about => refusalBy(directive, { about, isImage: true, at: null }) !== null),
  );
}

const isRslType = (attributes: Attributes): boolean =>
  (attributes.get('type') ?? '').split(';', 1)[0]?.trim().toLowerCase() === rslMediaType;

export const isLicenseLink = (attributes: Attributes): boolean =>
  isRslType(attributes) &&
  (attributes.get('rel') ?? '')
    .toLowerCase()
    .split(/[\t\n\f\r ]+/)
    .includes('license');

export const isLicenseScript = isRslType as (attributes: Attributes) => boolean;
