/** The page behind the address in our User-Agent: who we are, how to be sure, how to refuse us. */
import type { BotDocument, Honoured } from './bot-facts.ts';
import { html, type Markup, page } from './markup.ts';

export function botPage(bot: BotDocument): string {
  const { productToken, operator, contact } = bot;
  const body = html`<h1>You found this name in your log</h1>
<p class="verdict">${productToken}</p>
<p>A crawler${operator === undefined ? '' : html` run by <strong>${operator}</strong>`} that collects pages for ${bot.purposes.join(', ')}, and only pages whose
owners have not said no. Every refusal it reads is kept as evidence, and a page that is refused is not kept.</p>
<p>Questions, complaints, removals: ${link(contact)}</p>
<h2>How to refuse it</h2>
<p>Each of these is enough by itself, and is seen at the next visit: what is known of a site is never older than 24 hours when a page is asked.</p>
${bot.refusals.map(
  ({ title, place, text }) => html`<h3>${title}</h3>
<p class="quiet">${place}</p>
<pre>${text.split('\n').map(line => html`<span>${line}</span>`)}</pre>
`,
)}
<h2>Which refusals are honoured</h2>
<p>Under the policy <code>${bot.policy.id}</code>: ${bot.policy.description}</p>
${honours(bot.honours)}
<h2>How it behaves</h2>
<dl>
<dt>Pause</dt><dd>${duration(bot.delay)} or more between two requests to one site, counted from the end of the last; one request at a time</dd>
<dt>Crawl-delay, Retry-After</dt><dd>honoured, up to ${duration(bot.maxDelay)}</dd>
<dt>Never</dt><dd>cookies, forms, logins, captchas, paywalls, another name, a proxy</dd>
</dl>
<h2>How to be sure that it is us</h2>
<dl>
<dt>User-Agent</dt><dd><code>${bot.userAgent}</code></dd>
<dt>Name in robots.txt</dt><dd><code>${productToken}</code></dd>
${bot.from === undefined ? null : html`<dt>From</dt><dd><code>${bot.from}</code></dd>`}
<dt>Signature</dt><dd>${signature(bot)}</dd>
<dt>Addresses</dt><dd>${addresses(bot)}</dd>
</dl>
<h2>How to have something removed</h2>
<p>Write to ${link(contact)} and name the pages, the folder or the host, and that they are yours to speak for. What was taken is taken out of the
dataset, and the place is put on a list of places that are not asked again. You need not give a reason.</p>
<h2>What changed</h2>
<dl>${bot.changes.map(({ at, what }) => html`<dt>${at.slice(0, 10)}</dt><dd>${what.join(', ')}</dd>`)}</dl>
<p class="quiet">For programs: <a href="bot.json">bot.json</a>, <a href="changes.atom">changes.atom</a>, <a href="ip-ranges.json">ip-ranges.json</a>. Written by heed ${bot.version}.</p>`;
  return page(`${productToken}: who crawled my site?`, body);
}

const link = (contact: string): Markup =>
  contact.includes('@') && !contact.startsWith('https:')
    ? html`<a href="mailto:${contact}">${contact}</a>`
    : html`<a href="${contact}">${contact}</a>`;

const honours = (
  list: readonly Honoured[],
): Markup => html`<table class="stack"><thead><tr><th>What</th><th>As written in</th><th>Status</th></tr></thead><tbody>
${list.map(
  ({ title, spec, status }) =>
    html`<tr><td data-label="What">${title}</td><td data-label="As written in">${spec}</td><td data-label="Status">${status}</td></tr>
`,
)}</tbody></table>`;

const signature = ({ key }: BotDocument): Markup =>
  key === undefined
    ? html`none: requests are not signed`
    : html`every request, by RFC 9421 (Web Bot Auth); key <code>${key.keyid}</code> at <code>${key.agent}/.well-known/http-message-signatures-directory</code>`;

const addresses = ({ addresses: list }: BotDocument): Markup =>
  list.length === 0
    ? html`not published`
    : html`${list.map((prefix, index) => html`${index > 0 ? ', ' : ''}<code>${prefix}</code>`)} (also in <a href="ip-ranges.json">ip-ranges.json</a>)`;

const duration = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`);
