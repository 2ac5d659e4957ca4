export { type AppShell, appShellOf } from './app-shell.ts';
export { declaredLanguage } from './declared-language.ts';
export type { ExtractedDocument, MadeDocument } from './document.ts';
export { identifyLanguage, type LanguageDetector } from './language.ts';
export type { PageScan } from './page-scan.ts';
export { scanPage } from './scan.ts';
export { refreshOfField } from './scan-resolve.ts';
export { type SitemapEntry, sitemapReader } from './sitemap.ts';

/** What makes documents, loaded where texts are kept: finding main texts and personal data takes libraries of 0.15 s, of which links and sitemaps know nothing. */
export const documents = (): Promise<typeof import('./document.ts')> => import('./document.ts');
