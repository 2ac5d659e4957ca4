export { type Frontier, type FrontierCounts, type FrontierOptions, openFrontier, type WaitingOrigin } from './frontier.ts';
export type { Offer, Offered, Task } from './task.ts';
