import { Resolver } from 'node:dns/promises';

/**
 * Whether a name server of this machine answers for a name that is always there: the root of all names (RFC 1034 §3.1). The system's lookup
 * says the same (EAI_AGAIN) of a zone that is broken and of a network that is not there; this tells the two apart, and nobody else is asked.
 * An answer of any other kind is none: not knowing is no word about a site.
 * @param servers `address:port` of each, for tests; default: the system's
 */
export function nameServerAnswers(servers?: readonly string[]): Promise<boolean> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers) resolver.setServers(servers);
  return resolver.resolveNs('.').then(
    found => found.length > 0,
    () => false,
  );
}
