/**
 * `DisallowAITraining` in robots.txt: draft-canel-robots-ai-control-01 (April 2025, expired), still met in the wild.
 * https://datatracker.ietf.org/doc/draft-canel-robots-ai-control/
 *
 * Reads: `DisallowAITraining: /path` and `AllowAITraining: /path` in our own group, else in `*`.
 * Precedence: the longest path decides. An Allow lifts a shorter Disallow and grants nothing: an expired draft is no licence.
 * Errors: an empty path states nothing; a value that is no path (`DisallowAITraining: yes`) is a wrong value for the whole group.
 *
 * Known departures, to the site's protection: on a tie the refusal wins (the draft leaves it open); before any group it is heard as lenient.
 */
import type { Signal } from '../../vocab/index.ts';
import { flaw, refuse, type UsageValue } from '../usage-value.ts';
import type { RobotsLine } from './lines.ts';
import { canonicalPattern } from './paths.ts';
import { type UsageRecord, usageRecordSignal } from './usage-records.ts';

export const robotsDisallowAiTraining: Signal = usageRecordSignal({
  id: 'robots.disallow-ai-training',
  spec: 'draft-canel-robots-ai-control-01',
  bearsOn: ['train-ai'],
  keys: new Set(['disallowaitraining', 'allowaitraining']),
  globalForm: 'lenient',
  looked: 'DisallowAITraining record that covers this URL',
  read: readRecord,
});

const code = 'disallow-ai-training.wrong-value';
const said =
  (preferences: UsageValue['preferences'], flaws: UsageValue['flaws'] = []): UsageRecord['value'] =>
  () => ({ state: 'parsed', preferences, flaws });

function readRecord({ key, value }: RobotsLine): UsageRecord {
  const pattern = canonicalPattern(value) ?? '';
  const isRefusal = key === 'disallowaitraining';
  if (pattern === '') {
    const flaws = [flaw(code, isRefusal ? 'ignored' : 'none', value)];
    return { pattern, value: said(isRefusal && value !== '' ? [refuse('train-ai', 'wrong-value')] : [], flaws) };
  }
  if (isRefusal) return { pattern, value: said([refuse('train-ai', 'conformant')]) };
  return { pattern, value: said([{ category: 'train-ai', preference: 'allow', form: 'conformant', grants: false }]) };
}
