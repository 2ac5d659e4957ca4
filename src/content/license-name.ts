/**
 * Licence statements under their SPDX identifier (SPDX License List 3.27) where it is certain which one is meant. A licence is a copyright term and no
 * answer about training (signal readers do not see it): it is kept as a fact about the document.
 */

/** `by`, `nc`, `nd`, `sa` in the order SPDX writes them. */
const ccElements = ['by', 'nc', 'nd', 'sa'] as const;
const ccKinds = new Set(['by', 'by-nc', 'by-nc-nd', 'by-nc-sa', 'by-nd', 'by-sa']);
const ccVersions = new Set(['1.0', '2.0', '2.5', '3.0', '4.0']);

/** Addresses without scheme, `www.`, trailing slash and file ending; GNU's are left out, since they do not say whether later versions may be chosen. */
const byAddress: ReadonlyMap<string, string> = new Map([
  ['apache.org/licenses/license-2.0', 'Apache-2.0'],
  ['opensource.org/licenses/mit', 'MIT'],
  ['opensource.org/license/mit', 'MIT'],
  ['opensource.org/licenses/bsd-2-clause', 'BSD-2-Clause'],
  ['opensource.org/licenses/bsd-3-clause', 'BSD-3-Clause'],
  ['mozilla.org/mpl/2.0', 'MPL-2.0'],
  ['mozilla.org/en-us/mpl/2.0', 'MPL-2.0'],
  ['opendatacommons.org/licenses/odbl/1-0', 'ODbL-1.0'],
  ['opendatacommons.org/licenses/by/1-0', 'ODC-By-1.0'],
  ['opendatacommons.org/licenses/pddl/1-0', 'PDDL-1.0'],
  ['nationalarchives.gov.uk/doc/open-government-licence/version/3', 'OGL-UK-3.0'],
  ['govdata.de/dl-de/by-2-0', 'DL-DE-BY-2.0'],
  ['govdata.de/dl-de/zero-2-0', 'DL-DE-ZERO-2.0'],
]);

const maxStatementChars = 500;

/**
 * @param statement a URL reference or a few words (`CC BY-SA 4.0`)
 * @returns an SPDX identifier, else the absolute http(s) URL, else the words themselves; undefined for nothing
 */
export function licenseName(statement: string, base: string): string | undefined {
  const text = statement.trim().replace(/\s+/g, ' ').slice(0, maxStatementChars).toWellFormed();
  if (text === '') return undefined;
  const words = ofWords(text);
  if (words !== undefined) return words;
  const url = /^(?:https?:|\/|\.{1,2}\/)/i.test(text) ? URL.parse(text, base) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return text;
  return ofAddress(url) ?? url.href;
}

function ofAddress({ hostname, pathname }: URL): string | undefined {
  const host = hostname.replace(/^www\./, '');
  const path = pathname.toLowerCase().replace(/\/+$/, '');
  if (host === 'creativecommons.org') return ofCreativeCommons(path.split('/').slice(1));
  return byAddress.get(`${host}${path.replace(/\.(?:html?|txt|php)$/, '')}`);
}

/** A port to one country's law is another licence than the one without (`/by/3.0/de/`): it keeps its address. */
function ofCreativeCommons([folder, kind = '', version = '', ...rest]: readonly string[]): string | undefined {
  if (!rest.every(segment => /^(?:deed|legalcode)(?:\.[\w-]+)?$/.test(segment))) return undefined;
  if (folder === 'publicdomain' && version === '1.0') {
    if (kind === 'zero') return 'CC0-1.0';
    return kind === 'mark' ? 'CC-PDM-1.0' : undefined;
  }
  return folder === 'licenses' ? ofKind(kind, version) : undefined;
}

function ofKind(kind: string, version: string): string | undefined {
  const given = kind.split('-');
  const ordered = ccElements.filter(element => given.includes(element)).join('-');
  return given.length === ordered.split('-').length && ccKinds.has(ordered) && ccVersions.has(version)
    ? `CC-${ordered.toUpperCase()}-${version}`
    : undefined;
}

function ofWords(text: string): string | undefined {
  if (/^cc[- ]?0(?:[- ]1\.0)?$/i.test(text)) return 'CC0-1.0';
  const match = /^cc[- ]([a-z]{2}(?:[- ][a-z]{2}){0,2})[- ](\d\.\d)$/i.exec(text);
  return match ? ofKind((match[1] ?? '').toLowerCase().replaceAll(' ', '-'), match[2] ?? '') : undefined;
}
