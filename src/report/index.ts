export { adviceOn, contradictionAdvice } from './advice.ts';
export { checkDocument } from './check-document.ts';
export { checkHtml } from './check-html.ts';
export { checkSarif } from './check-sarif.ts';
export { checkLines, type TableLine } from './check-table.ts';
export { type ExplainedUrl, explanationHtml } from './explanation-html.ts';
