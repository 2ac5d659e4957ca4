/** The tools heed is compared with, each asked the way its users ask it. */
import { RobotsTxtFile } from 'crawlee';
import robotsParser from 'robots-parser';
import type { Case } from '../../src/assess/index.ts';
import type { Retrieval } from '../../src/vocab/index.ts';

/** `cannot-read`: it threw, or has no answer. */
export type ToolAnswer = 'allowed' | 'refused' | 'cannot-read';

export interface Tool {
  readonly name: string;
  answer(asked: Case): ToolAnswer;
}

// CommonJS whose types declare a default export; under nodenext the callable sits on either.
const parseRobots = ((robotsParser as { default?: unknown }).default ?? robotsParser) as (
  url: string,
  text: string,
) => { isAllowed(url: string, userAgent?: string): boolean | undefined };

const textOf = (retrieval: Retrieval): string | null =>
  'body' in retrieval && retrieval.body ? Buffer.from(retrieval.body).toString('utf8') : null;

/** The parser alone: text in, answer out. It knows no status, so without a successful file it has no answer. */
const parserAlone: Tool = {
  name: 'robots-parser',
  answer: ({ carriers: { url, robots }, productToken }) => {
    const text = robots.retrieval.outcome === 'successful' ? textOf(robots.retrieval) : null;
    if (text === null) return 'cannot-read';
    const allowed = parseRobots(robots.url, text).isAllowed(url, productToken);
    return allowed === undefined ? 'cannot-read' : allowed ? 'allowed' : 'refused';
  },
};

/**
 * `respectRobotsTxtFile: { userAgent }` of Crawlee's crawlers: its client takes every status for an answer and its body for a file; what could
 * not be fetched is allowed (`BasicCrawler.isAllowedBasedOnRobotsTxtFile`).
 */
const crawleeGate: Tool = {
  name: "Crawlee's gate",
  answer: ({ carriers: { url, robots }, productToken }) => {
    if (robots.retrieval.outcome === 'unreachable') return 'allowed';
    return RobotsTxtFile.from(robots.url, textOf(robots.retrieval) ?? '').isAllowed(url, productToken) ? 'allowed' : 'refused';
  },
};

const guarded = (tool: Tool): Tool => ({
  ...tool,
  answer: asked => {
    try {
      return tool.answer(asked);
    } catch {
      return 'cannot-read';
    }
  },
});

export const tools: readonly Tool[] = [parserAlone, crawleeGate].map(guarded);
