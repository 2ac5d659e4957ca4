/** The pages of the loopback web: pure functions of its shape. Served by `web-server.ts`. */
/** What one generated web looks like: the same options give the same bytes, always. */
export interface WebShape {
  /** Articles, all hosts together. */
  readonly pages: number;
  readonly hosts: number;
  /** Mean octets of an article. */
  readonly bytes: number;
  /** Links of an article, about; a tenth of them leads to other hosts. Default 20 to 45, three of them to other hosts' home pages. */
  readonly links?: number;
  readonly seed?: number;
}

export interface WebAnswer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Web {
  /** Host names, without port. */
  readonly hosts: readonly string[];
  /** @param host as asked, with its port where the client gave one: links to other hosts of the web repeat it */
  answer(host: string, path: string): WebAnswer;
}

type Random = () => number;

/** mulberry32: small, and the same everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (random: Random, end: number): number => Math.floor(random() * end);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;

/** Frequent words first: `picked` leans to them as a language does. */
const vocabulary: Readonly<Record<string, readonly string[]>> = {
  en: 'the of and to in that is was for on with as by at from which this have they their were been would about could other into more after over between while against during without before under city river garden winter market harbour council railway library teacher museum weather history question answer summer village mountain bridge letter morning evening window kitchen doctor farmer engine factory theatre journal paper record measure people country government century children language garden water number music company example increase decision surface distance material property condition attention committee direction education industry knowledge movement newspaper operation paragraph principle production relation statement structure temperature travelled wandered reported explained discovered remembered considered published collected described measured promised repaired returned'.split(
    ' ',
  ),
  de: 'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde Stadt Fluss Garten Winter Markt Hafen Gemeinde Eisenbahn Bibliothek Lehrerin Museum Wetter Geschichte Frage Antwort Sommer Dorf Gebirge Brücke Brief Morgen Abend Fenster Küche Ärztin Bauer Maschine Fabrik Theater Zeitung Papier Versuch Messung Menschen Land Regierung Jahrhundert Kinder Sprache Wasser Zahl Musik Gesellschaft Beispiel Entscheidung Oberfläche Entfernung Bedingung Aufmerksamkeit Ausschuss Richtung Bildung Wissen Bewegung Grundsatz Erzeugung Verhältnis Aussage Temperatur berichtete erklärte entdeckte erinnerte veröffentlichte sammelte beschrieb'.split(
    ' ',
  ),
  fr: 'de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ont mais comme ou si leur y dont été aussi cette entre ses même sans aux deux encore ces après avant ville rivière jardin hiver marché port commune chemin bibliothèque maîtresse musée temps histoire question réponse été village montagne pont lettre matin soir fenêtre cuisine médecin paysan machine usine théâtre journal papier essai mesure gens pays gouvernement siècle enfants langue eau nombre musique société exemple décision surface distance matière propriété condition attention comité direction instruction industrie connaissance mouvement principe production relation énoncé température voyageait racontait expliquait découvrait publiait recueillait décrivait réparait revenait'.split(
    ' ',
  ),
};
const languages = ['en', 'de', 'fr'] as const;

function sentence(random: Random, words: readonly string[]): string {
  const length = 7 + below(random, 18);
  const picked = Array.from({ length }, () => words[Math.floor(random() ** 1.7 * words.length)] as string);
  const first = picked[0] as string;
  picked[0] = first.charAt(0).toUpperCase() + first.slice(1);
  if (length > 14) picked[7] += ',';
  if (random() < 0.12) picked.push(String(1800 + below(random, 220)));
  return `${picked.join(' ')}.`;
}

const paragraph = (random: Random, words: readonly string[], octets: number): string => {
  let text = sentence(random, words);
  while (text.length < octets) text += ` ${sentence(random, words)}`;
  return text;
};

/** What a host says; counted by its place in a round of 50, so that every web of 50 hosts and more has all of them. */
type HostSays = 'closed' | 'named' | 'usage' | 'signal' | 'tdmrep' | 'tdmrep-part' | 'ai-txt' | 'no-robots' | 'plain';
const hostSays = (index: number): HostSays =>
  (({ 3: 'closed', 9: 'named', 14: 'usage', 19: 'signal', 22: 'tdmrep', 27: 'tdmrep-part', 31: 'ai-txt' }) as const)[
    index % 50
  ] ?? (index % 5 === 1 ? 'no-robots' : 'plain');

