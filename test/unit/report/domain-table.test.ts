import { expect, test } from 'vitest';
import { domainColumns } from '../../../src/report/tables/domain-table.ts';
import { measured } from '../audit/facts.ts';

const robots = `User-agent: GPTBot
Disallow: /

User-agent: CCBot
Disallow: /private

User-agent: ClaudeBot
Allow: /

User-agent: *
Disallow: /*/
`;

const cellsOf = (...of: Parameters<typeof measured>) => {
  const row = measured(...of);
  return Object.fromEntries(domainColumns(['standard', 'opt-in']).map(column => [column.name, column.of(row)] as const));
};

test('a row of the table of domains says of each agent, signal and use what the line of the audit says', () => {
  const page = { status: 200, fields: [['tdm-reservation', '1'] as const, ['x-robots-tag', 'noindex'] as const], body: '<p>a' };
  const tdmrep = '[{"location": "/archive/", "tdm-reservation": 1}]';
  expect(cellsOf({ robots, tdmrep, aiTxt: 'dns', trustTxt: 404, page })).toMatchObject({
    ...{ domain: 'site.example', position: 1, reach: 'reachable', origin: 'https://site.example:443', tld: 'example' },
    ...{ robots_class: 'rules', robots_status: 200, robots_bytes: 130, star_extent: 'partly', star_root: false },
    ...{ named: 'CCBot ClaudeBot GPTBot', named_root: 'GPTBot', named_whole: 'GPTBot', named_partly: 'CCBot' },
    mechanisms: 'named-agents tdmrep robots-directives',
    not_read: 'wellknown.ai-txt',
    // What only a cautious reading takes for a refusal (`noindex`) is none here.
    refuse_training: 'robots.named-agent field.tdm-reservation',
    refuse_training_partly: 'wellknown.tdmrep',
    ...{ page_outcome: 'successful', page_status: 200 },
    ...{ standard_train_ai: 'withhold', standard_train_ai_found: 'disallow' },
    ...{ opt_in_train_ai: 'withhold', opt_in_train_ai_found: 'disallow' },
  });
});

test('what is not known is told as that, and by why, never as silence', () => {
  expect(cellsOf({ robots: '', tdmrep: 404, aiTxt: 404, trustTxt: 404, page: '<p>a' })).toMatchObject({
    ...{ named: undefined, mechanisms: undefined, not_read: undefined, refuse_training: undefined },
    ...{ standard_train_ai: 'keep', standard_train_ai_found: 'unknown-silent', opt_in_train_ai: 'withhold' },
  });
  expect(cellsOf({ robots: '', tdmrep: '[', aiTxt: 404, trustTxt: 404, page: '<p>a' })).toMatchObject({
    ...{ standard_train_ai: 'withhold', standard_train_ai_found: 'unknown-unreadable' },
  });
  expect(cellsOf({ robots: '', tdmrep: 'timeout', aiTxt: 404, trustTxt: 404, page: '<p>a' })).toMatchObject({
    ...{ standard_train_ai: 'defer', standard_train_ai_found: 'unknown-unreachable' },
  });
});
