/**
 * RFC 9309, Robots Exclusion Protocol (September 2022). https://www.rfc-editor.org/rfc/rfc9309
 *
 * Reads: /robots.txt of the origin; answers acquisition for our product token, else `*`.
 * Precedence: longest pattern, Allow wins a tie (§2.2.2); the reader decides, so at most one conformant statement leaves it.
 * Error behaviour: 404 and 410 allow (§2.3.1.3); other 4xx allow by the RFC, and refuse for policies that hear `access-refused`;
 * 429, 5xx, network and more than five redirects are unreachable (§2.3.1.4).
 *
 * Known departures: a lenient reading (typos, missing colon, comma lists, `heed bot`, UTF-16) is stated beside the conformant one only where it
 * restricts. A file of HTML without one directive, and a file cut at 500 KiB none of whose rules matches, are silent with an anomaly, not an allow.
 */
import type {
  Anomaly,
  Evidence,
  Exchange,
  NonEmpty,
  Question,
  Reading,
  Retrieval,
  Signal,
  Statement,
} from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence, citeStatus, quoteBytes, sourceOf } from '../cite.ts';
import { decidingRule, type Rule } from './access.ts';
import { type RobotsFile, robotsFile } from './file.ts';
import { normaliseToken } from './groups.ts';
import type { RobotsLine } from './lines.ts';

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

/** A line of robots.txt as evidence of any robots signal. */
export const citeLine = (
  signal: Evidence['signal'],
  exchange: Exchange,
  file: RobotsFile,
  line: RobotsLine,
  spec: string,
  agent?: string,
): Evidence => ({
  signal,
  source: sourceOf(exchange),
  locator: { kind: 'line', line: line.number, bytes: [line.start, line.end] },
  quote: quoteBytes(file.body, line.start, line.end),
  spec,
  ...(agent === undefined ? {} : { agent }),
});

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
  const anomalies = fileAnomalies(exchange, file);
  if (file.text.isHtml)
    return { state: 'silent', looked: citeAbsence(id, exchange, 'directive in an HTML page', spec), anomalies };
  const conformant = decide(exchange, file, question, 'conformant');
  const lenient = file.hasLenientForms ? decide(exchange, file, question, 'lenient') : null;
  const restricts = lenient?.preference === 'disallow' && conformant?.preference !== 'disallow' ? lenient : null;
  if (restricts) anomalies.push(anomaly('robots.lenient-restriction', 'restricts', restricts.evidence));
  if (file.text.isCut && !conformant && !restricts) {
    return {
      state: 'silent',
      looked: citeAbsence(id, exchange, 'rule that matches within the part read', 'RFC 9309 §2.5'),
      anomalies,
    };
  }
  const otherwise = statement('allow', 'conformant', citeAbsence(id, exchange, 'rule that matches', spec));
  const statements: Statement[] = [...(restricts ? [restricts] : []), conformant ?? otherwise];
  return { state: 'read', statements: isNonEmpty(statements) ? statements : [otherwise], anomalies };
}

function decide(
  exchange: Exchange,
  file: RobotsFile,
  { url, productToken }: Question,
  form: 'conformant' | 'lenient',
): Statement | null {
  const rule = decidingRule(file.rulesFor(productToken, form), url);
  return rule ? ruleStatement(rule, form, citeLine(id, exchange, file, rule.line, spec)) : null;
}

const ruleStatement = (rule: Rule, form: Statement['form'], evidence: Evidence): Statement => ({
  ...statement(rule.isAllow ? 'allow' : 'disallow', form, evidence),
  specificity: rule.pattern.length,
});

const statement = (preference: Statement['preference'], form: Statement['form'], evidence: Evidence): Statement => ({
  about: 'acquisition',
  preference,
  form,
  addressee: { to: 'us' },
  specificity: 0,
  grants: preference === 'allow',
  evidence,
});

const maxAnomaliesPerCode = 5;

/** What is wrong with the file itself, whoever asks. */
function fileAnomalies(exchange: Exchange, file: RobotsFile): Anomaly[] {
  const cite = (line: RobotsLine): Evidence => citeLine(id, exchange, file, line, 'RFC 9309 §2.2');
  const whole = (looked: string, rule: string): Evidence => citeAbsence(id, exchange, looked, rule);
  const { text } = file;
  const { orphans } = file.grouping('conformant');
  const first = (lines: readonly RobotsLine[]): NonEmpty<RobotsLine> | readonly [] => {
    const few = lines.slice(0, maxAnomaliesPerCode);
    return isNonEmpty(few) ? few : [];
  };
  const misspelt = text.isUtf16 ? [] : text.lines.filter(line => !line.isConformant);
  const badPatterns = text.lines.filter(line => (line.key === 'allow' || line.key === 'disallow') && /^[^/*]/.test(line.value));
  const decorated = text.lines.filter(line => line.key === 'user-agent' && isDecorated(line));
  return [
    ...(text.isHtml ? [anomaly('robots.html', 'ignored', whole('robots.txt but an HTML page', 'RFC 9309 §2.3'))] : []),
    ...(text.isUtf16 ? [anomaly('robots.utf-16', 'restricts', whole('UTF-8 text', 'RFC 9309 §2.3'))] : []),
    ...(text.isCut ? [anomaly('robots.cut', 'ignored', whole('octets beyond the limit', 'RFC 9309 §2.5'))] : []),
    ...first(misspelt).map(line => anomaly('robots.misspelt-directive', 'restricts', cite(line))),
    ...first(decorated).map(line => anomaly('robots.decorated-token', 'restricts', cite(line))),
    ...first(orphans).map(line => anomaly('robots.rule-outside-group', 'ignored', cite(line))),
    ...first(badPatterns).map(line => anomaly('robots.pattern-without-slash', 'ignored', cite(line))),
  ];
}

/** A comma list, a trailing star, or more words than one: names that the grammar does not know and the lenient reading takes apart. */
function isDecorated(line: RobotsLine): boolean {
  const value = normaliseToken(line.value).split('/', 1)[0] ?? '';
  return /[,;]/.test(value) || (value !== '*' && value.includes('*'));
}
