import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { load } from 'cheerio';
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/assess/index.ts';
import { outputsOf } from '../../audit/outputs.ts';
import { auditRecords, smallHeader } from '../../audit/records.ts';
import { measured } from '../audit/facts.ts';

const records = [...auditRecords(300)];
const { files, summary } = await outputsOf(records);
const page = files['report.html'] ?? '';
const payloadOf = (text: string): { domain: string[]; strings: string[]; cards: unknown[][] } =>
  JSON.parse(inflateRawSync(Buffer.from(load(text)('#domain-data').text(), 'base64')).toString());

describe('the page of an audit', () => {
  const $ = load(page);

  test('answers first, under every denominator', () => {
    expect($('h1').text()).toBe(
      `${summary.figures['verdict.standard.train-ai.disallow']?.all.n} of 300 domains refuse AI training`,
    );
    expect(
      $('.cards li')
        .toArray()
        .map(card =>
          $(card)
            .text()
            .replace(/ %.*? of/, ' % of'),
        ),
    ).toEqual([
      expect.stringContaining('of all domains'),
      expect.stringContaining('of reachable domains'),
      expect.stringContaining('of domains with a readable robots.txt'),
    ]);
  });

  test('loads nothing, and runs nothing but its own script, which its policy names', () => {
    expect($('[src], link, iframe, object, form[action], [onclick], [style]').length).toBe(0);
    expect(
      $('a[href]')
        .toArray()
        .map(link => $(link).attr('href')?.[0]),
    ).toEqual(expect.arrayContaining(['#']));
    expect(
      $('a[href]')
        .toArray()
        .every(link => $(link).attr('href')?.startsWith('#')),
    ).toBe(true);
    const policy = $('meta[http-equiv="Content-Security-Policy"]').attr('content');
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}=' 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
    );
    expect($('style').text()).not.toMatch(/url\(|@import/);
  });

  test('its script is a small file', () => {
    expect($('script:not([type])').text().length).toBeLessThan(12 * 1024);
  });

  test('every link within it leads somewhere, and every id is there once', () => {
    const ids = $('[id]')
      .toArray()
      .map(element => $(element).attr('id'));
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of $('a[href]').toArray()) expect(ids).toContain($(link).attr('href')?.slice(1));
  });

  test('behind every chart stand its numbers, and every bar says its number in words', () => {
    for (const chart of $('.bars').toArray()) {
      const around = $(chart).closest('section, .columns > div');
      expect(around.find('table[data-csv]').length).toBeGreaterThan(0);
    }
    for (const bar of $('.bar').toArray()) expect($(bar).find('.num').text()).toMatch(/\d|–/);
  });

  test.each(['#classes', '#strata'])('charts of %s that stand beside each other have one scale', part => {
    const axes = $(`${part} .ticks`)
      .toArray()
      .map(ticks => $(ticks).text());
    expect(axes.length).toBeGreaterThan(1);
    expect(new Set(axes).size).toBe(1);
  });

  test('without scripts the first domains stand in it as text', () => {
    const rows = $('#domain-table tbody tr')
      .toArray()
      .map(row => $(row).find('th').text());
    expect(rows).toEqual(records.slice(0, 50).map(({ domain }) => domain));
  });

  test('what is not known stands beside silence and is not it', () => {
    expect($('#answers .legend').text()).toContain('not known: no answer');
    expect($('#limits').text()).toContain('they are counted as neither yes nor no');
  });

  test('the headline is followed by how many answers are not known', async () => {
    const known = (text: string) =>
      load(text)('header')
        .text()
        .match(/Of (\d+) domains? the answer is not known/)?.[1];
    const unknown = ['unknown-unreadable', 'unknown-unreachable', 'unknown-not-attempted', 'not-judged'].reduce(
      (sum, answer) => sum + (summary.figures[`verdict.standard.train-ai.${answer}`]?.all.n ?? 0),
      0,
    );
    expect(known(page)).toBe(String(unknown));
    const refusing = records.filter(({ verdicts }) => verdicts.standard?.['train-ai']?.preference === 'disallow');
    const { files: made } = await outputsOf(refusing.slice(0, 3), { header: smallHeader });
    expect(known(made['report.html'] ?? '')).toBeUndefined();
  });

  test('agents to which nobody closes anything have no bar, and are not said to be let in', async () => {
    const drawn = async (robots: string) => {
      const { files: made } = await outputsOf([measured({ robots })], { header: smallHeader });
      const $ = load(made['report.html'] ?? '');
      const part = $('#agents .how-named');
      return [
        part
          .find('.bars .name')
          .toArray()
          .map(name => $(name).text()),
        part.children('p').text(),
        part.find('tbody tr').length,
      ];
    };
    expect(await drawn('User-agent: GPTBot\nDisallow: /x')).toEqual([
      ['GPTBot train'],
      'Of what could be read, nothing is closed by name to the other 1; they stand in the numbers.',
      2,
    ]);
    expect(await drawn('')).toEqual([[], 'Of what could be read, nothing is closed to any of them by name.', 2]);
  });

  test('a name that is written in ASCII for the network is also told as people write it', async () => {
    const { files: made } = await outputsOf([{ ...measured({ robots: '' }), domain: 'xn--4db2cf.example' }], {
      header: smallHeader,
    });
    expect(load(made['report.html'] ?? '')('#domain-table tbody th').text()).toBe('xn--4db2cf.example אתר.example');
  });

  test('what is nothing is not told as a number of domains', async () => {
    const { files: made } = await outputsOf([measured({ robots: '' })], { header: smallHeader });
    const limits = load(made['report.html'] ?? '')('#limits').text();
    expect(limits).not.toMatch(/\b0\b/);
    expect(limits).toContain('is counted as neither yes nor no');
  });

  test('a domain that both refuses and grants by one mechanism is drawn once, as refusing', async () => {
    const page = (usage: string) => ({ status: 200, fields: [['Content-Usage', usage]] as const });
    const granted = 'User-agent: *\nContent-Usage: train-ai=y\nAllow: /';
    const both = measured({ robots: granted, page: page('train-ai=n') });
    const other = { ...measured({ robots: '', page: page('search=n') }), domain: 'b.example' };
    const { files: made, summary: counted } = await outputsOf([both, other, { ...other, domain: 'c.example' }], {
      header: smallHeader,
    });
    const key = 'mechanism.content-usage';
    expect(counted.figures[`${key}.grants-training`]?.all.n).toBe(1);
    expect(counted.figures[`${key}.only-grants-training`]?.all.n).toBe(0);
    const bars = load(made['report.html'] ?? '')('#mechanisms .bars li');
    const bar = bars.filter((_, row) => load(row).text().startsWith('content-usage')).find('.of-all rect');
    expect(bar.toArray().map(({ attribs }) => attribs.class)).toEqual(['t-withhold', 't-light']);
  });

  test('who closes out everybody and says nothing of AI is an opt-out, and told apart', async () => {
    const rest = { tdmrep: 404, aiTxt: 404, trustTxt: 404 } as const;
    const sites = [
      'User-agent: *\nDisallow: /',
      'User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\nDisallow: /',
      'User-agent: *\nDisallow: /\nContent-Signal: ai-train=no',
      'User-agent: GPTBot\nDisallow: /',
    ].map(robots => measured({ ...rest, robots }));
    const { summary: counted, files: made } = await outputsOf(sites, { header: smallHeader });
    const count = (key: string) => counted.figures[`optout.${key}`]?.all.n;
    expect([count('any'), count('everybody-only'), count('closes-a-training-agent')]).toEqual([4, 1, 2]);
    expect(load(made['report.html'] ?? '')('header').text()).toContain('1 of these only because they close / to everybody');
  });

  test('a robots.txt of which only the beginning was read is not as small as what was read', async () => {
    const read = measured({ robots: 'User-agent: *\nDisallow: /x' });
    const cut = { ...read, robots: { ...read.robots, bytes: 512_000, cut: true as const } };
    const broken = { ...read, robots: { ...read.robots, cut: true as const } };
    const { summary: counted } = await outputsOf([read, cut, broken], { header: smallHeader });
    const sizes = Object.values(counted.figures).filter(({ key, all }) => key.startsWith('robots.size.') && all.n > 0);
    expect(sizes.map(({ key, all }) => [key, all.n])).toEqual([
      ['robots.size.up-to-1k', 1],
      ['robots.size.beyond-500k', 1],
    ]);
  });

  test('a domain that did not answer is not one that closes nothing: neither in its row nor among the mechanisms', async () => {
    const silent = records.filter(({ reach }) => reach !== 'reachable');
    const made = await outputsOf(silent, { header: smallHeader });
    const page = load(made.files['report.html'] ?? '');
    for (const row of page('#domain-table tbody tr').toArray()) {
      const cells = page(row).children('td').toArray();
      expect([cells[2], cells[3]].map(cell => page(cell).text())).toEqual(['not known', 'not known']);
    }
    const { length } = silent;
    expect(page('h1').text()).toBe(`It is not known of any of ${length} domains whether it refuses AI training`);
    const unasked = silent.filter(({ reach }) => reach === 'not-checked').length;
    expect(made.summary.figures['mechanism.tdmrep.not-known']?.all).toMatchObject({ n: unasked, of: silent.length });
    expect(unasked).toBeGreaterThan(0);
  });

  test('a domain that answered and says nothing has none, and closes nobody out', async () => {
    const quiet = records.filter(
      ({ reach, robots, signals, partly }) =>
        reach === 'reachable' && robots.class === 'absent' && signals.length + partly.length === 0,
    );
    const page = load((await outputsOf(quiet.slice(0, 1), { header: smallHeader })).files['report.html'] ?? '');
    const cells = page('#domain-table tbody tr').first().children('td').toArray();
    expect([cells[2], cells[3]].map(cell => page(cell).text())).toEqual(['0', 'none']);
  });

  test('the same records give the same bytes', async () => {
    const [one, other] = [await outputsOf(auditRecords(50)), await outputsOf(auditRecords(50))];
    expect(one.files).toEqual(other.files);
  });
});

