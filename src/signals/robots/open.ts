import type { Evidence, Exchange, Reading } from '../../vocab/index.ts';
import { anomaly, citeAbsence, citeStatus } from '../cite.ts';
import { robotsFile } from './file.ts';
import { notText } from './flaws.ts';
import type { RobotsFile } from './robots-file.ts';

/**
 * The robots.txt a usage signal reads, or what it reads where there is none. 404 and 410: nothing is stated. Other 4xx:
 * nothing could be read of what is stated, which `robots.rule` turns into a refusal. 3xx, 429, 5xx, network: unreached (RFC 9309 §2.3.1).
 * Octets that are no text: unreadable.
 */
export function openRobots(id: Evidence['signal'], exchange: Exchange, spec: string): RobotsFile | Reading {
  const { retrieval } = exchange;
  switch (retrieval.outcome) {
    case 'successful': {
      const file = robotsFile(retrieval);
      return file.text.isNotText ? notText(id, exchange, file) : file;
    }
    case 'unavailable': {
      const { status } = retrieval;
      if (status < 400) return { state: 'unread', why: 'unreachable', looked: citeStatus(id, exchange, status, spec) };
      const looked = citeAbsence(id, exchange, `robots.txt (status ${status})`, spec);
      const isAbsent = status === 404 || status === 410;
      return {
        state: 'silent',
        looked,
        anomalies: isAbsent ? [] : [anomaly('robots.access-refused', 'ignored', looked, `status ${status}`)],
      };
    }
    case 'unreachable':
      return { state: 'unread', why: 'unreachable', looked: citeAbsence(id, exchange, 'answer to robots.txt', spec) };
    case 'not-attempted':
      return { state: 'unread', why: 'not-attempted', looked: citeAbsence(id, exchange, 'request for robots.txt', spec) };
  }
}
