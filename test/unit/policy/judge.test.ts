import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/policy/index.ts';
import type {
  Anomaly,
  Because,
  Category,
  Digest,
  Disposition,
  Evidence,
  Finding,
  Mechanism,
  NonEmpty,
  Policy,
  Precedence,
  Question,
  Reading,
  Signal,
  SignalId,
  Statement,
} from '../../../src/vocab/index.ts';

// What a verdict cites is read in a dispute, so each list is held exactly: what decided, what was overridden, what was not heard, where we looked.

const first: SignalId = 'robots.first';
const second: SignalId = 'field.second';
const third: SignalId = 'markup.third';

const evidence = (quote: string, isAbsence = false): Evidence => ({
  signal: first,
  source: { url: 'https://site.example/', retrievedAt: null, digest: null },
  locator: isAbsence ? { kind: 'absence', looked: quote } : { kind: 'pointer', pointer: '' },
  quote,
  spec: 'ours',
});

type Said = Partial<Omit<Statement, 'evidence' | 'also'>> & { readonly also?: string; readonly isAbsence?: boolean };

const statement = (quote: string, { also, isAbsence = false, ...rest }: Said = {}): Statement => ({
  about: 'train-ai',
  preference: 'disallow',
  form: 'conformant',
  addressee: { to: 'us' },
  specificity: 0,
  grants: false,
  evidence: evidence(quote, isAbsence),
  ...rest,
  ...(also === undefined ? {} : { also: [evidence(also)] }),
});

const says = (...statements: NonEmpty<Statement>): Reading => ({ state: 'read', statements, anomalies: [] });
const no = (quote: string, more: Said = {}): Statement => statement(quote, more);
const yes = (quote: string, more: Said = {}): Statement => statement(quote, { preference: 'allow', grants: true, ...more });
const lifts = (quote: string): Statement => statement(quote, { preference: 'allow' });
const toSomebodyElse = { addressee: { to: 'named', token: 'otherbot', class: 'train' } } as const;
const anomaly = (effect: Anomaly['effect']): Anomaly => ({
  code: `odd-${effect}`,
  effect,
  signal: first,
  evidence: evidence('odd'),
});
const silent = (quote: string, ...anomalies: Anomaly[]): Reading => ({
  state: 'silent',
  looked: evidence(quote, true),
  anomalies,
});
const broken = (quote: string): Reading => ({ state: 'unreadable', looked: evidence(quote), anomalies: [anomaly('restricts')] });
const unread = (quote: string, why: 'unreachable' | 'not-attempted'): Reading => ({
  state: 'unread',
  looked: evidence(quote),
  why,
});
const gone = (quote: string, disposition: 'withhold' | 'defer'): Reading => ({
  state: 'no-asset',
  looked: evidence(quote),
  because: 'silent',
  disposition,
  anomalies: [],
});

/** One mechanism: how its statements settle, and what each of its signals yields, in order. */
type Mechanisms = readonly (readonly [Precedence, ...Partial<Record<SignalId, Reading>>[]])[];

const acts: Readonly<Record<Because, Disposition>> = {
  unreadable: 'withhold',
  unreachable: 'defer',
  'not-attempted': 'defer',
  silent: 'keep',
};
const plain: Policy = {
  id: 'plain',
  description: '',
  signals: 'all',
  hears: ['conformant'],
  namedAgents: { classes: ['train'] },
  onUnknown: { acquisition: acts, usage: acts },
  allowBesideUnknown: 'unknown',
  silenceMustBeClean: false,
  omitsNosnippet: false,
  digest: 'sha256:plain' as Digest,
};

interface Row {
  readonly of: string;
  readonly about?: 'acquisition' | Category;
  readonly policy?: Partial<Policy>;
  readonly mechanisms: Mechanisms;
  readonly disposition: Disposition;
  readonly preference: Finding['preference'];
  readonly because?: Because;
  /** What decided, or where we looked. */
  readonly cites: readonly string[];
  readonly overridden?: readonly string[];
  readonly unheard?: readonly string[];
  readonly anomalies?: readonly string[];
}

