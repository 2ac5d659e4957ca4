import { chartStyle } from '../../charts/chart-style.ts';
import { choiceStyle } from './choices.ts';

export const auditStyle: string = `${chartStyle}
.choice { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: center; font-size: .92rem; }
.choice legend { float: left; color: var(--quiet); margin-right: 1rem; padding: 0; } .choice input { min-height: 0; accent-color: var(--strong); }
.bar-top { display: flex; flex-wrap: wrap; gap: .3rem 2rem; justify-content: space-between; align-items: center; position: sticky; top: 0; z-index: 2; background: var(--ground); border-bottom: 1px solid var(--line); padding: .6rem 0; margin: 1.2rem 0 0; }
.heat td { padding: .25rem .4rem .25rem 0; } .heat span { display: block; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; padding: .25rem .5rem; border-radius: 4px; }
.h0 { background: rgba(164,14,38,.04); } .h1 { background: rgba(164,14,38,.09); } .h2 { background: rgba(164,14,38,.14); } .h3 { background: rgba(164,14,38,.18); } .h4 { background: rgba(164,14,38,.22); }
.h5 { background: rgba(164,14,38,.26); } .h6 { background: rgba(164,14,38,.3); } .h7 { background: rgba(164,14,38,.33); } .h8 { background: rgba(164,14,38,.36); } .h9 { background: rgba(164,14,38,.4); }
.bar-top nav { font-size: .88rem; display: flex; flex-wrap: wrap; gap: .2rem .9rem; } .bar-top a { color: var(--strong); text-underline-offset: 2px; }
#find { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .6rem .8rem; align-items: end; margin: .8rem 0; }
#find[hidden], #pager[hidden] { display: none; }
#find label { display: flex; flex-direction: column; gap: .2rem; font-size: .85rem; color: var(--quiet); } #find input, #find select { width: 100%; min-width: 0; }
#pager { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; margin: .8rem 0; } #pager output { font-variant-numeric: tabular-nums; } #find-save { margin-left: auto; }
#domain-table th button.sort { all: unset; cursor: pointer; font-weight: 600; } #domain-table th button.sort:focus-visible { outline: 3px solid var(--middle); }
#domain-table th[aria-sort=ascending] button::after { content: " ↑"; } #domain-table th[aria-sort=descending] button::after { content: " ↓"; }
button.open { all: unset; cursor: pointer; color: var(--strong); text-decoration: underline; text-underline-offset: 2px; overflow-wrap: anywhere; } button.open:focus-visible { outline: 3px solid var(--middle); outline-offset: 2px; }
#domain-table td { font-size: .88rem; } #domain-table tbody th { min-width: 9rem; max-width: 28rem; white-space: normal; overflow-wrap: anywhere; } #domain-table small { display: block; color: var(--quiet); font-weight: 400; }
dialog { position: fixed; inset: 0 0 0 auto; margin: 0; width: min(44rem, 100vw); max-width: none; height: 100dvh; max-height: none; border: 0; border-left: 1px solid var(--line); padding: 0 1.2rem 2rem; background: var(--ground); color: var(--text); overflow-y: auto; overscroll-behavior: contain; }
dialog::backdrop { background: rgba(0,0,0,.45); }
.card-head { position: sticky; top: 0; background: var(--ground); display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: 1rem 0 .6rem; border-bottom: 1px solid var(--line); }
.card-head h2 { flex: 1 1 12rem; margin: 0; border: 0; padding: 0; overflow-wrap: anywhere; }
#card small { display: block; color: var(--quiet); overflow-wrap: anywhere; } #card td { overflow-wrap: break-word; }
@media (max-width: 40rem) {
  #domain-table :is(th, td):is(:nth-child(2), :nth-child(4), :nth-child(5), :nth-child(7)) { display: none; } #domain-table tbody th { min-width: 0; }
  #card dl { grid-template-columns: max-content 1fr; gap: .1rem .8rem; } .card-head h2 { flex-basis: 100%; }
  #card table, #card tbody, #card tr, #card td { display: block; } #card tr:first-child { display: none; }
  #card tr { border-bottom: 1px solid var(--line); padding: .4rem 0; } #card td { border: 0; padding: .1rem 0; }
  #card td:not(:empty)::before { content: attr(data-label) ": "; color: var(--quiet); }
  .choice legend { float: none; width: 100%; } .bar-top { position: static; }
}
@media print { .bar-top { position: static; } #find, dialog { display: none !important; } #domains tbody tr { break-inside: avoid; } }
${choiceStyle}
`;
