/** A page with a script of its own: nothing is loaded, and nothing runs but what stands in it. */
import { html, htmlDocument, Markup, style } from './markup.ts';

export interface ReportPage {
  readonly title: string;
  readonly body: Markup;
  /** Beside the style of every page. */
  readonly style: string;
  /** Functions of a browser, each without imports; they are run one after the other when the page has been read. */
  readonly scripts?: readonly (() => void | Promise<void>)[];
  /** Octets for the script, by the id of the element that holds them in base64. */
  readonly data?: { readonly id: string; readonly octets: Uint8Array };
}

/** The policy names the style and the script by their digests: another one in their place, or beside them, is not run. */
export async function reportPage({ title, body, style: own, scripts = [], data }: ReportPage): Promise<string> {
  const css = `${style}${own}`;
  const sources = scripts.map(script => `(${script.toString().replaceAll(/\n\s*/g, '\n')})();`);
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${await digestOf(css)}'`,
    ...(sources.length === 0
      ? []
      : [`script-src ${(await Promise.all(sources.map(digestOf))).map(digest => `'sha256-${digest}'`).join(' ')}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return htmlDocument(
    title,
    html`<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<style>${new Markup(css)}</style>`,
    html`<body>
${body}
${data === undefined ? '' : html`<script type="application/octet-stream" id="${data.id}">${new Markup(Buffer.from(data.octets).toString('base64'))}</script>\n`}${sources.map(source => html`<script>${new Markup(source)}</script>\n`)}</body>`,
  );
}

const digestOf = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('base64');

/** Raw DEFLATE, as `DecompressionStream` reads it. */
export async function deflated(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
