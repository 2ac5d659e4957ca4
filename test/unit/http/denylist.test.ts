import { expect, test } from 'vitest';
import { checkUrl, createRetriever } from '../../../src/http/index.ts';

const isDenied = (url: string): boolean => new URL(url).hostname === 'denied.example';

test('a denied URL is refused by name', () => {
  expect(checkUrl('https://denied.example/a', { isDenied })).toEqual({ ok: false, refusal: 'denylist' });
  expect(checkUrl('https://open.example/a', { isDenied })).toMatchObject({ ok: true });
});

test('the retriever looks up no name and sends nothing, whoever points there', async () => {
  const lookedUp: string[] = [];
  const lookup = async (host: string): Promise<never> => {
    lookedUp.push(host);
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  };
  const identity = { product: 'heed', version: '1.0', contact: 'https://operator.example/bot' } as const;
  const retriever = createRetriever({ identity, isDenied, lookup: lookup as never });
  const answer = await retriever.retrieve('http://denied.example/robots.txt');
  expect(answer).toMatchObject({ refusal: 'denylist', retrieval: { outcome: 'unreachable', cause: 'address' }, wireBytes: 0 });
  expect(lookedUp).toEqual([]);
  await retriever.retrieve('http://open.example/');
  expect(lookedUp).not.toEqual([]);
  await retriever.close();
});