describe('an audit of more domains than the page holds', () => {
  test('keeps those that say something, in the order of the list, and says what it leaves out', async () => {
    const made = await outputsOf(records, { maxDomainsOnPage: 40 });
    const $ = load(made.files['report.html'] ?? '');
    const { domain } = payloadOf(made.files['report.html'] ?? '');
    expect(domain.length).toBe(40);
    const saying = records.filter(
      ({ robots, signals, partly, contradictions, barriers, moved_to, anomalies }) =>
        robots.star?.root ||
        robots.named.some(({ extent }) => extent !== 'not') ||
        signals.some(({ says }) => says.length > 0) ||
        partly.some(({ signal }) => signal !== 'robots.rule') ||
        contradictions.length + barriers.length > 0 ||
        anomalies.some(({ code, effect }) => effect !== 'none' && code !== 'robots.html') ||
        moved_to !== undefined,
    );
    expect(domain).toEqual(saying.slice(0, 40).map(own => own.domain));
    expect($('#domains .note').text()).toContain('The page holds 40 of 300 domains');
    // What the filters count is said to be of the page, and not of the audit.
    expect($('#find-count').attr('data-of')).toBe(' on this page');
    expect(load(page)('#find-count').attr('data-of')).toBeUndefined();
    expect(made.summary.figures).toEqual(summary.figures);
  });

  test('stays as short as it has to be whatever stands in them', async () => {
    const noise = (seed: number): string => createHash('shake256', { outputLength: 110 }).update(String(seed)).digest('base64');
    const wordy = Array.from(auditRecords(400)).map(
      (record, index): AuditRecord => ({
        ...record,
        evidence: record.evidence.map((own, place) => ({ ...own, quote: noise(index * 64 + place) })),
      }),
    );
    const pageOctets = ({ files: own }: Awaited<ReturnType<typeof outputsOf>>): number =>
      Buffer.byteLength(own['report.html'] ?? '');
    const limit = pageOctets(await outputsOf(wordy, { header: smallHeader })) - 50_000;
    const made = await outputsOf(wordy, { header: smallHeader, maxPageOctets: limit });
    const text = made.files['report.html'] ?? '';
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    expect(payloadOf(text).domain.length).toBeGreaterThan(50);
    expect(load(text)('#domains .note').text()).toMatch(/The page holds [\d,]+ of 400 domains/);
  });
});

