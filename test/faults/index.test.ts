import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const rows = file('README.md')
  .split('\n')
  .flatMap(line => {
    const [, id, , what = '', where = ''] = /^\| (F\d+) \|(.*?)\|(.*?)\|(.*)\|$/.exec(line) ?? [];
    return id === undefined ? [] : [{ id, what: what.trim(), where: where.trim() }];
  });

describe('the table of faults', () => {
  it('has every fault of the list once', () => {
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, index) => `F${index + 1}`));
  });

  it.each(rows)('$id is tested where it says, or says why not', ({ id, what, where }) => {
    if (where === '') return expect(what).toMatch(/^not yet: heed /);
    for (const named of where.split(' · ')) {
      const [, name = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(named) ?? expect.fail(`${id}: ${named}`);
      expect(file(name), `${name} has a test of “${title}”`).toContain(title);
    }
  });
});
