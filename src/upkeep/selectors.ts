import { parse } from 'tldts';
import { canonicaliser, originKey } from '../http/index.ts';
import type { Selection } from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';

/** What a request names: written down in the manifest as given here. */
export type Selector = Extract<Selection, { kind: 'url' | 'prefix' | 'domain' | 'origin' | 'digest' }>;
type SelectorKind = Selector['kind'];

const refuse = (value: string, what: string, next: string): never => {
  throw new CodedError('ERR_SELECTOR', exitCodes.usage, `\`${value.slice(0, 200)}\` ${what}`, { next });
};

/**
 * A selector in the form that URLs are recorded in. `prefix` is the beginning of a URL as written, path included.
 * @throws CodedError ERR_SELECTOR (exit 2)
 */
export function selectorOf(kind: SelectorKind, text: string): Selector {
  const value = text.trim();
  switch (kind) {
    case 'digest': {
      const hex = value.replace(/^sha256:/, '').toLowerCase();
      if (!/^[0-9a-f]{64}$/.test(hex)) refuse(value, 'is no SHA-256', 'write 64 hexadecimal digits, of the text or of the bytes');
      return { kind, value: hex as Extract<Selector, { kind: 'digest' }>['value'] };
    }
    case 'domain':
      return { kind, value: domainOf(value) };
    default: {
      const form = canonicaliser()(value);
      if (!form.ok)
        return refuse(value, 'is not an absolute http or https URL', 'write it with its scheme: `https://site.example/a`');
      if (kind === 'origin') return { kind, value: originKey(form.url) };
      // A prefix is compared as it is written: `https://site.example/a` begins `https://site.example/about`, too.
      return { kind, value: form.url.href };
    }
  }
}

/** A registrable domain, or a host below one: nobody speaks for all of `com`. */
function domainOf(value: string): string {
  const url = URL.parse(`https://${value.replace(/\.$/, '')}/`);
  if (url === null || url.pathname !== '/' || url.port !== '' || url.username !== '')
    return refuse(value, 'is no domain', 'write its name only: `site.example`');
  const { hostname } = url;
  const { domain, isIp, isIcann } = parse(hostname, { allowPrivateDomains: true });
  // A name of one label is a machine's own (`localhost`), unless it is known to end others.
  if (!isIp && domain === null && (hostname.includes('.') || isIcann))
    refuse(value, 'is a public suffix, under which many hold domains', 'write a registrable domain: `site.example`');
  return hostname;
}

const kinds: readonly SelectorKind[] = ['url', 'prefix', 'origin', 'domain', 'digest'];

/** One line of a file: a URL, or a kind and a value (`domain site.example`). @throws CodedError ERR_SELECTOR */
export function selectorOfLine(line: string): Selector {
  const [, word, rest] = /^(\S+)\s+(\S.*)$/.exec(line.trim()) ?? [];
  const kind = kinds.find(name => name === word);
  return kind === undefined || rest === undefined ? selectorOf('url', line) : selectorOf(kind, rest);
}
