/** Every signal read for one question after the other, whichever policy asks: once for all of them. */
import { signals } from '../../signals/index.ts';
import type { About, Carriers, Facts, Instant, Reading, SignalId } from '../../vocab/index.ts';
import { questions, type ReadFor } from './said.ts';

const signalsOn = (isIt: (signal: (typeof signals)[number]) => boolean): ReadonlyMap<About, typeof signals> =>
  new Map(questions.map(about => [about, signals.filter(signal => signal.bearsOn.includes(about) && isIt(signal))]));

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
    const found = new Map<SignalId, Reading>();
    for (const { id, read } of chosen.get(about) ?? []) found.set(id, read(carriers, question, facts));
    for (const { id, bearsOn, reading } of unread) if (bearsOn.includes(about)) found.set(id, reading);
    return found;
  };
}

interface Unread {
  readonly id: SignalId;
  readonly bearsOn: readonly About[];
  readonly reading: Reading;
}

/** "No field" would say that somebody looked. */
const locator = { kind: 'absence', looked: 'request for the page' } as const;

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
    const reading = read(unasked, { about, url: carriers.url, productToken: '', at }, facts);
    return {
      id,
      bearsOn,
      reading: reading.state === 'unread' ? { ...reading, looked: { ...reading.looked, locator } } : reading,
    };
  });
}
