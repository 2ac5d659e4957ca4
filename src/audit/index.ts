export { type AskedEvent, visitSite } from './visit-site.ts';