const table: readonly Row[] = [
  {
    of: 'a refusal decides, and the permission of another mechanism is cited as overridden',
    mechanisms: [
      ['reader-decides', { [first]: says(yes('come in')) }],
      ['reader-decides', { [second]: says(no('stay out')) }],
    ],
    disposition: 'withhold',
    preference: 'disallow',
    cites: ['stay out'],
    overridden: ['come in'],
  },
  {
    of: 'two refusals are both cited',
    mechanisms: [
      ['reader-decides', { [first]: says(no('stay out')) }],
      ['reader-decides', { [second]: says(no('no entry')) }],
    ],
    disposition: 'withhold',
    preference: 'disallow',
    cites: ['stay out', 'no entry'],
  },
  {
    of: 'within one mechanism a refusal wins over a permission, which is cited as overridden, and only that',
    mechanisms: [['most-restrictive', { [first]: says(yes('come in'), no('stay out')) }, { [second]: says(yes('welcome')) }]],
    disposition: 'withhold',
    preference: 'disallow',
    cites: ['stay out'],
    overridden: ['come in', 'welcome'],
  },
  {
    of: 'every carrier of a mechanism that has no order of supersession is asked, not the last one only',
    mechanisms: [['most-restrictive', { [first]: says(no('stay out')) }, { [second]: says(yes('welcome')) }]],
    disposition: 'withhold',
    preference: 'disallow',
    cites: ['stay out'],
    overridden: ['welcome'],
  },
  {
    of: 'a later carrier that supersedes decides, and the earlier ones are cited as overridden',
    mechanisms: [
      [
        'later-signal-supersedes',
        { [first]: says(no('reserved')) },
        { [second]: silent('nothing') },
        { [third]: says(yes('free')) },
      ],
    ],
    disposition: 'keep',
    preference: 'allow',
    cites: ['free'],
    overridden: ['reserved'],
  },
  {
    of: 'an earlier carrier that could not be read is superseded, too',
    mechanisms: [['later-signal-supersedes', { [first]: broken('{{') }, { [second]: says(yes('free')) }]],
    disposition: 'keep',
    preference: 'allow',
    cites: ['free'],
    anomalies: ['odd-restricts'],
  },
  {
    of: 'a permission that a later carrier might still have taken back, had it been readable, does not stand',
    mechanisms: [['later-signal-supersedes', { [first]: says(yes('free')) }, { [second]: broken('{{') }]],
    disposition: 'withhold',
    preference: 'unknown',
    because: 'unreadable',
    cites: ['{{'],
    overridden: ['free'],
    anomalies: ['odd-restricts'],
  },
  {
    of: 'where mechanisms have no order, an earlier carrier that did not answer holds a permission up',
    mechanisms: [['most-restrictive', { [first]: unread('503', 'unreachable') }, { [second]: says(yes('free')) }]],
    disposition: 'defer',
    preference: 'unknown',
    because: 'unreachable',
    cites: ['503'],
    overridden: ['free'],
  },
  {
    of: 'a policy that lets a permission stand beside what could not be read keeps',
    policy: { allowBesideUnknown: 'allow' },
    mechanisms: [
      ['reader-decides', { [first]: says(yes('come in')) }],
      ['reader-decides', { [second]: unread('503', 'unreachable') }],
    ],
    disposition: 'keep',
    preference: 'allow',
    cites: ['come in'],
  },
  {
    of: 'what a reader itself found overridden is cited as overridden',
    mechanisms: [
      [
        'reader-decides',
        { [first]: { state: 'read', statements: [no('Disallow: /a')], overridden: [evidence('Allow: /')], anomalies: [] } },
      ],
    ],
    disposition: 'withhold',
    preference: 'disallow',
    cites: ['Disallow: /a'],
    overridden: ['Allow: /'],
  },
  {
    of: 'what belongs to a statement is cited with it',
    mechanisms: [['reader-decides', { [first]: says(no('licence terms', { also: 'the pointer to them' })) }]],
    disposition: 'withhold',
    preference: 'disallow',
    cites: ['licence terms', 'the pointer to them'],
  },
  {
    of: 'of several statements, too',
    mechanisms: [['reader-decides', { [first]: says(no('a'), no('b', { also: 'c' }), no('d')) }]],
    disposition: 'withhold',
    preference: 'disallow',
    cites: ['a', 'b', 'c', 'd'],
  },
  {
    of: 'a statement in a form that the policy does not hear decides nothing and is cited as unheard, the others are not',
    mechanisms: [['reader-decides', { [first]: says(no('dissalow', { form: 'lenient' }), yes('come in')) }]],
    disposition: 'keep',
    preference: 'allow',
    cites: ['come in'],
    unheard: ['dissalow'],
  },
  {
    of: 'where nothing else was said, what was not heard is where we looked',
    mechanisms: [['reader-decides', { [first]: says(no('dissalow', { form: 'lenient' })) }]],
    disposition: 'keep',
    preference: 'unknown',
    because: 'silent',
    cites: ['dissalow'],
    unheard: ['dissalow'],
  },
  {
    of: 'where the policy reads nothing that bears on the question, the verdict says so',
    mechanisms: [],
    disposition: 'keep',
    preference: 'unknown',
    because: 'silent',
    cites: [''],
  },
  {
    of: 'a statement to somebody else is not heard by a policy that ignores named agents',
    policy: { namedAgents: 'ignore' },
    mechanisms: [['reader-decides', { [first]: says(no('otherbot: stay out', toSomebodyElse)) }]],
    disposition: 'keep',
    preference: 'unknown',
    because: 'silent',
    cites: ['otherbot: stay out'],
    unheard: ['otherbot: stay out'],
  },
  {
    of: 'it refuses under a policy that hears the class it is of',
    mechanisms: [['reader-decides', { [first]: says(no('otherbot: stay out', toSomebodyElse)) }]],
    disposition: 'withhold',
    preference: 'disallow',
    cites: ['otherbot: stay out'],
  },
  {
    of: 'lifting a refusal is no permission: the question stays open, and what lifted is cited as overridden',
    policy: { onUnknown: { acquisition: acts, usage: { ...acts, silent: 'withhold' } } },
    mechanisms: [['later-signal-supersedes', { [first]: says(no('reserved')) }, { [second]: says(lifts('not reserved')) }]],
    disposition: 'withhold',
    preference: 'unknown',
    because: 'silent',
    cites: ['reserved', 'not reserved'],
    overridden: ['reserved', 'not reserved'],
  },
  {
    of: 'a permission beside one that only lifts is a permission, and cites what permits',
    mechanisms: [['reader-decides', { [first]: says(lifts('not reserved'), yes('come in')) }]],
    disposition: 'keep',
    preference: 'allow',
    cites: ['come in'],
  },
  {
    of: 'silence cites every place that was looked at, in order, whatever was amiss there',
    mechanisms: [
      ['reader-decides', { [first]: silent('one') }, { [second]: silent('two', anomaly('none')) }],
      ['reader-decides', { [third]: silent('three') }],
    ],
    disposition: 'keep',
    preference: 'unknown',
    because: 'silent',
    cites: ['one', 'two', 'three'],
    anomalies: ['odd-none'],
  },
  {
    of: 'not knowing cites the places it is due to, not those that were silent',
    mechanisms: [
      ['reader-decides', { [first]: silent('one') }, { [second]: unread('503', 'unreachable') }],
      ['reader-decides', { [third]: unread('not asked', 'not-attempted') }],
    ],
    disposition: 'defer',
    preference: 'unknown',
    because: 'unreachable',
    cites: ['503'],
  },
  {
    of: 'two ways of not knowing: the worse reason is named, and the stricter act is taken, whichever it belongs to',
    policy: { onUnknown: { acquisition: acts, usage: { ...acts, unreadable: 'defer', 'not-attempted': 'withhold' } } },
    mechanisms: [
      ['reader-decides', { [first]: broken('{{') }],
      ['reader-decides', { [second]: unread('not asked', 'not-attempted') }],
    ],
    disposition: 'withhold',
    preference: 'unknown',
    because: 'unreadable',
    cites: ['{{'],
    anomalies: ['odd-restricts'],
  },
  {
    of: 'silence of one mechanism is no way of not knowing beside another that is not known',
    policy: { onUnknown: { acquisition: acts, usage: { ...acts, silent: 'withhold' } } },
    mechanisms: [['reader-decides', { [first]: silent('one') }, { [second]: unread('503', 'unreachable') }]],
    disposition: 'defer',
    preference: 'unknown',
    because: 'unreachable',
    cites: ['503'],
  },
  {
    of: 'what silence means for fetching is not what it means for use',
    about: 'acquisition',
    policy: { onUnknown: { acquisition: acts, usage: { ...acts, silent: 'withhold' } } },
    mechanisms: [['reader-decides', { [first]: silent('one') }]],
    disposition: 'keep',
    preference: 'unknown',
    because: 'silent',
    cites: ['one'],
  },
  {
    of: 'and the other way round',
    policy: { onUnknown: { acquisition: acts, usage: { ...acts, silent: 'withhold' } } },
    mechanisms: [['reader-decides', { [first]: silent('one') }]],
    disposition: 'withhold',
    preference: 'unknown',
    because: 'silent',
    cites: ['one'],
  },
  {
    of: 'a page that is gone is withheld, also where a later signal would only defer it',
    mechanisms: [['reader-decides', { [first]: gone('404', 'withhold') }, { [second]: gone('wait', 'defer') }]],
    disposition: 'withhold',
    preference: 'unknown',
    because: 'silent',
    cites: ['404', 'wait'],
  },
  {
    of: 'a page that is gone is withheld, whatever else permits its use',
    mechanisms: [
      ['reader-decides', { [first]: gone('404', 'withhold') }],
      ['reader-decides', { [second]: says(yes('come in')) }],
    ],
    disposition: 'withhold',
    preference: 'allow',
    cites: ['come in'],
  },
  {
    of: 'a permission that rests in part on a statement stands beside what was ignored, also where silence has to be clean',
    policy: { silenceMustBeClean: true },
    mechanisms: [
      ['reader-decides', { [first]: says(yes('come in')) }],
      [
        'reader-decides',
        {
          [second]: { state: 'read', statements: [yes('nothing there', { isAbsence: true })], anomalies: [anomaly('ignored')] },
        },
      ],
    ],
    disposition: 'keep',
    preference: 'allow',
    cites: ['come in', 'nothing there'],
    anomalies: ['odd-ignored'],
  },
  {
    of: 'one that rests on absence alone does not',
    policy: { silenceMustBeClean: true },
    mechanisms: [
      [
        'reader-decides',
        {
          [first]: { state: 'read', statements: [yes('nothing there', { isAbsence: true })], anomalies: [anomaly('ignored')] },
        },
      ],
    ],
    disposition: 'withhold',
    preference: 'unknown',
    because: 'silent',
    cites: ['nothing there'],
    overridden: ['nothing there'],
    anomalies: ['odd-ignored'],
  },
];

