/** Makers of hostile inputs: cases of `heed decide`, as large as the limits of the transport let them be. */
export type Json = Readonly<Record<string, unknown>>;

export const site: string = 'https://site.example';
export const kibibyte: number = 1_024;
export const robotsOctets: number = 500_000;
export const fieldOctets: number = 12 * kibibyte;
export const documentOctets: number = 1_024 * kibibyte;
export const filled = (unit: string, octets: number): string => unit.repeat(Math.ceil(octets / unit.length)).slice(0, octets);

export const robots = (body: string, rest: Json = {}): Json => ({ origin: { robots: { status: 200, body } }, ...rest });
export const page = (body: string, headers: readonly (readonly [string, string])[] = [['content-type', 'text/html']]): Json => ({
  response: { status: 200, headers, body },
});
export const file = (octets: string | Buffer, contentType: string): Json => ({
  response: {
    status: 200,
    headers: [['content-type', contentType]],
    bodyBase64: (typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets).toString('base64'),
  },
});
export const tdmrep = (body: string): Json => ({ origin: { tdmrep: { status: 200, body } } });
export const license = (body: string): Json => ({
  origin: { robots: { status: 200, body: `License: ${site}/license.xml\nUser-agent: *\nAllow: /\n` } },
  licenses: { [`${site}/license.xml`]: { status: 200, body } },
});
export const longUrl = (octets: number, unit = 'a'): Json => ({ url: `${site}/${filled(unit, octets)}` });

export const rsl = (inner: string): string => `<rsl xmlns="https://rslstandard.org/rsl">${inner}</rsl>`;
export const box = (size: number, type: string, inner: string): string => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(size >>> 0);
  return head.toString('latin1') + type + inner;
};
export const packet = (inner: string): string =>
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">${inner}</x:xmpmeta><?xpacket end="w"?>`;

export const starRule = (stars: number): string => `Disallow: /${'*a'.repeat(stars)}$\n`;
