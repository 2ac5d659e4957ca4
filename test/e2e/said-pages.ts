/** What a site of these tests says, and its pages and sitemaps. */
export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly afterMs?: number;
}

/** A text of its own for each name: no page is a copy of another. */
const words = (seed: string): string => {
  let state = [...seed].reduce((hash, c) => Math.imul(hash ^ c.charCodeAt(0), 0x01000193), 0x811c9dc5);
  const next = (): number => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return (state >>> 8) / 2 ** 24;
  };
  return Array.from(
    { length: 120 },
    () => 'the of and a to in is it was for on are as with his they at be this have'.split(' ')[Math.floor(next() * 20)] ?? '',
  ).join(' ');
};
export const html = (name: string, ...links: string[]): Said => ({
  headers: { 'content-type': 'text/html' },
  body: `<title>${name}</title><article><p>The page ${name} says: ${words(name)}.</p>${links.map(link => `<a href="${link}">on</a>`).join(' ')}</article>`,
});
export const text = (body: string): Said => ({ headers: { 'content-type': 'text/plain' }, body });
export const xml = (body: string | Buffer, type = 'application/xml'): Said => ({ headers: { 'content-type': type }, body });
export const urlset = (...urls: string[]): string =>
  `<?xml version="1.0"?><urlset>${urls.map(url => `<url><loc>${url}</loc></url>`).join('')}</urlset>`;
export const index = (...urls: string[]): string =>
  `<sitemapindex>${urls.map(url => `<sitemap><loc>${url}</loc></sitemap>`).join('')}</sitemapindex>`;
