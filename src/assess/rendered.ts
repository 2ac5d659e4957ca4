import {
  type About,
  type Anomaly,
  becauses,
  contentTypeOf,
  type Digest,
  declaredType,
  dispositions,
  type Evidence,
  type Exchange,
  type FieldLine,
  type Finding,
  type Instant,
  type NonEmpty,
  type Reading,
  type SignalId,
  type Verdict,
} from '../vocab/index.ts';
import type { Assessment } from './assess.ts';

/**
 * One assessment of a page that was read twice, as it was sent and as a browser made it: question by question whatever is stricter. A refusal in either
 * refuses; what could not be known in either is not known; an allow needs both. So a script can add a refusal and never take one away.
 */
export function stricterOf(sent: Assessment, rendered: Assessment): Assessment {
  const both = new Map<About, Verdict>();
  for (const [about, verdict] of sent) {
    const other = rendered.get(about);
    both.set(about, other ? stricter(verdict, other) : verdict);
  }
  return both;
}

function stricter(sent: Verdict, rendered: Verdict): Verdict {
  return {
    ...sent,
    finding: stricterFinding(sent.finding, rendered.finding),
    disposition: dispositions.find(act => act === sent.disposition || act === rendered.disposition) ?? 'withhold',
    anomalies: distinct<Anomaly>([...sent.anomalies, ...rendered.anomalies]),
    unheard: distinct<Evidence>([...sent.unheard, ...rendered.unheard]),
    readings: worseReadings(sent.readings, rendered.readings),
  };
}

function stricterFinding(sent: Finding, rendered: Finding): Finding {
  const overridden = distinct<Evidence>([...sent.overridden, ...rendered.overridden]);
  if (sent.preference === 'disallow' || rendered.preference === 'disallow') {
    const refusing = [sent, rendered].flatMap(finding => (finding.preference === 'disallow' ? finding.determining : []));
    const lost = [sent, rendered].flatMap(finding => (finding.preference === 'allow' ? finding.determining : []));
    return {
      preference: 'disallow',
      determining: distinct(refusing) as unknown as NonEmpty<Evidence>,
      overridden: distinct([...overridden, ...lost]),
    };
  }
  if (sent.preference === 'allow' && rendered.preference === 'allow') {
    const allowing = distinct([...sent.determining, ...rendered.determining]) as unknown as NonEmpty<Evidence>;
    return { preference: 'allow', determining: allowing, overridden };
  }
  const unknown = [sent, rendered]
    .filter(finding => finding.preference === 'unknown')
    .sort((a, b) => becauses.indexOf(a.because) - becauses.indexOf(b.because));
  const [worst] = unknown as [Extract<Finding, { preference: 'unknown' }>];
  const lost = [sent, rendered].flatMap(finding => (finding.preference === 'allow' ? finding.determining : []));
  return { ...worst, overridden: distinct([...overridden, ...lost]) };
}

const distinct = <T>(list: readonly T[]): readonly T[] => [...new Map(list.map(item => [JSON.stringify(item), item])).values()];

/** What looked and could not read, before what found something, before silence. */
const states: readonly Reading['state'][] = ['unreadable', 'unread', 'no-asset', 'read', 'silent'];

function worseReadings(sent: Verdict['readings'], rendered: Verdict['readings']): Verdict['readings'] {
  const worse = new Map<SignalId, Reading>(sent);
  for (const [id, reading] of rendered) {
    const other = worse.get(id);
    if (!other || states.indexOf(reading.state) < states.indexOf(other.state)) worse.set(id, reading);
  }
  return worse;
}

/**
 * The tree of a rendered page as an exchange of its own: the fields of the answer, which hold for both, and the tree in the place of the body. It is
 * always UTF-8, whatever the page was sent in.
 */
export function domExchange(page: Exchange, dom: Uint8Array, digest: Digest, retrievedAt: Instant): Exchange {
  const { retrieval } = page;
  if (retrieval.outcome !== 'successful') throw new Error('ERR_ASSESS_RENDERED: only a page that was served can be rendered');
  const isXhtml = declaredType(contentTypeOf(retrieval.fields)) === 'application/xhtml+xml';
  const fields: readonly FieldLine[] = [
    ...retrieval.fields.filter(([name]) => name.toLowerCase() !== 'content-type'),
    ['content-type', `${isXhtml ? 'application/xhtml+xml' : 'text/html'}; charset=utf-8`],
  ];
  return { url: page.url, retrievedAt, digest, retrieval: { ...retrieval, fields, body: dom } };
}
