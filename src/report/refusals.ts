import type { SignalId } from '../vocab/index.ts';
import type { Refusal } from './bot-facts.ts';

interface Example extends Refusal {
  readonly signal: SignalId;
}

/** One way for each place where somebody may have a say: the site, a folder, a page, the server. */
const examples: readonly Example[] = [
  {
    signal: 'robots.rule',
    title: 'The whole site: it is not fetched',
    place: '/robots.txt',
    text: 'User-agent: heed\nDisallow: /',
  },
  {
    signal: 'robots.content-usage',
    title: 'The whole site may be read, and not be used for training',
    place: '/robots.txt',
    text: 'User-agent: *\nContent-Usage: train-ai=n\nAllow: /',
  },
  {
    signal: 'wellknown.tdmrep',
    title: 'A folder, without touching robots.txt',
    place: '/.well-known/tdmrep.json',
    text: '[{ "location": "/stories/*", "tdm-reservation": 1 }]',
  },
  { signal: 'markup.robots', title: 'One page', place: 'in its head', text: '<meta name="robots" content="noai">' },
  {
    signal: 'field.x-robots-tag',
    title: 'Whatever the server sends',
    place: 'in the header section',
    text: 'X-Robots-Tag: noai',
  },
];

/** Those that the policy reads. */
export const refusalsFor = (isRead: (signal: SignalId) => boolean): readonly Refusal[] =>
  examples.filter(({ signal }) => isRead(signal)).map(({ title, place, text }) => ({ title, place, text }));
