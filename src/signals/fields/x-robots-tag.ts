/**
 * Robots directives in the header section: Google, robots meta tag and X-Robots-Tag reference; `noai` after DeviantArt (November 2022).
 * https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
 *
 * Reads: `X-Robots-Tag: [agent: ]rule, rule` of the page's own answer; directives and what they refuse in `../robots-directives.ts`.
 * Precedence: the rules of all lines for everyone and for our own token count together, the most restrictive wins; nothing can be lifted.
 * Rules for a listed agent are addressed to it by name, and the policy says whose naming counts; those for other agents concern nobody here.
 *
 * A field beyond its limit is unreadable unless what was read of it refuses.
 *
 * Known departures, to the protection of the page: ways of addressing that no reference describes (`agent-scopes.ts`) are lenient.
 */
import type { Reading, Signal } from '../../vocab/index.ts';
import { type DirectiveGroup, groupsOncePerPage, readDirectiveGroups, us } from '../directive-statements.ts';
import { readDirectives } from '../robots-directives.ts';
import { readScopes } from './agent-scopes.ts';
import { linesRead, openFieldLines, settleLines } from './field-lines.ts';

const id = 'field.x-robots-tag';
const oncePerPage = groupsOncePerPage();

export const fieldXRobotsTag: Signal = {
  id,
  stage: 'fields',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm', 'archive'],
  read: ({ page }, question, { agents }): Reading => {
    const opened = openFieldLines(id, page, 'x-robots-tag', 'Google X-Robots-Tag; noai convention');
    if ('state' in opened) return opened;
    const { page: answer, lines } = opened;
    const read = linesRead(lines);
    const groups = oncePerPage(answer, question, agents.agents, address =>
      read.flatMap(({ value, evidence }) =>
        readScopes(value, name => address(name) !== null).map((scope): DirectiveGroup => {
          const parties = scope.agents.length > 0 ? scope.agents.map(address) : [us];
          return { directives: readDirectives(scope.value), parties, evidence, isLenient: scope.isLenient };
        }),
      ),
    );
    return settleLines(readDirectiveGroups(groups, answer, question, lines[0].evidence), lines[read.length]);
  },
};
