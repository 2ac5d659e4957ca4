/** Which elements say something a markup signal reads. Everything else of a page is not kept, cited or stored. */
import { readDirectives, refusalBy } from '../robots-directives.ts';
import { rslMediaType } from '../wellknown/rsl/pointer.ts';

export type Attributes = ReadonlyMap<string, string>;

/** The name a meta element goes by, in lower case: `name`, else `property` or `http-equiv`, which are departures. */
export function metaName(attributes: Attributes): { readonly name: string; readonly isLenient: boolean } {
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

export const isReservation = (attributes: Attributes): boolean => reservationNames.has(metaName(attributes).name);
export const isPolicy = (attributes: Attributes): boolean => metaName(attributes).name === policyName;

/** For everyone: by its name, or by one of several names in it. */
export const isRobots = (attributes: Attributes): boolean => namesIn(attributes).some(name => robotsNames.has(name));

export const namesIn = (attributes: Attributes): readonly string[] => {
  const { name } = metaName(attributes);
  return /[\s,;]/.test(name) ? [...new Set([name, ...name.slice(0, 256).split(/[\s,;]+/)])] : [name];
};

/** Standard metadata that no agent is called by, and whose values are words of the work. */
const plainMetadata = new Set(
  'description keywords author title abstract subject topic summary category classification news_keywords application-name generator viewport theme-color referrer color-scheme copyright creator publisher language rating date section tags'.split(
    ' ',
  ),
);

const maxAgentDirectives = 256;

/** Directives for an agent of any name: which agents are known is for the reader to say. */
export function isForAgent(attributes: Attributes): boolean {
  const { name } = metaName(attributes);
  const content = attributes.get('content') ?? '';
  if (!/^[a-z0-9][a-z0-9 .,;/_*-]{0,127}$/.test(name) || plainMetadata.has(name) || content.length > maxAgentDirectives)
    return false;
  return readDirectives(content).some(directive =>
    (['train-ai', 'search', 'ai-use'] as const).some(about => refusalBy(directive, { about, isImage: true, at: null }) !== null),
  );
}

export const isSignalMeta = (attributes: Attributes): boolean =>
  isRobots(attributes) || isReservation(attributes) || isPolicy(attributes) || isForAgent(attributes);

const isRslType = (attributes: Attributes): boolean =>
  (attributes.get('type') ?? '').split(';', 1)[0]?.trim().toLowerCase() === rslMediaType;

export const isLicenseLink = (attributes: Attributes): boolean =>
  isRslType(attributes) &&
  (attributes.get('rel') ?? '')
    .toLowerCase()
    .split(/[\t\n\f\r ]+/)
    .includes('license');

export const isLicenseScript = isRslType as (attributes: Attributes) => boolean;
