import type { BotDocument } from './bot-facts.ts';
import { html, Markup } from './markup.ts';

/** The form in which Google and Bing publish the addresses of theirs. */
export const ipRanges = (addresses: readonly string[], creationTime: string): string =>
  `${JSON.stringify(
    {
      creationTime,
      prefixes: addresses.map(prefix => (prefix.includes(':') ? { ipv6Prefix: prefix } : { ipv4Prefix: prefix })),
    },
    null,
    2,
  )}\n`;

/** An Atom feed (RFC 4287) of what changed about the crawler. */
export function changesAtom({ productToken, operator, contact, updated, changes }: BotDocument): string {
  const domain = contact.includes('@') ? contact.slice(contact.lastIndexOf('@') + 1) : new URL(contact).hostname;
  const first = (changes.at(-1)?.at ?? updated).slice(0, 10);
  // RFC 4151: whoever owned the domain on the day the feed began.
  const id = `tag:${domain},${first}:${productToken}-bot`;
  const entries = changes.map(
    ({ at, what }) => html`<entry>
<id>${id}/${at}</id>
<title>${productToken}: ${what.join(', ')}</title>
<updated>${at}</updated>
<summary>${what.join(', ')}</summary>
</entry>
`,
  );
  return html`${new Markup('<?xml version="1.0" encoding="utf-8"?>\n')}<feed xmlns="http://www.w3.org/2005/Atom">
<id>${id}</id>
<title>Changes of the crawler ${productToken}</title>
<updated>${updated}</updated>
<author><name>${operator ?? contact}</name></author>
${entries}</feed>
`.text;
}
