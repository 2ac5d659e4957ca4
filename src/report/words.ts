import type { About, Because, Disposition, Reading } from '../vocab/index.ts';

/** What each question is called before people who do not read specifications. */
export const aboutWords: Readonly<Record<About, string>> = {
  acquisition: 'fetching',
  'train-ai': 'training an AI model',
  'ai-use': 'input to an AI model',
  search: 'search',
  tdm: 'text and data mining',
  archive: 'archiving',
};

export const dispositionWords: Readonly<Record<Disposition, { readonly title: string; readonly tone: Disposition }>> = {
  keep: { title: 'Kept', tone: 'keep' },
  withhold: { title: 'Left out', tone: 'withhold' },
  defer: { title: 'Deferred', tone: 'defer' },
};

/** What signals yielded that made no statement. */
export const stateWords: Readonly<Record<Reading['state'], string>> = {
  read: 'said something',
  silent: 'found nothing',
  unreadable: 'could not be read',
  unread: 'could not be looked at',
  'no-asset': 'had no page to look at',
};

export const reasonsUnknown: Readonly<Record<Because, string>> = {
  silent: 'nothing was said',
  unreadable: 'something was there that could not be read',
  unreachable: 'a place where it could be said did not answer',
  'not-attempted': 'a place where it could be said was not asked',
};
