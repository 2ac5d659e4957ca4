/** Stands in for a thread that reads pages: what the page's URL says is what happens. */
import { parentPort } from 'node:worker_threads';
import type { ContentTask } from '../../src/crawl/content/page-content.ts';

parentPort?.on('message', ({ url }: ContentTask) => {
  if (url.endsWith('/hangs')) for (;;);
  if (url.endsWith('/devours')) for (const all: object[] = []; ; ) all.push({ all: [...all.slice(-100)] });
  if (url.endsWith('/throws')) throw new Error('a fault of ours');
  parentPort?.postMessage({ scan: null, made: { outcome: 'empty' } });
});
parentPort?.postMessage('ready');
