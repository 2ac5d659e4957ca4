/** Who blocks whom. */
import { type Bar, barChart, scaleOf } from '../../charts/bars.ts';
import { grouped } from '../../charts/numbers.ts';
import { behind } from '../../charts/table.ts';
import { html, type Markup } from '../../markup.ts';
import { agentClassWords } from '../agents-family.ts';
import type { Denominator } from '../denominators.ts';
import type { AuditSummary } from '../summary.ts';
import { howChoice } from './choices.ts';
import { type Shares, shareCells, shareHead, sharesIn, variants } from './shares.ts';

const hows = ['named', 'effective'] as const;
const maxShown = 20;

export function agentsSection(summary: AuditSummary): Markup {
  const { list } = summary.audit.agents;
  const figure = (token: string, how: string, what: string): Shares => sharesIn(summary, `agent.${token}.${how}.${what}`);
  /** Closed whole; `/` closed with parts open; a part closed that is not `/`. */
  const parts =
    (token: string, how: string) =>
    (key: Denominator): readonly number[] => {
      const [whole, root, partly] = ['whole', 'root', 'partly'].map(what => figure(token, how, what)[key].share ?? 0) as [
        number,
        number,
        number,
      ];
      return [whole, Math.max(0, root - whole), Math.max(0, partly - (root - whole))];
    };
  return html`<section id="agents"><h2>Who closes what to whom</h2>
<p>What robots.txt tells ${list.length} AI agents (list of ${summary.audit.agents.version}). The number is the share of domains that close <code>/</code>, which is what most published counts call blocked. ${unknownWords(summary)}</p>
${howChoice()}
${hows.map(how => {
  const ranked = [...list].sort(
    (a, b) => figure(b.token, how, 'root').all.n - figure(a.token, how, 'root').all.n || (a.token < b.token ? -1 : 1),
  );
  const closed = ranked.filter(({ token }) => ['root', 'partly'].some(what => figure(token, how, what).all.n > 0));
  return html`<div class="how-${how}">${
    closed.length === 0
      ? html`<p class="quiet">Of what could be read, nothing is closed to any of them${how === 'named' ? ' by name' : ''}.</p>`
      : barChart({
          tones: ['strong', 'middle', 'light'],
          legend: [
            ['strong', 'the whole site'],
            ['middle', '/ with parts open'],
            ['light', 'a part only'],
          ],
          bars: closed.slice(0, maxShown).map(({ token, class: name }) => ({
            label: token,
            note: name,
            variants: variants(figure(token, how, 'root'), parts(token, how), false),
          })),
        })
  }
${closed.length > maxShown ? html`<p class="quiet">The first ${maxShown} of ${closed.length} to which something is closed; all ${list.length} stand in the numbers.</p>` : closed.length > 0 && closed.length < list.length ? html`<p class="quiet">Of what could be read, nothing is closed${how === 'named' ? ' by name' : ''} to the other ${list.length - closed.length}; they stand in the numbers.</p>` : ''}
${behind({
  name: `agents-${how}`,
  caption: `Domains whose robots.txt closes / to an agent, ${how === 'named' ? 'by name' : 'by name or through *'}`,
  head: ['Agent', 'Operator', 'Class', 'whole site', 'a part', ...shareHead],
  rows: ranked.map(({ token, operator, class: name }) => [
    token,
    operator,
    name,
    figure(token, how, 'whole').all.n,
    figure(token, how, 'partly').all.n,
    ...shareCells(figure(token, how, 'root')),
  ]),
})}</div>`;
})}
</section>`;
}

/** Whom nobody names is bound by `*`: of what could not be read neither is known, and no bar shows it. */
function unknownWords(summary: AuditSummary): string {
  const n = summary.denominators.all.of - summary.denominators.robots.of - sharesIn(summary, 'robots.absent').all.n;
  const { n: cut } = sharesIn(summary, 'robots.cut').all;
  return [
    ...(n === 0 ? [] : [`Of ${grouped(n)} domains it is not known: their robots.txt could not be read or was not asked.`]),
    ...(cut === 0
      ? []
      : [`Of ${grouped(cut)} more only the beginning was read: what is not closed there may be closed behind it.`]),
  ].join(' ');
}

export function classesSection(summary: AuditSummary): Markup {
  const classes = [...new Set(summary.audit.agents.list.map(agent => agent.class))];
  const rows = [
    ['named.any-root', 'how-named', 'at least one, by name'],
    ['effective.any-root', 'how-effective', 'at least one, by name or through *'],
    ['effective.every-root', 'how-effective', 'every one, by name or through *'],
  ] as const;
  const barsOf = (what: string): readonly Bar[] =>
    classes.map(name => ({
      label: name,
      note: agentClassWords(name),
      variants: variants(sharesIn(summary, `class.${name}.${what}`)),
    }));
  const full = scaleOf(rows.flatMap(([what]) => barsOf(what)));
  return html`<section id="classes"><h2>By class of agent</h2>
${rows.map(
  ([what, how, words]) => html`<div class="${how}"><h3>Close <code>/</code> to ${words}</h3>
${barChart({ tones: ['strong'], full, bars: barsOf(what) })}</div>`,
)}
${behind({
  name: 'classes',
  caption: 'Domains whose robots.txt closes / to agents of a class',
  head: ['Class and how', ...shareHead],
  rows: classes.flatMap(name =>
    rows.map(([what, , words]) => [`${name}: ${words}`, ...shareCells(sharesIn(summary, `class.${name}.${what}`))]),
  ),
})}
</section>`;
}
