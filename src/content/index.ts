export { decodeText } from './decode.ts';
export { type ExtractedDocument, type MadeDocument, makeDocument } from './document.ts';
export { extractText, maxNestingDepth } from './extract.ts';
export { phoneRegionOf } from './find-phones.ts';
export { identifyLanguage, type LanguageDetector } from './language.ts';
export { maskPersonalData } from './mask.ts';
export type { PageScan } from './page-scan.ts';
export { scanPage } from './scan.ts';
export { refreshOfField } from './scan-resolve.ts';
