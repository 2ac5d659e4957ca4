/**
 * Robots directives in the markup: Google, robots meta tag reference; `noai` after DeviantArt (November 2022).
 * https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
 *
 * Reads: `<meta name="robots" content="noai, noindex">`, and metas named after an agent; directives and what they refuse in `../robots-directives.ts`.
 * Precedence: all metas for everyone and for our own token count together, wherever they stand; the most restrictive wins, nothing can be lifted.
 * Metas for a listed agent are addressed to it by name, and the policy says whose naming counts; those for other agents concern nobody here.
 *
 * Known departures, to the protection of the page: `property` or `http-equiv` in the place of `name`, several names in one, and metas in `template`,
 * `noscript`, `select`, `svg`, and XHTML metas with a prefix, are lenient. Metas that scripts write are not seen.
 */
import type { Anomaly, Evidence, Reading, Signal } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { type AddressOf, type DirectiveGroup, groupsOncePerPage, readDirectiveGroups, us } from '../directive-statements.ts';
import { readScopes } from '../fields/agent-scopes.ts';
import { readDirectives } from '../robots-directives.ts';
import type { MetaTag } from './elements.ts';
import { citeTag, type Markup, openMarkup, settleWhole } from './open.ts';
import { namesIn } from './relevance.ts';

const id = 'markup.robots';
const spec = 'Google robots meta tag; noai convention';
const looked = 'robots meta element';

const oncePerPage = groupsOncePerPage();

export const markupRobots: Signal = {
  id,
  stage: 'body',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm', 'archive'],
  read: ({ page }, question, { agents }): Reading => {
    const opened = openMarkup(id, page, looked, spec);
    if ('state' in opened) return opened;
    const metas = opened.scan.metas.filter(({ role }) => role.isDirective);
    if (metas.length === 0) return settleWhole(opened, { state: 'silent', looked: opened.absence, anomalies: [] });
    const groups = oncePerPage(opened.page, question, agents.agents, address =>
      metas.flatMap(meta => groupsOf(opened, meta, address)),
    );
    const first = groups[0]?.evidence ?? opened.absence;
    const reading = readDirectiveGroups(groups, opened.page, question, first);
    return settleWhole(opened, withFlaws(reading, flawsOf(opened, metas)));
  },
};

const cite = ({ page, body }: Markup, meta: MetaTag): Evidence =>
  citeTag(id, page, body, meta, meta.role.isRobots ? 'meta[name="robots"]' : 'meta[name]', spec);

function groupsOf(opened: Markup, meta: MetaTag, address: AddressOf): readonly DirectiveGroup[] {
  const { attributes, place } = meta;
  const { name, isLenient: isDeparture } = meta.role;
  const evidence = cite(opened, meta);
  const content = attributes.get('content') ?? '';
  if (name === 'x-robots-tag') {
    return readScopes(content, agent => address(agent) !== null).map(
      ({ agents, value }): DirectiveGroup => ({
        directives: readDirectives(value),
        parties: agents.length > 0 ? agents.map(address) : [us],
        evidence,
        isLenient: true,
      }),
    );
  }
  const whole = name === 'robots' ? us : address(name);
  const several = whole ? [] : namesIn(name).flatMap(one => (one === 'robots' ? us : (address(one) ?? [])));
  const parties = whole ? [whole] : several.length > 0 ? several : [null];
  const isLenient = isDeparture || place === 'doubtful' || (!whole && several.length > 0);
  return [{ directives: readDirectives(content), parties, evidence, isLenient }];
}

/** A robots meta without a value wanted to say something nobody knows; an empty value says nothing. */
const maxFlaws = 5;
const flawsOf = (opened: Markup, metas: readonly MetaTag[]): readonly Anomaly[] =>
  metas
    .filter(({ attributes }) => !attributes.has('content'))
    .slice(0, maxFlaws)
    .map(meta => anomaly('robots-directives.missing-content', 'ignored', cite(opened, meta)));

const withFlaws = (reading: Reading, flaws: readonly Anomaly[]): Reading =>
  flaws.length > 0 && (reading.state === 'read' || reading.state === 'silent')
    ? { ...reading, anomalies: [...reading.anomalies, ...flaws] }
    : reading;
