import { type FileCheck, isPlainRefusal, type PageCheck } from '../assess/index.ts';
import type { About, Disposition, Form, Preference } from '../vocab/index.ts';

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

interface Said {
  readonly signal: string;
  readonly preference: Preference;
  readonly form: Form;
  readonly grants: boolean;
}

/** What a statement does, and no more: a status bars whoever asks, and what only a cautious reading takes for a refusal is not called one. */
export function verbOf({ signal, preference, form, grants }: Said): string {
  if (preference === 'allow') return grants ? 'permits' : 'lifts';
  if (signal === 'http.status') return 'bars';
  return isPlainRefusal({ preference, form }) ? 'refuses' : 'may be taken to refuse';
}

/** What a declaration file answered. */
export function fileWords({ outcome, status, cause, why, bytes }: FileCheck): string {
  if (outcome === 'not-attempted') return why === 'closed-by-robots' ? 'not asked: robots.txt closes it' : 'not asked';
  if (outcome === 'unreachable') return `not reached (${cause}${status === undefined ? '' : ` ${status}`})`;
  return `${status}${outcome === 'successful' ? `, ${bytes ?? 0} bytes` : ''}`;
}

/** Why a page was not asked, under the policy that asked. */
export function whyNotFetched({ verdicts }: Pick<PageCheck, 'verdicts'>, policy: string): string {
  const { preference, determining: [deciding] = [] } = verdicts[policy]?.acquisition ?? {};
  if (preference !== 'disallow') return 'not fetched: it is not known whether we may';
  return deciding?.locator.kind === 'absence' ? 'not fetched: robots.txt itself is refused' : 'not fetched: closed to us';
}
