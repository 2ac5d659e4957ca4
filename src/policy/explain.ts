import type { Because, Evidence, Locator, Reading, Verdict } from '../vocab/index.ts';

/** What not knowing means, before people. */
export const whyUnknown: Readonly<Record<Because, string>> = {
  silent: 'nothing was said that the policy hears',
  unreadable: 'something was there that could not be read',
  unreachable: 'a place where it could be said did not answer',
  'not-attempted': 'a place where it could be said was not asked',
};

/** What signals yielded that made no statement. */
export const stateWords: Readonly<Record<Reading['state'], string>> = {
  read: 'said something',
  silent: 'found nothing',
  unreadable: 'could not be read',
  unread: 'could not be looked at',
  'no-asset': 'had no page to look at',
};

const act: Record<Verdict['disposition'], string> = { keep: 'kept', withhold: 'withheld', defer: 'deferred' };

export function describeLocator(locator: Locator): string {
  switch (locator.kind) {
    case 'line':
      return `line ${locator.line} (bytes ${locator.bytes[0]}–${locator.bytes[1]})`;
    case 'field':
      return locator.name === ':status' ? 'status line' : `field ${locator.name}, line ${locator.index + 1} of that name`;
    case 'element':
      return `element ${locator.selector} (bytes ${locator.bytes[0]}–${locator.bytes[1]})`;
    case 'pointer':
      return `at ${locator.pointer === '' ? 'the root' : locator.pointer}`;
    case 'absence':
      return `no ${locator.looked}`;
  }
}

/** One piece of evidence as one line: what, where, when, under which rule. */
export function describe(evidence: Evidence): string {
  const quote = evidence.quote === '' ? '' : ` \`${evidence.quote}\``;
  const agent = evidence.agent ? ` (names ${evidence.agent})` : '';
  const when = evidence.source.retrievedAt ? `, read ${evidence.source.retrievedAt}` : '';
  const digest = evidence.source.digest ? `, ${evidence.source.digest.slice(0, 19)}…` : '';
  return `${evidence.signal}:${quote}${agent} ${describeLocator(evidence.locator)} in ${evidence.source.url}${when}${digest}; ${evidence.spec}`;
}

/** One sentence a publisher can check: what was found, where, which bytes, under which rule, when. */
export function explain(verdict: Verdict): string {
  const { finding, question } = verdict;
  const head = `${act[verdict.disposition]} for ${question.about} under policy ${verdict.policy.id}`;
  if (finding.preference === 'unknown') return `${head}: ${whyUnknown[finding.because]}; ${describe(finding.looked[0])}`;
  const verb = finding.preference === 'allow' ? 'allowed' : 'disallowed';
  const more = finding.determining.length > 1 ? ` (and ${finding.determining.length - 1} more)` : '';
  return `${head}: ${verb} by ${describe(finding.determining[0])}${more}`;
}
