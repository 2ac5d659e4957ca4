/** A thread that reads pages, one after the other, as they come; answers in the same order. Started by `threads.ts` only. */
import { parentPort } from 'node:worker_threads';
import { loadLanguageDetector } from './language-model.ts';
import { type PackedContent, packed } from './packed.ts';
import { type ContentTask, readContent } from './page-content.ts';

/** `ready` once, then one content per task. */
export type ThreadMessage = 'ready' | PackedContent;

const port = parentPort;
if (port === null) throw new Error('ERR_CONTENT_THREAD: this file is a thread of the crawl');
const detector = await loadLanguageDetector();
port.on('message', (task: ContentTask) => port.postMessage(packed(readContent(task, detector)) satisfies ThreadMessage));
port.postMessage('ready' satisfies ThreadMessage);
