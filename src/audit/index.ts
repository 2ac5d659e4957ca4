export { type AskedEvent, type VisitOptions, visitSite } from './visit-site.ts';
