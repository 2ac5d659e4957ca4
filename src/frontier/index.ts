export { type Frontier, type FrontierOptions, openFrontier, type WaitingOrigin } from './frontier.ts';
export type { Gate, Hindrance } from './pace.ts';
export { openSitemapMarks, type SitemapMarks } from './sitemap-marks.ts';
export type { Offer, Offered, Task } from './task.ts';
