import type { About, Disposition } from '../vocab/index.ts';

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
