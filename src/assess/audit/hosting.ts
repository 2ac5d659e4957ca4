import type { Exchange } from '../../vocab/index.ts';

/** A name, the fields that give it away, and what has to stand in them. */
type Hint = readonly [name: string, field: string, value?: RegExp];

/**
 * Who serves an origin, only as its own answers say so: content delivery networks and platforms by fields that they alone send, servers and frameworks by
 * the product they name. A closed list, so that a figure can be made of it; what is not on it is not guessed.
 */
const hints: readonly Hint[] = [
  ['akamai', 'server', /^AkamaiGHost|^AkamaiNetStorage/i],
  ['akamai', 'x-akamai-transformed'],
  ['akamai', 'akamai-grn'],
  ['azure', 'x-azure-ref'],
  ['azure', 'x-ms-request-id'],
  ['bunny', 'server', /^BunnyCDN/i],
  ['cloudflare', 'cf-ray'],
  ['cloudflare', 'server', /^cloudflare/i],
  ['cloudfront', 'x-amz-cf-id'],
  ['cloudfront', 'via', /cloudfront/i],
  ['fastly', 'x-served-by', /^cache-/i],
  ['fastly', 'x-fastly-request-id'],
  ['github-pages', 'server', /^GitHub\.com/i],
  ['google', 'server', /^(gws|ESF|GSE|Google Frontend|Golfe2)/i],
  ['google', 'via', /\bgoogle\b/i],
  ['imperva', 'x-iinfo'],
  ['imperva', 'x-cdn', /(incapsula|imperva)/i],
  ['netlify', 'x-nf-request-id'],
  ['netlify', 'server', /^Netlify/i],
  ['s3', 'server', /^AmazonS3/i],
  ['shopify', 'x-shopid'],
  ['shopify', 'x-shopify-stage'],
  ['squarespace', 'server', /^Squarespace/i],
  ['sucuri', 'x-sucuri-id'],
  ['vercel', 'x-vercel-id'],
  ['vercel', 'server', /^Vercel/i],
  ['wix', 'x-wix-request-id'],
  ['wordpress-com', 'x-ac', /\b(bur|dca|dfw|ams|hkg|jfk|lax|lhr|fra|syd|nrt)/i],
  ['wp-engine', 'x-powered-by', /WP Engine/i],
  ['apache', 'server', /^Apache/i],
  ['caddy', 'server', /^Caddy/i],
  ['envoy', 'server', /^(istio-)?envoy/i],
  ['iis', 'server', /^Microsoft-IIS/i],
  ['litespeed', 'server', /^(LiteSpeed|OpenLiteSpeed)/i],
  ['nginx', 'server', /^nginx/i],
  ['openresty', 'server', /^openresty/i],
  ['varnish', 'via', /varnish/i],
  ['varnish', 'x-varnish'],
  ['asp-net', 'x-powered-by', /ASP\.NET/i],
  ['drupal', 'x-generator', /Drupal/i],
  ['express', 'x-powered-by', /^Express/i],
  ['next-js', 'x-powered-by', /Next\.js/i],
  ['php', 'x-powered-by', /PHP/i],
  ['wordpress', 'x-pingback'],
  ['wordpress', 'link', /rel="?https:\/\/api\.w\.org\//i],
];

const byField: ReadonlyMap<string, readonly Hint[]> = Map.groupBy(hints, ([, field]) => field);

/** So much of a value is looked at. */
const maxCharacters = 512;

/** Names in the order of the list, each once. */
export function hostingOf(exchanges: readonly (Exchange | null)[]): readonly string[] {
  const found = new Set<string>();
  for (const exchange of exchanges) {
    const retrieval = exchange?.retrieval;
    for (const [name, value] of retrieval && 'fields' in retrieval ? (retrieval.fields ?? []) : []) {
      for (const [hint, , pattern] of byField.get(name.toLowerCase()) ?? []) {
        if (pattern === undefined || pattern.test(value.slice(0, maxCharacters))) found.add(hint);
      }
    }
  }
  return found.size === 0 ? [] : names.filter(name => found.has(name));
}

const names = [...new Set(hints.map(([name]) => name))];
