import { choiceStyle } from './choices.ts';

export const chartStyle = `
:root { --strong: #0b5cad; --middle: #4f94d8; --light: #a9cdf1; --unknown: #6e40c9; --unknown-2: #a37be8; --unknown-3: #d2bdf7; --mute: #afb8c1; --whisker: #1b1f24; }
@media (prefers-color-scheme: dark) { :root { --strong: #6cb6ff; --middle: #3f83c8; --light: #2a557f; --unknown: #c4a7fa; --unknown-2: #8f68d8; --unknown-3: #5b3f99; --mute: #545d68; --whisker: #e6edf3; } }
.t-strong { fill: var(--strong); } .t-middle { fill: var(--middle); } .t-light { fill: var(--light); } .t-unknown { fill: var(--unknown); }
.t-unknown-2 { fill: var(--unknown-2); } .t-unknown-3 { fill: var(--unknown-3); }
.t-mute { fill: var(--mute); } .t-keep { fill: var(--keep); } .t-withhold { fill: var(--withhold); } .t-defer { fill: var(--defer); }
.whisker { stroke: var(--whisker); stroke-width: 1.5; fill: none; vector-effect: non-scaling-stroke; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; padding: 0; margin: .6rem 0; font-size: .88rem; }
.legend svg { width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -1px; }
.bars { list-style: none; padding: 0; margin: .6rem 0; }
.bars li { display: grid; grid-template-columns: minmax(8rem, 15rem) 1fr; gap: 0 1rem; align-items: center; padding: .16rem 0; break-inside: avoid; }
.bars .name { overflow-wrap: anywhere; font-size: .92rem; line-height: 1.25; }
.bars small, .cards small { color: var(--quiet); font-weight: 400; }
.bar { display: grid; grid-template-columns: 1fr 11rem; gap: .7rem; align-items: center; min-width: 0; }
.bar svg { width: 100%; height: 1rem; background: var(--panel); display: block; }
.num { font-variant-numeric: tabular-nums; font-size: .92rem; white-space: nowrap; }
.num small { font-size: .8rem; margin-left: .25rem; }
.axis .ticks { display: flex; justify-content: space-between; margin-right: 11.7rem; color: var(--quiet); font-size: .78rem; }
.columns { columns: 2 26rem; column-gap: 2.5rem; }
.columns > div { break-inside: avoid; padding-top: .1rem; }
.columns .bars li { grid-template-columns: minmax(5rem, 8.5rem) 1fr; }
.columns .bar { grid-template-columns: 1fr 9.5rem; }
.columns .axis .ticks { margin-right: 10.2rem; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--quiet); font-size: .9rem; width: fit-content; }
caption { text-align: left; color: var(--quiet); font-size: .88rem; padding: .3rem 0; }
tbody th { font-weight: 500; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-left: .8rem; }
.kicker { color: var(--quiet); margin: 0; overflow-wrap: anywhere; }
.answer { font-size: clamp(1.6rem, 5vw, 2.6rem); line-height: 1.15; font-weight: 700; margin: .2rem 0 .6rem; }
.cards { list-style: none; padding: 0; margin: 1rem 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .8rem; }
.cards li { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; }
.cards b { display: block; font-size: 1.8rem; line-height: 1.2; font-variant-numeric: tabular-nums; } .cards small { display: block; margin-top: .2rem; }
.note { border-left: 3px solid var(--defer); padding: .1rem 0 .1rem .8rem; }
button, select, input { font: inherit; font-size: .92rem; color: var(--text); background: var(--ground); border: 1px solid var(--quiet); border-radius: 6px; padding: .3rem .6rem; min-height: 2rem; }
button { cursor: pointer; background: var(--panel); } button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 3px solid var(--middle); outline-offset: 2px; }
.save { margin: .3rem 0 1rem; font-size: .85rem; }
main { max-width: 76rem; }
section { scroll-margin-top: 5rem; }
.limits li { margin: .5rem 0; max-width: 46rem; }
.meanings { grid-template-columns: minmax(8rem, max-content) 1fr; }
@media (max-width: 48rem) {
  .bars li, .columns .bars li { grid-template-columns: 1fr auto; gap: .1rem .8rem; padding: .3rem 0; align-items: end; }
  .bar { display: contents; } .bar svg { grid-column: 1 / -1; grid-row: 2; } .bars .num { grid-column: 2; grid-row: 1; }
  .axis .ticks, .columns .axis .ticks { margin-right: 0; grid-column: 1 / -1; }
  .meanings { grid-template-columns: 1fr; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --text: #000; --quiet: #444; --panel: #f2f2f2; }
  main { max-width: none; padding: 0; } section { break-inside: auto; } h2, h3 { break-after: avoid; }
  .save, summary, #pager { display: none !important; } .bar svg, .legend svg, .heat span, .cards li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

export const auditStyle: string = `${chartStyle}
.choice { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: center; font-size: .92rem; }
.choice legend { float: left; color: var(--quiet); margin-right: 1rem; padding: 0; } .choice input { min-height: 0; accent-color: var(--strong); }
.bar-top { display: flex; flex-wrap: wrap; gap: .3rem 2rem; justify-content: space-between; align-items: center; position: sticky; top: 0; z-index: 2; background: var(--ground); border-bottom: 1px solid var(--line); padding: .6rem 0; margin: 1.2rem 0 0; }
.heat td { padding: .25rem .4rem .25rem 0; } .heat span { display: block; text-align: right; font-variant-numeric: tabular-nums; padding: .25rem .5rem; border-radius: 4px; }
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
#domain-table td { font-size: .88rem; } #domain-table tbody th { min-width: 9rem; }
dialog { position: fixed; inset: 0 0 0 auto; margin: 0; width: min(44rem, 100vw); max-width: none; height: 100dvh; max-height: none; border: 0; border-left: 1px solid var(--line); padding: 0 1.2rem 2rem; background: var(--ground); color: var(--text); overflow-y: auto; overscroll-behavior: contain; }
dialog::backdrop { background: rgba(0,0,0,.45); }
.card-head { position: sticky; top: 0; background: var(--ground); display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: 1rem 0 .6rem; border-bottom: 1px solid var(--line); }
.card-head h2 { flex: 1 1 12rem; margin: 0; border: 0; padding: 0; overflow-wrap: anywhere; }
#card small { display: block; color: var(--quiet); overflow-wrap: anywhere; } #card td { overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  #domain-table :is(th, td):is(:nth-child(2), :nth-child(4), :nth-child(5)) { display: none; } #domain-table tbody th { min-width: 0; overflow-wrap: anywhere; }
  #card dl { grid-template-columns: max-content 1fr; gap: .1rem .8rem; } .card-head h2 { flex-basis: 100%; }
  #card table, #card tbody, #card tr, #card td { display: block; } #card tr:first-child { display: none; }
  #card tr { border-bottom: 1px solid var(--line); padding: .4rem 0; } #card td { border: 0; padding: .1rem 0; }
  #card td:not(:empty)::before { content: attr(data-label) ": "; color: var(--quiet); }
  .choice legend { float: none; width: 100%; } .bar-top { position: static; }
}
@media print { .bar-top { position: static; } #find, dialog { display: none !important; } #domains tbody tr { break-inside: avoid; } }
${choiceStyle}
`;
