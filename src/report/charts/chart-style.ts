/** Charts, their tables, and what stands around them; on a screen, on a narrow one, and on paper. */
export const chartStyle = `
:root { --strong: #0b5cad; --middle: #4f94d8; --light: #a9cdf1; --unknown: #6e40c9; --unknown-2: #a37be8; --unknown-3: #d2bdf7; --mute: #afb8c1; --whisker: #1b1f24; }
@media (prefers-color-scheme: dark) { :root { --strong: #6cb6ff; --middle: #3f83c8; --light: #2a557f; --unknown: #c4a7fa; --unknown-2: #8f68d8; --unknown-3: #5b3f99; --mute: #545d68; --whisker: #e6edf3; } }
.t-strong { fill: var(--strong); } .t-middle { fill: var(--middle); } .t-light { fill: var(--light); } .t-unknown { fill: var(--unknown); }
.t-unknown-2 { fill: var(--unknown-2); } .t-unknown-3 { fill: var(--unknown-3); }
.t-mute { fill: var(--mute); } .t-keep { fill: var(--keep); } .t-withhold { fill: var(--withhold); } .t-defer { fill: var(--defer); }
.line { stroke: var(--strong); stroke-width: 2; fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.dots { stroke: var(--strong); stroke-width: 6; stroke-linecap: round; fill: none; vector-effect: non-scaling-stroke; }
.bars.lines svg { height: 2rem; } .bars.lines .bar { grid-template-columns: 1fr 16rem; } .bars.lines .ticks { margin-right: 16.7rem; }
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
.bars:not(:has(.axis)), .bars:not(:has(.axis)) + .bars { margin: 0; }
.axis .ticks { display: flex; justify-content: space-between; margin-right: 11.7rem; color: var(--quiet); font-size: .78rem; }
.columns { columns: 2 26rem; column-gap: 2.5rem; }
.columns > div { break-inside: avoid; padding-top: .1rem; }
.columns .bars li { grid-template-columns: minmax(5rem, 11rem) 1fr; }
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
  .axis .ticks, .columns .axis .ticks, .bars.lines .ticks { margin-right: 0; grid-column: 1 / -1; }
  .meanings { grid-template-columns: 1fr; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --text: #000; --quiet: #444; --panel: #f2f2f2; }
  main { max-width: none; padding: 0; } section { break-inside: auto; } h2, h3 { break-after: avoid; }
  .save, summary, #pager { display: none !important; } .bar svg, .legend svg, .heat span, .cards li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
