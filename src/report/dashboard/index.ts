export { dashboardStyle, icon, liveScript } from './assets.ts';
export { type DeskAnswer, deskPage } from './desk.ts';
export type { DashboardFacts, DatasetFacts, ProgressFacts } from './facts.ts';
export { loginPage } from './frame.ts';
export { overviewPage, overviewSections } from './overview.ts';