const quotes = (list: readonly Evidence[]): string[] => list.map(({ quote }) => quote);

describe('what a verdict decides and cites', () => {
  test.each(table.map(row => [row.of, row] as const))('%s', (_of, row) => {
    const readings = new Map<SignalId, Reading>();
    const mechanisms = row.mechanisms.map(([precedence, ...yields], index): Mechanism => {
      const signals = yields.flatMap(one => Object.entries(one) as [SignalId, Reading][]);
      for (const [id, reading] of signals) readings.set(id, reading);
      return {
        id: `mechanism-${index}`,
        title: '',
        spec: '',
        status: 'standard',
        precedence,
        signals: signals.map(([id]) => ({ id })) as unknown as NonEmpty<Signal>,
      };
    });
    const question: Question = {
      about: row.about ?? 'train-ai',
      url: 'https://site.example/a',
      productToken: 'heed',
      at: null,
    };
    const { finding, disposition, unheard, anomalies } = judge(question, readings, { ...plain, ...row.policy }, mechanisms);
    const isUnknown = finding.preference === 'unknown';
    expect({
      disposition,
      preference: finding.preference,
      because: isUnknown ? finding.because : undefined,
      cites: quotes(isUnknown ? finding.looked : finding.determining),
      overridden: quotes(finding.overridden),
      unheard: quotes(unheard),
      anomalies: anomalies.map(({ code }) => code),
    }).toEqual({
      disposition: row.disposition,
      preference: row.preference,
      because: row.because,
      cites: row.cites,
      overridden: row.overridden ?? [],
      unheard: row.unheard ?? [],
      anomalies: row.anomalies ?? [],
    });
  });
});