const namedAgents = ['GPTBot', 'CCBot', 'ClaudeBot', 'Google-Extended', 'Bytespider'];
const orderly = ['User-agent: *', 'Disallow: /private/', 'Disallow: /*?session=', 'Allow: /', ''];

function robotsOf(says: HostSays): string | null {
  switch (says) {
    case 'no-robots':
      return null;
    case 'closed':
      return 'User-agent: *\nDisallow: /\n';
    case 'named':
      return [...orderly, ...namedAgents.map(agent => `User-agent: ${agent}`), 'Disallow: /', ''].join('\n');
    case 'usage':
      return ['User-agent: *', 'Content-Usage: train-ai=n', 'Allow: /', ''].join('\n');
    case 'signal':
      return ['User-agent: *', 'Content-Signal: search=yes, ai-train=no', 'Allow: /', ''].join('\n');
    default:
      return ['# ask the gardener', ...orderly, 'Sitemap: http://sitemap.invalid/sitemap.xml', ''].join('\n');
  }
}

/** What one article adds to what its host says. */
type PageSays = 'noai' | 'noai-field' | 'tdm' | 'noindex' | 'moved' | 'nothing';
const pageSays = (index: number): PageSays =>
  (({ 7: 'noai', 23: 'noai-field', 38: 'tdm', 52: 'noindex', 61: 'moved', 77: 'noai' }) as const)[index % 100] ?? 'nothing';

const html = { 'content-type': 'text/html; charset=utf-8' };
const notFound: WebAnswer = {
  status: 404,
  fields: html,
  body: Buffer.from(
    '<!doctype html><html><head><title>Not found</title></head><body><p>There is no such page.</p></body></html>',
  ),
};

const hostName = (index: number): string => `h${String(index).padStart(4, '0')}.test`;
/** Page 0 of a host is its home page. */
const pathOf = (page: number): string => (page === 0 ? '/' : `/${['news', 'essays', 'places', 'people'][page % 4]}/${page}.html`);

const paragraphsRead = 240;

