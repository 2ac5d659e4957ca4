export { eraseUrls } from './erase.ts';
export { type Frontier, type FrontierOptions, openFrontier } from './frontier.ts';
export { type KnownUrls, openKnownUrls } from './known.ts';
export type { Gate, Hindrance } from './pace.ts';
export type { Reopen } from './reopen.ts';
export { type Bounds, type Found, nextIntervalMs } from './schedule.ts';
export { openSitemapMarks, type SitemapMarks } from './sitemap-marks.ts';
export type { Offer, Offered, Revisit, Task } from './task.ts';
export type { WaitingOrigin } from './waiting.ts';
