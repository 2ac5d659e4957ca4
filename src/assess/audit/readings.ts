/** Every signal read for one question after the other, whichever policy asks: once for all of them. */
import { signals } from '../../signals/index.ts';
import {
  type About,
  type Carriers,
  categories,
  type Facts,
  type Instant,
  type Reading,
  type SignalId,
} from '../../vocab/index.ts';
import type { ReadFor } from './said.ts';

type ReadingOf = readonly [SignalId, Reading];

const abouts: readonly About[] = ['acquisition', ...categories];

const signalsOn = (isIt: (stage: (typeof signals)[number]) => boolean): ReadonlyMap<About, typeof signals> =>
  new Map(abouts.map(about => [about, signals.filter(signal => signal.bearsOn.includes(about) && isIt(signal))]));

const all = signalsOn(() => true);
const ofOrigin = signalsOn(({ stage }) => stage === 'origin');
/** That a page was not asked is no answer of its own: what it might have said is. To fetch it is decided before there is one. */
const ofPage = signals.filter(
  ({ id, stage, bearsOn }) => stage !== 'origin' && id !== 'http.status' && !bearsOn.includes('acquisition'),
);

/** @returns what each signal yields that bears on a question; the signals of a page that nobody asked are unread, never silent */
export function readerOf(carriers: Carriers, { at, facts }: { readonly at: Instant | null; readonly facts: Facts }): ReadFor {
  const chosen = carriers.page === null ? ofOrigin : all;
  const unread = carriers.page === null ? unreadIn(carriers, { at, facts }) : [];
  return (about, productToken) => {
    const question = { about, url: carriers.url, productToken, at };
    const own = (chosen.get(about) ?? []).map(({ id, read }): ReadingOf => [id, read(carriers, question, facts)]);
    return new Map([...own, ...unread.filter(({ bearsOn }) => bearsOn.includes(about)).map(({ reading }) => reading)]);
  };
}

interface Unread {
  readonly bearsOn: readonly About[];
  readonly reading: ReadingOf;
}

/** It is the same whatever is asked of it. */
function unreadIn(carriers: Carriers, { at, facts }: { readonly at: Instant | null; readonly facts: Facts }): readonly Unread[] {
  const page = {
    url: carriers.url,
    retrievedAt: null,
    digest: null,
    retrieval: { outcome: 'not-attempted', why: 'omitted' },
  } as const;
  const unasked = { ...carriers, page };
  return ofPage.map(({ id, bearsOn, read }) => {
    const about = bearsOn[0] ?? 'train-ai';
    return { bearsOn, reading: [id, read(unasked, { about, url: carriers.url, productToken: '', at }, facts)] };
  });
}
