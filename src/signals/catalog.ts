/**
 * The mechanisms heed knows, each with its specification, its own precedence and its carriers in order of supersession.
 * A new signal is one file, one line here, and one vector file in `fixtures/vectors/`.
 */
import type { Mechanism, Signal, SignalId } from '../vocab/index.ts';
import { assetC2pa } from './assets/c2pa.ts';
import { assetTdmrep } from './assets/tdmrep.ts';
import { assetXmpDataMining } from './assets/xmp-data-mining.ts';
import { fieldContentSignal } from './fields/content-signal.ts';
import { fieldContentUsage } from './fields/content-usage.ts';
import { fieldLinkLicense } from './fields/link-license.ts';
import { fieldRobotsTag } from './fields/robots-tag.ts';
import { fieldTdmReservation } from './fields/tdm-reservation.ts';
import { fieldXRobotsTag } from './fields/x-robots-tag.ts';
import { httpStatus } from './http/status.ts';
import { markupLinkLicense } from './markup/link-license.ts';
import { markupDataNosnippet } from './markup/nosnippet.ts';
import { markupRobots } from './markup/robots.ts';
import { markupTdmReservation } from './markup/tdm-reservation.ts';
import { operatorDenylist } from './operator/denylist.ts';
import { operatorGrant } from './operator/grant.ts';
import { robotsContentSignal } from './robots/content-signal.ts';
import { robotsContentUsage } from './robots/content-usage.ts';
import { robotsDisallowAiTraining } from './robots/disallow-ai-training.ts';
import { robotsLicense } from './robots/license.ts';
import { robotsNamedAgent } from './robots/named-agents.ts';
import { robotsRule } from './robots/rule.ts';
import { wellknownAiTxt } from './wellknown/ai-txt.ts';
import { wellknownRsl } from './wellknown/rsl.ts';
import { wellknownTdmrep } from './wellknown/tdmrep.ts';
import { wellknownTrustTxt } from './wellknown/trust-txt.ts';

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
    signals: [robotsContentUsage, fieldContentUsage],
  },
  {
    id: 'content-signal',
    title: 'Cloudflare Content Signals',
    spec: 'contentsignals.org; draft-romm-aipref-contentsignals-00',
    status: 'vendor',
    precedence: 'most-restrictive',
    signals: [robotsContentSignal, fieldContentSignal],
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
    signals: [robotsLicense, fieldLinkLicense, markupLinkLicense, wellknownRsl],
  },
  {
    id: 'tdmrep',
    title: 'TDM Reservation Protocol',
    spec: 'W3C Community Group Final Report, 10 May 2024',
    status: 'convention',
    precedence: 'later-signal-supersedes',
    signals: [wellknownTdmrep, fieldTdmReservation, markupTdmReservation, assetTdmrep],
  },
  {
    id: 'robots-directives',
    title: 'robots directives in fields and markup',
    spec: 'Google robots meta and X-Robots-Tag; noai convention',
    status: 'convention',
    precedence: 'most-restrictive',
    signals: [fieldXRobotsTag, fieldRobotsTag, markupRobots, markupDataNosnippet],
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
    id: 'ai-txt',
    title: "Spawning's ai.txt",
    spec: 'site.spawning.ai/spawning-ai-txt',
    status: 'convention',
    precedence: 'reader-decides',
    signals: [wellknownAiTxt],
  },
  {
    id: 'trust-txt',
    title: 'datatrainingallowed in trust.txt',
    spec: 'JournalList trust.txt, April 2024',
    status: 'convention',
    precedence: 'reader-decides',
    signals: [wellknownTrustTxt],
  },
  {
    id: 'http-status',
    title: 'HTTP status of the page',
    spec: 'RFC 9110 §15',
    status: 'standard',
    precedence: 'reader-decides',
    signals: [httpStatus],
  },
  {
    id: 'operator-records',
    title: "the operator's own denials and grants",
    spec: 'ours',
    status: 'convention',
    precedence: 'most-restrictive',
    signals: [operatorDenylist, operatorGrant],
  },
];

export const signals: readonly Signal[] = mechanisms.flatMap(m => [...m.signals]);
export const signalIds: readonly SignalId[] = signals.map(s => s.id);
