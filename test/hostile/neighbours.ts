import { article, response } from './says.ts';

/** Sites that do nothing wrong, crawled beside the hostile ones: they must lose nothing. */
export const neighbours: readonly string[] = Array.from({ length: 6 }, (_, number) => `n${number}.healthy.test`);
const pagesEach = 8;

export const neighbourSeeds: readonly string[] = neighbours.map(host => `http://${host}/`);
export const neighbourPages: readonly string[] = neighbours.flatMap(host =>
  Array.from({ length: pagesEach }, (_, number) => `http://${host}/${number === 0 ? '' : number}`),
);

export function healthyAnswer(host: string, path: string): Buffer {
  const number = path === '/' ? 0 : Number(/^\/(\d+)$/.exec(path)?.[1] ?? Number.NaN);
  if (path === '/robots.txt') return response('200 OK', ['Content-Type: text/plain'], 'User-agent: *\nDisallow: /none/\n');
  if (!(number < pagesEach)) return response('404 Not Found');
  const next = number + 1 < pagesEach ? `<p><a href="/${number + 1}">on</a></p>` : '';
  return response('200 OK', ['Content-Type: text/html'], article(`healthy ${host} page ${number}`, next));
}
