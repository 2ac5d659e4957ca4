import { documents, type LanguageDetector, type MadeDocument, type PageScan, scanPage } from '../../content/index.ts';
import { stageClock } from '../watch/stage-clock.ts';

const { makeDocument } = await documents();

/** A page whose verdict is known. Only plain values and bytes: it is sent to another thread. */
export interface ContentTask {
  readonly body: Uint8Array;
  /** The Content-Type field's value, when there is one. */
  readonly contentType?: string;
  readonly url: string;
  /** The verdict is *keep*: the text is wanted. Otherwise the links only. */
  readonly isKept: boolean;
  readonly omitsNosnippet: boolean;
  readonly collectsAddresses?: boolean;
  readonly isTimed: boolean;
}

export interface PageContent {
  /** Null where reading the page had to be given up. */
  readonly scan: PageScan | null;
  /** Null where the text was not wanted. */
  readonly made: MadeDocument | null;
  /** CPU ms by stage, when timed. */
  readonly stages?: Readonly<Record<string, number>>;
}

/** Links, and the text of a page that is kept. Never throws, whatever the bytes. */
export function readContent(task: ContentTask, detector: LanguageDetector): PageContent {
  const { body, contentType, url, isKept, omitsNosnippet, collectsAddresses = false, isTimed } = task;
  const clock = stageClock(isTimed);
  const scan = clock.time('scan', () => scanPage(body, contentType, url));
  const made = isKept
    ? makeDocument({
        ...{ body, url, detector, scan, omitsNosnippet, collectsAddresses },
        ...(contentType === undefined ? {} : { contentType }),
        ...(isTimed ? { measure: clock.time } : {}),
      })
    : null;
  return { scan, made, ...(isTimed ? { stages: Object.fromEntries(clock.totals) } : {}) };
}
