import type { Anomaly, Evidence, Exchange, Reading } from '../../vocab/index.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import { citeLine } from './cite-line.ts';
import type { RobotsLine } from './lines.ts';
import type { Flaw } from './repair.ts';
import type { LineFlaws, RobotsFile } from './robots-file.ts';
import { isDecorated } from './tokens.ts';

/** Of each kind, so many lines are cited. */
export const maxAnomaliesPerCode = 5;

const flawCode: Readonly<Record<Exclude<Flaw, 'utf-16'>, string>> = {
  misspelt: 'robots.misspelt-directive',
  'no-colon': 'robots.missing-colon',
  joined: 'robots.joined-lines',
  invisible: 'robots.invisible-characters',
};

/** What is wrong with the file as a whole: every robots signal carries it, because each may have missed something. */
export function wholeFileAnomalies(id: Evidence['signal'], exchange: Exchange, { text }: RobotsFile): Anomaly[] {
  if (!text.isHtml && !text.isNotRobots && !text.isUtf16 && !text.isCut) return [];
  const whole = (looked: string, spec: string): Evidence => citeAbsence(id, exchange, looked, spec);
  return [
    ...(text.isHtml ? [anomaly('robots.html', 'ignored', whole('robots.txt but an HTML page', 'RFC 9309 §2.3'))] : []),
    ...(text.isNotRobots ? [anomaly('robots.no-record', 'ignored', whole('record of a robots.txt', 'RFC 9309 §2.2'))] : []),
    ...(text.isUtf16 ? [anomaly('robots.utf-16', 'restricts', whole('UTF-8 text', 'RFC 9309 §2.3'))] : []),
    ...(text.isCut ? [anomaly('robots.cut', 'ignored', whole('octets beyond the limit', 'RFC 9309 §2.5'))] : []),
  ];
}

/** Octets that are no text cannot be read as what they claim to be. */
export function notText(id: Evidence['signal'], exchange: Exchange, file: RobotsFile): Reading {
  const looked = citeAbsence(id, exchange, 'text in robots.txt', 'RFC 9309 §2.3');
  return {
    state: 'unreadable',
    looked,
    anomalies: [anomaly('robots.not-text', 'ignored', looked), ...wholeFileAnomalies(id, exchange, file)],
  };
}

/** What is wrong with single lines, whoever asks; `robots.rule` carries it. */
export function lineAnomalies(id: Evidence['signal'], exchange: Exchange, file: RobotsFile): Anomaly[] {
  const few = (code: string, effect: Anomaly['effect'], lines: readonly RobotsLine[]): Anomaly[] =>
    lines.slice(0, maxAnomaliesPerCode).map(line => anomaly(code, effect, citeLine(id, exchange, file, line, 'RFC 9309 §2.2')));
  const { flawed, decorated, orphans, malformedPatterns } = file.flaws();
  if (flawed.length + decorated.length + orphans.length + malformedPatterns.length === 0) return [];
  return [
    ...Object.entries(flawCode).flatMap(([flaw, code]) =>
      few(
        code,
        'restricts',
        flawed.filter(line => line.flaw === flaw),
      ),
    ),
    ...few('robots.decorated-token', 'restricts', decorated),
    ...few('robots.rule-outside-group', 'ignored', orphans),
    ...few('robots.pattern-without-slash', 'ignored', malformedPatterns),
  ];
}

export function lineFlaws(lines: readonly RobotsLine[], orphans: readonly RobotsLine[]): LineFlaws {
  const isRule = (line: RobotsLine): boolean => line.key === 'allow' || line.key === 'disallow';
  const first = (isMeant: (line: RobotsLine) => boolean): readonly RobotsLine[] => {
    const found: RobotsLine[] = [];
    for (const line of lines) {
      if (found.length === maxAnomaliesPerCode) break;
      if (isMeant(line)) found.push(line);
    }
    return found;
  };
  const isFlawed = lines.some(line => line.flaw !== null);
  return {
    flawed: isFlawed ? Object.keys(flawCode).flatMap(flaw => first(line => line.flaw === flaw)) : [],
    decorated: first(line => line.key === 'user-agent' && line.flaw === null && isDecorated(line.value)),
    orphans: orphans.slice(0, maxAnomaliesPerCode),
    malformedPatterns: first(line => isRule(line) && line.value !== '' && !/^[/*]/.test(line.value)),
  };
}
