/** Pages read in threads of their own: the same answers, and a page that ends its thread costs nobody else anything. */
import { afterEach, describe, expect, test } from 'vitest';
import type { ContentTask } from '../../src/crawl/content/page-content.ts';
import { type ContentReader, type ContentThreadOptions, openContentReader } from '../../src/crawl/content/threads.ts';

const page = (title: string, rest = ''): ContentTask => ({
  body: Buffer.from(
    `<!doctype html><html lang="en"><title>${title}</title><a href="/next">next</a><p>${'The council of the town met in the library. '.repeat(20)}</p>${rest}</html>`,
  ),
  contentType: 'text/html; charset=utf-8',
  url: 'https://site.example/a',
  isKept: true,
  omitsNosnippet: false,
  isTimed: false,
});
const awkward = new URL('./awkward-thread.ts', import.meta.url);

let reader: ContentReader | undefined;
const open = async (options: ContentThreadOptions): Promise<ContentReader> => {
  reader = await openContentReader(options);
  return reader;
};
afterEach(async () => {
  await reader?.close();
  reader = undefined;
});

describe('content threads', () => {
  test('a thread reads a page as the main thread does', async () => {
    const more = '<a href=/a rel="nofollow ugc">a</a><a href=/b>b</a><a href=/c rel=me>c</a><a href=/d>d</a>';
    const tasks = [
      page('kept', more),
      { ...page('links only'), isKept: false },
      { ...page('no text'), contentType: 'image/png' },
    ];
    const inThread = await open({ threads: 1 });
    const read = await Promise.all(tasks.map(task => inThread.read(task)));
    const inMain = await openContentReader({ threads: 0 });
    expect(read).toEqual(await Promise.all(tasks.map(task => inMain.read(task))));
    expect(read.map(({ made }) => made?.outcome)).toEqual(['document', undefined, 'failed']);
    expect(read[1]?.scan?.links.map(({ href }) => href)).toEqual(['https://site.example/next']);
  });

  test('the page is copied: its octets stay where they are', async () => {
    const task = page('kept');
    const before = Buffer.from(task.body);
    await (await open({ threads: 1 })).read(task);
    expect(Buffer.from(task.body).equals(before)).toBe(true);
  });

  test.each([
    { page: 'https://site.example/hangs', why: 'time' },
    { page: 'https://site.example/devours', why: 'memory' },
    { page: 'https://site.example/throws', why: 'fault' },
  ] as const)(
    '$page: given up for $why and not kept; those behind it are read, by another thread',
    async ({ page: url, why }) => {
      const givenUp: string[] = [];
      const threads = await open({
        // What devours or throws is given all the time it takes on a busy machine.
        ...{ threads: 1, maxPageMs: why === 'time' ? 2_000 : 60_000, maxHeapMb: 48, threadFile: awkward },
        onGivenUp: (of, reason) => givenUp.push(`${of} ${reason}`),
      });
      await threads.read(page('first'));
      const [ended, ...others] = await Promise.all(
        [{ ...page('bad'), url }, page('second'), page('third'), page('fourth')].map(task => threads.read(task)),
      );
      expect(ended).toEqual({ scan: null, made: { outcome: 'failed', why: 'parse' } });
      expect(others.map(({ made }) => made?.outcome)).toEqual(['empty', 'empty', 'empty']);
      expect(givenUp).toEqual([`${url} ${why}`]);
    },
  );

  test('where no thread can start, reading fails with a code instead of waiting for ever', async () => {
    const threads = await open({ threads: 1, threadFile: new URL('./no-such-file.ts', import.meta.url) });
    await expect(threads.read(page('any'))).rejects.toMatchObject({ code: 'ERR_CONTENT_THREAD' });
  });
});
