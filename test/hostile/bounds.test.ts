/** One hostile answer alone: how long it holds us up, and how much it makes us hold. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRetriever } from '../shells/http-server.ts';
import { busyness } from '../unit/signals/processor-time.ts';
import { cases } from './rows/index.ts';
import { answer } from './says.ts';
import { type HostileWeb, startHostileWeb } from './server.ts';

const bounded = cases.filter(({ bounds }) => bounds !== undefined);
let web: HostileWeb;
beforeAll(async () => {
  web = await startHostileWeb([
    ...bounded,
    {
      id: 'r20-later',
      what: 'an answer after 150 ms',
      page: asked => void setTimeout(answer('200 OK', [], 'prompt'), 150, asked),
      ends: 'kept',
    },
  ]);
});
afterAll(() => web.close());

test.each(bounded.map(one => [one.id, one.what, one] as const))(
  '%s, %s: within its time and memory',
  { retry: 2 },
  async (id, _what, one) => {
    const retriever = testRetriever(web.port, { limits: { totalMs: 1_000 } });
    const file = one.robots === undefined ? '/' : '/robots.txt';
    const request = one.robots === undefined ? {} : { maxBytes: 512_000, cut: true };
    // The first time pays for what is loaded and made once.
    await retriever.retrieve(`http://a.${id}.test${file}`, request);
    const before = process.memoryUsage.rss();
    const started = performance.now();
    await retriever.retrieve(`http://b.${id}.test${file}`, request);
    expect(performance.now() - started).toBeLessThan((one.bounds?.ms ?? 0) * busyness());
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(one.bounds?.growthMiB ?? 0);
    await retriever.close();
  },
);

test('a second in which we are deaf is no second in which the site is slow', async () => {
  const retriever = testRetriever(web.port, { limits: { totalMs: 400 } });
  const asking = retriever.retrieve('http://r20-later.test/');
  await new Promise(resolve => setTimeout(resolve, 60));
  const deafUntil = performance.now() + 800;
  while (performance.now() < deafUntil);
  expect((await asking).retrieval).toMatchObject({ outcome: 'successful' });
  await retriever.close();
});
