/**
 * RSL 1.0 licence pointers in robots.txt (§4.4; Really Simple Licensing, December 2025). https://rslstandard.org/rsl
 *
 * Reads: `License: <absolute URI>` in the group that binds us (our own, else `*`), else, only if that group has none, before any group.
 * Precedence: none; a pointer states no preference. Where one leads is judged by `wellknown.rsl`, with the pointer as second evidence.
 * So a pointer leaves this reading silent, with the line as the place where we looked.
 *
 * Known departures: a relative reference is not grammar; it is resolved and heard where the licence restricts, and is a wrong value here, like a
 * value that names no http(s) URL at all. The lenient reading of the file (typos, comma lists) yields lenient pointers, and the `*` group beside a
 * group of our own yields inherited ones, as it does for usage preferences.
 */
import type { Evidence, Exchange, Reading, Signal } from '../../vocab/index.ts';
import { citeAbsence } from '../cite.ts';
import { type LicensePointer, licenseUrl, maxPointers } from '../wellknown/rsl/pointer.ts';
import { readPointers } from '../wellknown/rsl/pointer-reading.ts';
import { citeLine } from './cite-line.ts';
import { robotsFileOf } from './file.ts';
import type { RobotsLine } from './lines.ts';
import { openRobots } from './open.ts';
import type { RobotsFile } from './robots-file.ts';
import type { Strictness } from './tokens.ts';

const id = 'robots.license';
const spec = 'RSL 1.0 §4.4';

export const robotsLicense: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm'],
  read: ({ robots }, { about, productToken }): Reading => {
    const file = openRobots(id, robots, spec);
    if ('state' in file) return file;
    const looked = citeAbsence(id, robots, 'License record that reaches us', spec);
    return hasLicenseLine(file) ? readPointers(pointersIn(robots, file, productToken), about, looked) : silence(looked);
  },
};

const silence = (looked: Evidence): Reading => ({ state: 'silent', looked, anomalies: [] });

/** Most files name no licence to anybody. */
const hasLicenseLine = (file: RobotsFile): boolean => file.text.keys.includes('license');

/**
 * The licences this robots.txt points to.
 * @param productToken ours; null for every pointer of the file, those that reach everyone first
 */
export function robotsLicensePointers(robots: Exchange, productToken: string | null): readonly LicensePointer[] {
  const file = robotsFileOf(robots);
  if (!file || file.text.isHtml || !hasLicenseLine(file)) return [];
  if (productToken !== null) return pointersIn(robots, file, productToken);
  const forAll = pointersIn(robots, file, '*');
  const rest = licenseLines(file.text.lines).map(line => pointerOf(robots, file, line, 'lenient'));
  return [...forAll, ...rest].slice(0, maxPointers);
}

function pointersIn(robots: Exchange, file: RobotsFile, productToken: string): readonly LicensePointer[] {
  const conformant = linesFor(file, productToken, 'conformant');
  const lenient = file.hasLenientForms ? linesFor(file, productToken, 'lenient') : [];
  const ofEveryone = file.groupsNaming(productToken, 'conformant').length > 0 ? file.groupsNaming('*', 'lenient') : [];
  const inherited = licenseLines(ofEveryone.flatMap(group => group.records));
  const forms = new Map<RobotsLine, LicensePointer['form']>([
    ...inherited.map(line => [line, 'inherited'] as const),
    ...lenient.map(line => [line, 'lenient'] as const),
    ...conformant.map(line => [line, 'conformant'] as const),
  ]);
  const binding = [...new Set([...conformant, ...lenient])].slice(0, maxPointers + 1);
  const others = inherited.filter(line => forms.get(line) === 'inherited');
  return [...binding, ...others].map(line => pointerOf(robots, file, line, forms.get(line) ?? 'lenient'));
}

/** The selected group's pointers; global ones only where it has none (§4.4). */
function linesFor(file: RobotsFile, productToken: string, strictness: Strictness): readonly RobotsLine[] {
  const ofGroup = licenseLines(file.groupsFor(productToken, strictness).flatMap(group => group.records));
  return ofGroup.length > 0 ? ofGroup : licenseLines(file.grouping(strictness).global);
}

const licenseLines = (lines: readonly RobotsLine[]): readonly RobotsLine[] =>
  lines.filter(line => line.key === 'license').slice(0, maxPointers + 1);

function pointerOf(robots: Exchange, file: RobotsFile, line: RobotsLine, form: LicensePointer['form']): LicensePointer {
  const value = Buffer.from(line.value, 'latin1').toString('utf8');
  const isAbsolute = /^https?:\/\//i.test(value);
  return {
    url: value === '' ? null : licenseUrl(value, robots.url),
    attachedTo: 'site',
    form: isAbsolute || form === 'inherited' ? form : 'lenient',
    ...(isAbsolute ? {} : { flaw: 'relative' as const }),
    evidence: citeLine(id, robots, file, line, spec),
  };
}
