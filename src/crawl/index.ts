export { type CrawlSummary, crawl } from './crawl.ts';
export type { CrawlOptions } from './options.ts';
export type { CrawlEvent, CrawlProgress } from './progress.ts';
export { type RecheckOptions, type RecheckSummary, recheck } from './recheck/recheck.ts';
export { describeBrowser, findBrowser } from './render/find-browser.ts';
export { type Statistic, type Statistics, statisticsTable, statusClasses } from './statistics.ts';
export { traceSteps } from './trace-steps.ts';
