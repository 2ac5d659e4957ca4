/**
 * What a finding is known again by from run to run (SARIF 2.1.0 §3.27.17): of what is found and where, not of the line it stands in, nor of a status that
 * changes. Code hosts take a finding without one for a new one each time, and read it under this name only.
 */
export function fingerprinter(): (...parts: readonly string[]) => { readonly primaryLocationLineHash: string } {
  const met = new Map<string, number>();
  return (...parts) => {
    const hash = hashOf(JSON.stringify(parts));
    const count = (met.get(hash) ?? 0) + 1;
    met.set(hash, count);
    return { primaryLocationLineHash: `${hash}:${count}` };
  };
}

/** FNV-1a, 64 bits: it tells findings of one report apart, and guards nothing. */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
