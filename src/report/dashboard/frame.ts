/** The page around what is shown: head, search, and nothing that is not of this server. */
import { html, htmlDocument, type Markup } from '../markup.ts';

export interface FrameFacts {
  readonly title: string;
  readonly dataset: string;
  /** Which of the pages this is. */
  readonly here: 'overview' | 'search' | 'login';
  /** What was searched for. */
  readonly query?: string;
  /** Brought up to date by the script, or by loading it again where there is none. */
  readonly isLive?: boolean;
}

const reloadSeconds = 30;

export const frame = ({ title, dataset, here, query = '', isLive = false }: FrameFacts, body: Markup): string =>
  htmlDocument(
    title,
    html`<meta name="robots" content="noindex">
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
${isLive ? html`<noscript><meta http-equiv="refresh" content="${reloadSeconds}"></noscript><script src="/live.js" defer></script>` : ''}`,
    html`<body class="dashboard">
<header>
<p class="brand"><a href="/">heed</a> <span class="quiet">${dataset}</span></p>
${here === 'login' ? '' : search(query)}
</header>
<main>
${body}
</main>
</body>`,
  );

const search = (query: string): Markup => html`<form class="search" action="/search" role="search">
<label for="q">Why is a page in, or not?</label>
<input id="q" name="q" type="search" value="${query}" placeholder="https://site.example/page or site.example" autocomplete="off" spellcheck="false">
<button>Explain</button>
</form>`;

/** The form that asks for the secret. */
export const loginPage = (isWrong: boolean): string =>
  frame(
    { title: 'heed', dataset: '', here: 'login' },
    html`<section class="login">
<h1>This dashboard asks for its secret</h1>
${isWrong ? html`<p role="alert" class="withhold">That was not it.</p>` : ''}
<form method="post" action="/login">
<label for="secret">Secret</label>
<input id="secret" name="secret" type="password" autocomplete="current-password" required autofocus>
<button>Enter</button>
</form>
<p class="quiet">It stands in the file that <code>--token-file</code> names.</p>
</section>`,
  );
