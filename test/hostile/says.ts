import type { Say } from './case.ts';

export const ok = 'HTTP/1.1 200 OK\r\n';

/** Enough prose of its own that it counts as a document and duplicates nobody's. */
export const story = (name: string): string =>
  Array.from({ length: 12 }, (_, line) => `Line ${line} of the ${name} is told at length, so that it counts as text.`).join(' ');

export const article = (name: string, extra = ''): string =>
  `<!doctype html><title>${name}</title><article><p>${story(name)}</p>${extra}</article>`;

/** A whole response with the length it needs. Strings are UTF-8; field lines go out as Latin-1, so that every octet can be said. */
export function response(status: string, fields: readonly string[] = [], body: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, ...fields, `Content-Length: ${bytes.length}`, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

/** Octets exactly as given; the connection stays open. */
export const raw =
  (bytes: string | Buffer): Say =>
  ({ socket }) =>
    void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);

export const answer = (status: string, fields: readonly string[] = [], body: string | Buffer = ''): Say =>
  raw(response(status, fields, body));

export const html = (body: string | Buffer, ...fields: readonly string[]): Say =>
  answer('200 OK', ['Content-Type: text/html', ...fields], body);

export const text = (body: string | Buffer, ...fields: readonly string[]): Say =>
  answer('200 OK', ['Content-Type: text/plain', ...fields], body);

export const page: Say = asked => html(article(`${asked.host}${asked.path}`.replace(/[<>&"]/g, '')))(asked);

export const links = (...hrefs: readonly string[]): Say =>
  html(
    article(
      `links to ${hrefs.length} ${hrefs[0]?.slice(0, 60).replace(/[<>&"]/g, '')}`,
      hrefs.map(href => `<a href="${href}">on</a>`).join(' '),
    ),
  );

export const to = (location: string, status = '302 Found'): Say => answer(status, [`Location: ${location}`]);

export const nothing: Say = () => undefined;

/** Some octets, then an orderly end. */
export const half =
  (bytes: string): Say =>
  ({ socket }) =>
    void socket.end(Buffer.from(bytes, 'latin1'));

/** Some octets, then a reset, once the peer had time to read them. */
export const reset =
  (bytes: string): Say =>
  ({ socket }) => {
    const end = (): void =>
      void setTimeout(() => ('resetAndDestroy' in socket ? (socket.resetAndDestroy as () => void)() : socket.destroy()), 30);
    if (bytes === '') end();
    else socket.write(Buffer.from(bytes, 'latin1'), end);
  };

/** A beginning, and then a little more for ever. */
export const drip =
  (first: string, piece: string, everyMs = 50): Say =>
  ({ socket }) => {
    socket.write(Buffer.from(first, 'latin1'));
    const timer = setInterval(() => socket.write(piece), everyMs);
    socket.on('close', () => clearInterval(timer));
  };

/** A beginning, and then as much as the peer takes, for ever or until so many octets are out. */
export const flood =
  (first: string | Buffer, chunk: Buffer, maxBytes: number = Number.POSITIVE_INFINITY): Say =>
  ({ socket }) => {
    let sent = 0;
    const pump = (): void => {
      while (!socket.destroyed && sent < maxBytes) {
        sent += chunk.length;
        if (!socket.write(chunk)) return void socket.once('drain', pump);
      }
      if (!socket.destroyed) socket.end();
    };
    socket.write(Buffer.from(first as string, 'latin1'));
    pump();
  };

/** As many whole units as fit. */
export const filled = (unit: string, octets: number): string => unit.repeat(Math.floor(octets / unit.length));
