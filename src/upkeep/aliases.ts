import { canonicaliser } from '../http/index.ts';
import { findProvenance, previewWithdrawal, readManifests, textsOf } from '../store/index.ts';
import type { Selector } from './selectors.ts';

/**
 * What is named, under its other names. D29 holds two spellings for two URLs where a server may see a difference; whoever asks for a page to be taken
 * out sees none. So a URL, a prefix and an origin are taken under http and https (on their default ports), a URL and a prefix also with what RFC 3986
 * §6.2.2 calls equivalent and without the parameters that the crawls dropped, and a URL also where it was redirected to, and as the text that it is an exact duplicate of, since of equal texts the corpus
 * has one only, under whichever URL came first. Errs: to leaving pages out.
 * @returns the other names only
 */
export async function aliasesOf(out: string, selectors: readonly Selector[]): Promise<readonly Selector[]> {
  const dropped = await droppedParameters(out);
  const known = new Set(selectors.map(keyOf));
  const found: Selector[] = [];
  const add = (more: readonly Selector[]): Selector[] => {
    const fresh = more.filter(selector => !known.has(keyOf(selector)) && known.add(keyOf(selector)));
    found.push(...fresh);
    return fresh;
  };
  let asked: readonly Selector[] = [...selectors, ...add(selectors.flatMap(selector => spellingsOf(selector, dropped)))];
  for (let hop = 0; hop < maxHops && asked.length > 0; hop++) {
    const targets = add(await elsewhere(out, asked));
    asked = [...targets, ...add(targets.flatMap(selector => spellingsOf(selector, dropped)))];
  }
  return found;
}

const maxHops = 10;

const keyOf = ({ kind, value }: Selector): string => `${kind} ${value}`;

async function droppedParameters(out: string): Promise<readonly string[]> {
  const manifests = await readManifests(out);
  return [...new Set(manifests.flatMap(({ manifest }) => (manifest.config['drop-parameters'] as string[] | undefined) ?? []))];
}

function spellingsOf({ kind, value }: Selector, dropped: readonly string[]): Selector[] {
  switch (kind) {
    case 'origin':
      return twinsOf(value).map(twin => ({ kind, value: twin as typeof value }));
    case 'url':
    case 'prefix': {
      const form = kind === 'url' && dropped.length > 0 ? canonicaliser(dropped)(value) : undefined;
      const forms = [value, ...(form?.ok ? [form.url.href] : [])];
      const written = new Set(forms.flatMap(text => [text, ...equivalent(text)]));
      return [...written].flatMap(text => [text, ...twinsOf(text)]).map(text => ({ kind, value: text }));
    }
    default:
      return [];
  }
}

/** Each way of writing all of it: what need not be written as `%XX` in plain letters, digits in capitals and not, `~` as it once was. */
function equivalent(url: string): string[] {
  const plain = url.replace(/%(2d|2e|5f|7e|3\d|[46][1-9a-f]|[57][0-9a])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const octets = (text: string, change: (octet: string) => string): string => text.replace(/%[0-9a-f]{2}/gi, change);
  return [url, plain, plain.replaceAll('~', '%7E')].flatMap(text => [
    octets(text, octet => octet.toUpperCase()),
    octets(text, octet => octet.toLowerCase()),
  ]);
}

/** The same under the other scheme; none beside a port of its own. An origin names the default port. */
function twinsOf(url: string): string[] {
  const [, scheme = '', host = '', port, rest = ''] = /^(https?):\/\/([^/:]+|\[[^\]]*\])(?::(\d+))?($|\/.*$)/s.exec(url) ?? [];
  const other = { http: { scheme: 'https', from: '80', to: '443' }, https: { scheme: 'http', from: '443', to: '80' } }[scheme];
  if (other === undefined || (port !== undefined && port !== other.from)) return [];
  return [`${other.scheme}://${host}${port === undefined ? '' : `:${other.to}`}${rest}`];
}

/** A URL that has no document may have been sent on to one that has, or have the text of one. */
async function elsewhere(out: string, selectors: readonly Selector[]): Promise<Selector[]> {
  const urls = selectors.filter(({ kind }) => kind === 'url');
  const { bySelection } = previewWithdrawal(out, urls);
  const targets: Selector[] = [];
  for (const [index, { value }] of urls.entries()) {
    if (bySelection[index] !== 0) continue;
    const { location, reason, text_sha256: text } = (await findProvenance(out, value))?.record ?? {};
    const form = location === undefined ? undefined : canonicaliser()(location);
    if (form?.ok) targets.push({ kind: 'url', value: form.url.href });
    if (reason === 'duplicate.exact' && text !== undefined) targets.push({ kind: 'digest', value: text });
  }
  return targets;
}

/** Pages that are named one by one do not come back as the same text under another URL. */
export const textsNamed = (out: string, selectors: readonly Selector[]): readonly Selector[] =>
  textsOf(
    out,
    selectors.flatMap(({ kind, value }) => (kind === 'url' ? value : [])),
  ).map(value => ({ kind: 'digest', value }));
