import { visible } from './visible.ts';

/** HTML that may be written as it is. Only `html` makes it, and it escapes whatever is put in. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Markup | string | number | null | readonly Piece[];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => visible(text.toWellFormed()).replace(/[&<>"']/g, character => escapes[character] ?? '');

const written = (piece: Piece): string => {
  if (piece === null) return '';
  if (piece instanceof Markup) return piece.text;
  return typeof piece === 'object' ? piece.map(written).join('') : escaped(String(piece));
};

/** A template whose insertions are text, or markup made by another template. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  new Markup(parts.reduce((text, part, index) => text + written(pieces[index - 1] ?? null) + part));

/** Our own sentences: what stands between backticks is code. */
export const prose = (text: string): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;

/** A whole page. @param head beside the title; a policy before the style that it permits @param body with its element */
export const htmlDocument = (title: string, head: Markup, body: Markup): string =>
  `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}
</head>
${body}
</html>
`.text
  }`;

/** One self-contained page: nothing is loaded, nothing runs. */
export const page = (title: string, body: Markup): string =>
  htmlDocument(
    title,
    html`<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${new Markup(style)}</style>`,
    html`<body>
<main>
${body}
</main>
</body>`,
  );

/** Colours, type and tables of every page. */
export const style: string = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --panel: #f6f8fa;
  --keep: #116329; --withhold: #a40e26; --defer: #7d4e00; --mark: #fff3b0; --mark-text: #1b1f24; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #e6edf3; --quiet: #9198a1; --line: #30363d; --panel: #161b22;
  --keep: #56d364; --withhold: #ff7b72; --defer: #e3b341; --mark: #5c4a00; --mark-text: #fff8db; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1rem; font-weight: 500; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
p { margin: .4rem 0; max-width: 46rem; }
.verdict { font-size: clamp(2rem, 8vw, 3rem); line-height: 1.1; font-weight: 700; margin: 0; }
.keep { color: var(--keep); } .withhold { color: var(--withhold); } .defer { color: var(--defer); }
.quiet { color: var(--quiet); font-size: .9rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .85rem; unicode-bidi: isolate; }
code { overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem 0; margin: .5rem 0; overflow-x: auto; line-height: 1.55; }
pre span { display: block; padding: 0 .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre span[data-line]::before { content: attr(data-line); display: inline-block; min-width: 2.5rem; color: var(--quiet); user-select: none; }
mark { background: var(--mark); color: var(--mark-text); padding: .1rem .2rem; margin: 0 -.2rem; border-radius: 3px; }
pre span.hit { border-left: 4px solid var(--quiet); padding-left: calc(.8rem - 4px); }
pre span.disallow { border-color: var(--withhold); }
pre span.allow { border-color: var(--keep); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
td.tight, td.tight code { white-space: nowrap; }
.wide td:first-child code { display: inline-block; min-width: 9rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; font-size: .92rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  table.stack thead { display: none; }
  table.stack, table.stack tbody, table.stack tr, table.stack td { display: block; }
  table.stack tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  table.stack td { border: 0; padding: .1rem .2rem; margin: 0 -.2rem; border-radius: 3px; }
  table.stack td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
}
`;