export function createWeb({ pages, hosts, bytes, links, seed = 20261123 }: WebShape): Web {
  const random = seeded(seed);
  const paragraphs = languages.map(language =>
    Array.from({ length: paragraphsRead }, () => paragraph(random, vocabulary[language] ?? [], Math.min(1_600, bytes / 34))),
  );
  const pagesOf = (host: number): number => Math.floor(pages / hosts) + (host < pages % hosts ? 1 : 0);
  const names = Array.from({ length: hosts }, (_, index) => hostName(index));
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const script = `window.settings={theme:"plain",items:[${Array.from({ length: 60 }, (_, i) => i * 7).join(',')}]};document.documentElement.className+=" js";`;
  const style = 'body{margin:0;font:1rem/1.5 serif}.menu li{display:inline-block;padding:0 .5em}article p{max-width:40em}';
  const isSmall = bytes < 8_000;

  function article(host: number, page: number, port: string): WebAnswer {
    const index = host + page * hosts;
    const says = pageSays(index);
    const own = seeded(seed + index * 7919);
    const count = pagesOf(host);
    if (says === 'moved' && page > 0) {
      return { status: 301, fields: { location: pathOf((page + 1) % count) }, body: Buffer.alloc(0) };
    }
    const language = languages[host % 3] ?? 'en';
    const words = vocabulary[language] ?? [];
    const title = sentence(own, words).slice(0, 60);
    const link = (to: number): string => `<a href="${pathOf(to)}">${pick(own, words)} ${pick(own, words)}</a>`;
    // Every page is found: the next two of a tree, the next ten of the list, and some at random.
    const near = [2 * page + 1, 2 * page + 2, ...Array.from({ length: isSmall ? 3 : 10 }, (_, i) => page + i + 1)].filter(
      to => to < count,
    );
    const far = Array.from(
      { length: isSmall ? 3 : (links === undefined ? 10 : Math.max(0, 0.9 * links - 30)) + below(own, 20) },
      () => below(own, count),
    );
    const abroad = Array.from(
      { length: isSmall ? 1 : links === undefined ? 3 : links / 10 },
      () =>
        `<a href="http://${names[below(own, hosts)]}${port}${links === undefined ? '/' : pathOf(below(own, count))}">elsewhere</a>`,
    );
    const odd = [
      ...(own() < 0.1 ? [`<a href="/missing/${page}.html">lost</a>`] : []),
      ...(own() < 0.1 ? [`<a href="/private/${page}.html">private</a>`] : []),
      ...(own() < 0.05 ? [`<a href="/files/${page}.pdf">print</a>`] : []),
      ...(own() < 0.2 ? [`<a href="https://outside.invalid/${page}">outside</a>`] : []),
      '<a href="mailto:desk@example.org">write to us</a>',
    ];
    const metas = { noai: '<meta name="robots" content="noai, noimageai">', tdm: '<meta name="tdm-reservation" content="1">' }[
      says as string
    ];
    const nav = far.map(to => `<li class="menu-item">${link(to)}</li>`).join('\n');
    const head = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><meta name="description" content="${sentence(own, words)}">
${metas ?? '<meta name="robots" content="max-image-preview:large">'}${says === 'noindex' ? '<meta name="robots" content="noindex">' : ''}
<link rel="canonical" href="http://${names[host]}${port}${pathOf(page)}"><style>${style}</style><script>${script}</script></head>
<body class="page"><header class="site-header"><a href="/">${names[host]}</a><nav><ul class="menu">
${nav}
</ul></nav></header>
<main><article><h1>${title}</h1><p class="byline">No. ${index}, ${1 + below(own, 28)}.${1 + below(own, 12)}.2025</p>
`;
    const foot = `</article><aside class="related"><h2>${pick(own, words)}</h2><ul>${near.map(to => `<li>${link(to)}</li>`).join('')}</ul></aside></main>
<footer class="site-footer"><p>${abroad.join(' ')} ${odd.join(' ')}</p><p>Printed by the society of ${names[host]}.</p></footer>
<script>/* ${'tracking nothing; '.repeat(isSmall ? 2 : 60)} */</script></body></html>`;
    const stock = paragraphs[host % 3] ?? [];
    // A sentence of its own makes each text unique whatever the stock.
    const body = [`<p>${paragraph(own, words, 200)} (${index})</p>`];
    let length = head.length + foot.length;
    for (let i = 0; length < bytes * 0.97; i++) {
      const text = pick(own, stock);
      const linked = i % 6 === 5 ? ` <a href="${pathOf(below(own, count))}">${pick(own, words)}</a>` : '';
      const block = i % 9 === 8 ? `<h2>${sentence(own, words)}</h2><p>${text}${linked}</p>` : `<p>${text}${linked}</p>`;
      body.push(block);
      length += block.length + 1;
    }
    return {
      status: 200,
      fields: { ...html, ...(says === 'noai-field' ? { 'x-robots-tag': 'noai' } : {}) },
      body: Buffer.from(`${head}${body.join('\n')}${foot}`),
    };
  }

  function answer(hostField: string, path: string): WebAnswer {
    const [name = '', portNumber] = hostField.split(':');
    const host = indexOf.get(name);
    if (host === undefined) return notFound;
    const says = hostSays(host);
    const text = (body: string | null, type = 'text/plain'): WebAnswer =>
      body === null ? notFound : { status: 200, fields: { 'content-type': type }, body: Buffer.from(body) };
    if (path === '/robots.txt') return text(robotsOf(says));
    if (path === '/.well-known/tdmrep.json') {
      const location = { tdmrep: '/', 'tdmrep-part': '/essays/' }[says as string];
      return text(location === undefined ? null : JSON.stringify([{ location, 'tdm-reservation': 1 }]), 'application/json');
    }
    if (path === '/ai.txt') return text(says === 'ai-txt' ? 'User-Agent: *\nDisallow: /\n' : null);
    if (path.endsWith('.pdf'))
      return { status: 200, fields: { 'content-type': 'application/pdf' }, body: Buffer.from('%PDF-1.4') };
    const page = path === '/' ? 0 : Number(/^\/(?:news|essays|places|people)\/(\d{1,9})\.html$/.exec(path)?.[1] ?? Number.NaN);
    const isThere = page < pagesOf(host) && pathOf(page) === path;
    return isThere ? article(host, page, portNumber === undefined ? '' : `:${portNumber}`) : notFound;
  }

  return { hosts: names, answer };
}
