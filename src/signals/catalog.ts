/**
 * The mechanisms heed knows, each with its specification, its own precedence and its carriers in order of supersession.
 * A new signal is one file, one line here, and one vector file in `fixtures/vectors/`.
 */
import type { Mechanism, Signal, SignalId } from '../vocab/index.ts';
import { assetC2pa } from './assets/c2pa.ts';
import { assetTdmrep } from './assets/tdmrep.ts';
import { assetXmpDataMining } from './assets/xmp-data-mining.ts';
import { fieldLinkLicense } from './fields/link-license.ts';
import { httpStatus } from './http/status.ts';
import { robotsContentSignal } from './robots/content-signal.ts';
import { robotsContentUsage } from './robots/content-usage.ts';
import { robotsDisallowAiTraining } from './robots/disallow-ai-training.ts';
import { robotsLicense } from './robots/license.ts';
import { robotsNamedAgent } from './robots/named-agents.ts';
import { robotsRule } from './robots/rule.ts';
import { wellknownRsl } from './wellknown/rsl.ts';

export const mechanisms: readonly Mechanism[] = [
  {
    id: 'robots',
    title: 'Robots Exclusion Protocol',
    spec: 'RFC 9309',
    status: 'standard',
    precedence: 'reader-decides',
    signals: [robotsRule],
  },
  {
    id: 'named-agents',
    title: "other operators' AI agents in robots.txt",
    spec: 'RFC 9309 §2.2.1, applied to a third party',
    status: 'convention',
    precedence: 'reader-decides',
    signals: [robotsNamedAgent],
  },
  {
    id: 'content-usage',
    title: 'AI preferences (IETF AIPREF)',
    spec: 'draft-ietf-aipref-vocab-08, draft-ietf-aipref-attach-05',
    status: 'draft',
    precedence: 'most-restrictive',
    signals: [robotsContentUsage],
  },
  {
    id: 'content-signal',
    title: 'Cloudflare Content Signals',
    spec: 'contentsignals.org; draft-romm-aipref-contentsignals-00',
    status: 'vendor',
    precedence: 'most-restrictive',
    signals: [robotsContentSignal],
  },
  {
    id: 'disallow-ai-training',
    title: 'DisallowAITraining in robots.txt',
    spec: 'draft-canel-robots-ai-control-01',
    status: 'convention',
    precedence: 'reader-decides',
    signals: [robotsDisallowAiTraining],
  },
  {
    id: 'rsl',
    title: 'Really Simple Licensing',
    spec: 'RSL 1.0 (December 2025)',
    status: 'convention',
    precedence: 'most-restrictive',
    signals: [robotsLicense, fieldLinkLicense, wellknownRsl],
  },
  {
    id: 'tdmrep',
    title: 'TDM Reservation Protocol',
    spec: 'W3C Community Group Final Report, 10 May 2024',
    status: 'convention',
    precedence: 'later-signal-supersedes',
    signals: [assetTdmrep],
  },
  {
    id: 'plus-data-mining',
    title: 'PLUS Data Mining in XMP',
    spec: 'IPTC Photo Metadata 2023.1',
    status: 'standard',
    precedence: 'most-restrictive',
    signals: [assetXmpDataMining],
  },
  {
    id: 'c2pa',
    title: 'training and data mining assertions of C2PA and CAWG',
    spec: 'CAWG training and data mining 1.1; C2PA 1.x',
    status: 'standard',
    precedence: 'most-restrictive',
    signals: [assetC2pa],
  },
  {
    id: 'http-status',
    title: 'HTTP status of the page',
    spec: 'RFC 9110 §15',
    status: 'standard',
    precedence: 'reader-decides',
    signals: [httpStatus],
  },
];

export const signals: readonly Signal[] = mechanisms.flatMap(m => [...m.signals]);
export const signalIds: readonly SignalId[] = signals.map(s => s.id);