describe('text of the web stays text', () => {
  /** Every element and attribute that a reader of HTML finds. */
  const shapeOf = (text: string): ReadonlySet<string> => {
    const names = new Set<string>();
    let scripts = 0;
    const parser = new Parser({
      onopentag: (name, attributes) => {
        if (name === 'script') names.add(`script ${++scripts}`);
        names.add(name);
        for (const attribute of Object.keys(attributes)) names.add(`${name}[${attribute}]`);
      },
      oncomment: () => names.add('comment'),
      onprocessinginstruction: name => names.add(name),
    });
    parser.end(text);
    return names;
  };
  const markup = fc.oneof(
    fc.constantFrom(
      '</script><script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '"><svg onload=alert(1)>',
      "' onmouseover='alert(1)",
      '</style><style>*{display:none}</style>',
      '<!--',
      ']]>',
      '&lt;b&gt;',
      '\u202e\u0000\ud800',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );

  test('whatever a domain, a quote, a code or a name is, the page has the elements it has without it', async () => {
    const calm = await outputsOf(records, { header: { ...smallHeader, list: 'a', run: 'b', notes: ['c'] } });
    const allowed = shapeOf(calm.files['report.html'] ?? '');
    await fc.assert(
      fc.asyncProperty(fc.array(markup, { minLength: 6, maxLength: 6 }), async texts => {
        const [a = '', b = '', c = '', d = '', e = '', f = ''] = texts;
        const hostile = records.slice(0, 60).map(
          (record): AuditRecord => ({
            ...record,
            ...{ domain: `${a}${record.position}`, asked: b, tld: c, language: d, hosting: [e], moved_to: f, why: a },
            robots: {
              ...record.robots,
              named: record.robots.named.map(own => ({ ...own, agent: own.agent === 'GPTBot' ? b : own.agent })),
            },
            anomalies: record.anomalies.map(own => ({ ...own, code: c, detail: d })),
            barriers: record.barriers.map(own => ({ ...own, kind: e, url: f })),
            evidence: record.evidence.map(own => ({ ...own, quote: a, source: { ...own.source, url: b } })),
          }),
        );
        const made = await outputsOf(hostile, { header: { ...smallHeader, list: a, run: b, notes: [c] } });
        expect([...shapeOf(made.files['report.html'] ?? '')].filter(name => !allowed.has(name))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});
