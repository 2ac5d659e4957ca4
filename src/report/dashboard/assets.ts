/** What the pages load, from this server only: one style sheet, one script, one picture. */
import { style } from '../markup.ts';

export const dashboardStyle: string = `${style}
.dashboard header { display: flex; flex-wrap: wrap; gap: .75rem 2rem; align-items: center; justify-content: space-between;
  padding: .75rem 1rem; border-bottom: 1px solid var(--line); }
.brand { margin: 0; font-size: 1.1rem; overflow-wrap: anywhere; } .brand a { font-weight: 700; color: inherit; text-decoration: none; }
a { color: var(--link); } a code { color: inherit; }
:root { --link: #0550ae; } @media (prefers-color-scheme: dark) { :root { --link: #79c0ff; } }
.search { display: flex; flex: 1 1 22rem; max-width: 44rem; flex-wrap: wrap; gap: .4rem; align-items: center; }
.search label { flex: 1 0 100%; font-size: .85rem; color: var(--quiet); }
.search input, .login input { flex: 1 1 12rem; min-width: 0; font: inherit; padding: .4rem .6rem; color: var(--text); background: var(--ground);
  border: 1px solid var(--quiet); border-radius: 6px; }
button { font: inherit; padding: .4rem .9rem; color: var(--ground); background: var(--text); border: 1px solid var(--text); border-radius: 6px; cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.dashboard main { max-width: 84rem; }
.dashboard #now h1 { font-size: 1.6rem; font-weight: 700; } .dashboard #now h1 .quiet { font-weight: 400; font-size: 1rem; }
.ready { font-weight: 600; max-width: none; }
.figures { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: .75rem 0; grid-template-columns: none; }
.figures div { min-width: 6rem; } .figures dt { font-size: .85rem; } .figures dd { font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; margin: 0; }
.figures.small dd { font-size: 1.1rem; }
.cards, .column { display: grid; gap: 1rem; align-items: start; align-content: start; } .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); margin-top: 1.5rem; }
.column { grid-template-columns: minmax(0, 1fr); }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 0 1rem 1rem; min-width: 0; } .card h2 { margin: .8rem 0 .6rem; }
.card.schedule { grid-column: 1 / -1; }
.n { text-align: right; font-variant-numeric: tabular-nums; } th.n { padding-right: .6rem; }
.card td { overflow-wrap: break-word; } .card td code { overflow-wrap: break-word; } .card td.page, .card td.page code { overflow-wrap: anywhere; }
time { white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; font-size: .9rem; } .legend span { display: inline-flex; align-items: center; gap: .4rem; }
.swatch { width: .9rem; height: .9rem; border-radius: 2px; }
.chart { margin: .5rem 0; } .chart svg { display: block; width: 100%; height: 9rem; }
.chart figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .2rem 1rem; font-size: .85rem; color: var(--quiet); }
.axis { stroke: var(--line); }
.fill-keep { fill: var(--keep); background: var(--keep); } .fill-withhold { fill: var(--bar-withhold); background: var(--bar-withhold); }
.fill-defer { fill: var(--bar-defer); background: var(--bar-defer); }
:root { --bar-withhold: #f08c95; --bar-defer: #f2c464; } @media (prefers-color-scheme: dark) { :root { --bar-withhold: #b3423d; --bar-defer: #8a6d1f; } }
summary { cursor: pointer; font-size: .9rem; }
.note { border-left: 4px solid currentColor; padding: .3rem .8rem; background: var(--panel); }
.lead { font-size: 1.2rem; font-weight: 600; }
.login { max-width: 26rem; margin: 3rem auto; } .login form { display: flex; flex-wrap: wrap; gap: .5rem; } .login label { flex: 1 0 100%; }
.login h1 { font-size: 1.3rem; font-weight: 700; }
.foot { margin-top: 2rem; max-width: none; }
@media (max-width: 60rem) { .cards { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) { table.stack td.n { text-align: left; } .figures dd { font-size: 1.2rem; } .figures { gap: .4rem 1.2rem; } .dashboard header { padding: .6rem 1rem; } }
@media (prefers-reduced-motion: no-preference) { .dashboard #now, .card > div { transition: opacity .2s; } }
`;

/**
 * Puts what the server says in the place of what stands there, section by section; it never touches one in which somebody is reading with the
 * keyboard or has text selected, and leaves open what was opened. The markup is the server's own, in which everything remote is escaped.
 */
export const liveScript: string = `'use strict';
const state = document.getElementById('live-state');
const said = new Map();
const isInUse = element => {
  const selection = document.getSelection();
  return element.contains(document.activeElement) || (selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode));
};
const source = new EventSource('/events');
source.onmessage = ({ data }) => {
  for (const [id, html] of Object.entries(JSON.parse(data))) {
    const element = document.getElementById(id);
    if (element === null || said.get(id) === html || isInUse(element)) continue;
    const open = [...element.querySelectorAll('details[open]')].map(details => details.id);
    element.innerHTML = html;
    for (const name of open) document.getElementById(name)?.setAttribute('open', '');
    said.set(id, html);
  }
  state.textContent = 'live';
};
source.onerror = () => { state.textContent = 'not live: the server does not answer'; };
`;

export const icon: string =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#116329"/><path d="M4.5 8.2l2.4 2.4 4.6-5" fill="none" stroke="#fff" stroke-width="1.8"/></svg>\n';
