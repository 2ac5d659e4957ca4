export { type CrawlSummary, crawl } from './crawl.ts';
export type { CrawlOptions } from './options.ts';
export { type RecheckOptions, type RecheckSummary, recheck } from './recheck/recheck.ts';
export { describeBrowser, findBrowser } from './render/find-browser.ts';
export type { CrawlEvent, CrawlProgress } from './watch/progress.ts';
export { type Statistic, type Statistics, statisticsTable, statusClasses } from './watch/statistics.ts';
export { traceSteps } from './watch/trace-steps.ts';
