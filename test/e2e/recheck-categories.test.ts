import { expect, test } from 'vitest';
import { newFolder } from '../faults/small-web.ts';
import { article, changingWeb, plainText } from './changing-web.ts';
import { crawlOn, documentsOf, recheckOn } from './days.ts';

test('a document that was collected for training goes when training is refused, though the newest crawl was for something else', async () => {
  const web = await changingWeb();
  const out = newFolder();
  web.pages.set('a.test/', article('home'));
  web.pages.set('b.test/', article('other home'));
  await crawlOn(0, { web, out }, ['a.test/', 'b.test/']);
  await crawlOn(1, { web, out, flags: { category: ['search'] } });
  web.pages.set('a.test/robots.txt', plainText('User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n'));
  await recheckOn(5, { web, out });
  expect(await documentsOf(out)).toEqual({ 'b.test/': 'The other home' });
});
