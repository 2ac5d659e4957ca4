/**
 * RFC 9309, Robots Exclusion Protocol (September 2022). https://www.rfc-editor.org/rfc/rfc9309
 *
 * Reads: /robots.txt of the origin; answers acquisition for our product token, else `*`.
 * Precedence: longest pattern, Allow wins a tie (§2.2.2); the reader decides, so at most one conformant statement leaves it.
 * Error behaviour: 404 and 410 allow (§2.3.1.3); other 4xx allow by the RFC, and refuse for policies that hear `access-refused`;
 * 429, 5xx, network and more than five redirects are unreachable (§2.3.1.4).
 *
 * Known departures: a lenient reading (typos, missing colon, comma lists, `heed bot`, UTF-16) is stated beside the conformant one only where it
 * restricts. A file of HTML or without one record, and a file cut at 500 KiB none of whose rules matches, are silent with an anomaly, not an
 * allow. Octets that are no text (an archive, an image) are unreadable.
 */
import type { Exchange, Question, Reading, Retrieval, Signal, Statement } from '../../vocab/index.ts';
import { anomaly, citeAbsence, citeStatus } from '../cite.ts';
import { decidingRule, type RuleSet } from './access.ts';
import { citeLine } from './cite-line.ts';
import { robotsFile } from './file.ts';
import { lineAnomalies, notText, wholeFileAnomalies } from './flaws.ts';
import { canonicalPath } from './paths.ts';
import type { RobotsFile } from './robots-file.ts';

const id = 'robots.rule';
const spec = 'RFC 9309 §2.2.2';

export const robotsRule: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['acquisition'],
  read: ({ robots }, question) => {
    const { retrieval } = robots;
    switch (retrieval.outcome) {
      case 'successful':
        return readFile(robots, retrieval, question);
      case 'unavailable':
        return readUnavailable(robots, retrieval.status);
      case 'unreachable':
        return {
          state: 'unread',
          why: 'unreachable',
          looked: citeAbsence(id, robots, 'answer to robots.txt', 'RFC 9309 §2.3.1.4'),
        };
      case 'not-attempted':
        return {
          state: 'unread',
          why: 'not-attempted',
          looked: citeAbsence(id, robots, 'request for robots.txt', 'RFC 9309 §2.3'),
        };
    }
  },
};

function readUnavailable(exchange: Exchange, status: number): Reading {
  if (status < 400) {
    return { state: 'unread', why: 'unreachable', looked: citeStatus(id, exchange, status, 'RFC 9309 §2.3.1.2') };
  }
  const allow = statement('allow', 'conformant', citeAbsence(id, exchange, `robots.txt (status ${status})`, 'RFC 9309 §2.3.1.3'));
  if (status === 404 || status === 410) return { state: 'read', statements: [allow], anomalies: [] };
  const refusal = citeAbsence(
    id,
    exchange,
    `readable robots.txt (status ${status})`,
    'ours: a refused robots.txt refuses the origin',
  );
  return {
    state: 'read',
    statements: [statement('disallow', 'access-refused', refusal), allow],
    anomalies: [anomaly('robots.access-refused', 'none', refusal, `status ${status}`)],
  };
}

function readFile(exchange: Exchange, retrieval: Extract<Retrieval, { outcome: 'successful' }>, question: Question): Reading {
  const file = robotsFile(retrieval);
  if (file.text.isNotText) return notText(id, exchange, file);
  const lines = file.text.isHtml ? [] : lineAnomalies(id, exchange, file);
  const anomalies = [...wholeFileAnomalies(id, exchange, file), ...lines];
  const silent = (looked: string, rule: string): Reading => ({
    state: 'silent',
    looked: citeAbsence(id, exchange, looked, rule),
    anomalies,
  });
  if (file.text.isHtml) return silent('directive in an HTML page', spec);
  if (file.text.isNotRobots) return silent('record of a robots.txt', 'RFC 9309 §2.2');
  const path = canonicalPath(question.url);
  const decide = (set: RuleSet, form: 'conformant' | 'lenient'): Statement | null => stateRule(exchange, file, set, path, form);
  const conformant = decide(file.rulesFor(question.productToken, 'conformant'), 'conformant');
  const refused = conformant?.preference === 'disallow' ? null : lenientRefusal(file, question.productToken, decide);
  if (refused) anomalies.push(anomaly('robots.lenient-restriction', 'restricts', refused.evidence));
  if (file.text.isCut && !conformant && !refused) return silent('rule that matches within the part read', 'RFC 9309 §2.5');
  const allowed = conformant ?? statement('allow', 'conformant', citeAbsence(id, exchange, 'rule that matches', spec));
  return { state: 'read', statements: refused ? [refused, allowed] : [allowed], anomalies };
}

/**
 * A refusal that only the lenient reading finds. Where our own group is found by leniency alone (`heed bot`), the `*` group is held against the
 * URL too: a name that does not bind by the grammar must not hide a refusal.
 */
function lenientRefusal(
  file: RobotsFile,
  token: string,
  decide: (set: RuleSet, form: 'lenient') => Statement | null,
): Statement | null {
  if (!file.hasLenientForms) return null;
  const everyone = file.groupsNaming(token, 'conformant').length > 0 ? null : file.rulesNaming('*', 'lenient');
  const found = [decide(file.rulesFor(token, 'lenient'), 'lenient'), everyone && decide(everyone, 'lenient')];
  return found.find(statement => statement?.preference === 'disallow') ?? null;
}

function stateRule(
  exchange: Exchange,
  file: RobotsFile,
  set: RuleSet,
  path: string,
  form: 'conformant' | 'lenient',
): Statement | null {
  const rule = decidingRule(set, path);
  if (!rule) return null;
  const evidence = citeLine(id, exchange, file, rule.line, spec);
  return { ...statement(rule.isAllow ? 'allow' : 'disallow', form, evidence), specificity: rule.pattern.length };
}

const statement = (preference: Statement['preference'], form: Statement['form'], evidence: Statement['evidence']): Statement => ({
  about: 'acquisition',
  preference,
  form,
  addressee: { to: 'us' },
  specificity: 0,
  grants: preference === 'allow',
  evidence,
});
