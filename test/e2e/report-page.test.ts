// The report of ten thousand domains as a reader's browser shows it. What it looks like was looked at; what it does is held here.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRecord, Trend } from '../../src/assess/index.ts';
import { findBrowser } from '../../src/crawl/render/find-browser.ts';
import { outputsOf } from '../audit/outputs.ts';
import { auditRecords, smallHeader } from '../audit/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-report-'));
const file = join(folder, 'report.html');
/** Of few domains, agents and policies: the same elements, and less of each. */
const small = join(folder, 'small.html');
/** Of two audits, with figures as wide as they may be. */
const size = { domains: 100_000, reachable: 90_000, readable: 80_000 };
const trend: Trend = {
  audits: [
    { ...size, from: '2026-10-01T00:00:00.000Z' },
    { ...size, from: '2026-11-01T00:00:00.000Z' },
  ],
  steps: [{ both: 100_000, new: 3, gone: 4, reachable: 85_000, changed: 9, moved: 2 }],
  topics: [
    {
      topic: { kind: 'mechanism', mechanism: 'robots-directives' },
      points: [
        { refuses: 22_000, known: 92_000, panel: 20_000 },
        { refuses: 28_000, known: 91_000, panel: 25_000 },
      ],
      steps: [
        {
          ...{ both: 100_000, 'opted-out': 12_345, 'came-back': 11_234, changed: 1, same: 80_000 },
          ...{ 'not-asked': 0, 'not-comparable': 10 },
        },
      ],
      panel: 80_000,
    },
  ],
};
const hostile = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>';
const records: AuditRecord[] = [];
let browser: Browser;

beforeAll(async () => {
  records.push(...auditRecords(10_000));
  const first = records.find(({ robots }) => robots.named.some(({ root }) => root))!;
  records[records.indexOf(first)] = {
    ...first,
    evidence: first.evidence.map(own => ({ ...own, quote: `${own.quote} ${hostile}` })),
  };
  const few = { ...smallHeader, notes: ['Ten domains were not asked.'] };
  // A name of people in it, and one as long as names may be.
  const label = `${'a-very-long-label-'.repeat(3)}of-octets`;
  const named = [`xn--bcher-kva.example`, `${label}.${label}.${label}.example`];
  const others = records.slice(0, 30).map((record, index) => ({ ...record, domain: named[index] ?? record.domain }));
  const [made, other, found] = await Promise.all([outputsOf(records), outputsOf(others, { header: few, trend }), findBrowser()]);
  writeFileSync(file, made.files['report.html'] ?? '');
  writeFileSync(small, other.files['report.html'] ?? '');
  browser = await chromium.launch({
    executablePath: found.path,
    env: { ...process.env, ...found.environment } as Record<string, string>,
    args: ['--no-sandbox', '--disable-gpu'],
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A reader without a network: a request for anything but the file is an error. */
async function open(options: BrowserContextOptions = {}, path = file): Promise<{ page: Page; said: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const said: string[] = [];
  const page = await context.newPage();
  page.on('console', message => said.push(message.text()));
  page.on('pageerror', error => said.push(error.message));
  page.on('request', request => {
    if (request.url() !== pathToFileURL(path).href && !request.url().startsWith('blob:')) said.push(`asked ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready]');
  return { page, said };
}

const shown = (page: Page): Promise<string[]> => page.locator('#domain-table tbody button.open').allTextContents();
const saying = (page: Page): Promise<string | null> => page.locator('#find-count').textContent();

describe('the page of ten thousand domains', () => {
  test('is below 2 MB, is ready in less than two seconds, and finds domains in less than a tenth of one', async () => {
    expect(statSync(file).size).toBeLessThan(2_000_000);
    const { page, said } = await open();
    const ready = await page.evaluate(() => {
      const { domInteractive, fetchStart } = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming;
      return { interactive: domInteractive - fetchStart, ready: performance.getEntriesByName('ready')[0]?.startTime };
    });
    expect(ready.ready).toBeLessThan(2_000);
    expect(ready.interactive).toBeLessThan(2_000);
    const took = await page.evaluate(() => {
      const field = document.getElementById('find-text') as HTMLInputElement;
      const times = ['a', 'ka', 'kam', 'kamo', '', 'berg', '99', ''].map(text => {
        const from = performance.now();
        field.value = text;
        field.dispatchEvent(new Event('input'));
        // What the browser has to do before the next frame is part of it.
        document.body.getBoundingClientRect();
        return performance.now() - from;
      });
      return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
    });
    expect(took).toBeLessThan(100);
    expect(said).toEqual([]);
  });

  test('finds, filters, sorts, turns pages and saves what is shown', async () => {
    const { page, said } = await open();
    expect(await saying(page)).toBe('1–50 of 10,000 domains');
    const wanted = records.filter(({ domain }) => domain.includes('tanri'));
    await page.fill('#find-text', 'TANRI ');
    expect(await shown(page)).toEqual(wanted.slice(0, 50).map(({ domain }) => domain));
    await page.fill('#find-text', '');

    await page.selectOption('#find-agent', { label: 'GPTBot' });
    const closed = records.filter(
      ({ robots }) => (robots.named.find(({ agent }) => agent === 'GPTBot') ?? robots.star)?.root === true,
    );
    expect(await saying(page)).toContain(`of ${closed.length.toLocaleString('en')} domains`);
    await page.selectOption('#find-verdict', 'left out');
    const both = closed.filter(({ verdicts }) => verdicts.standard?.['train-ai']?.disposition === 'withhold');
    expect(await saying(page)).toContain(`of ${both.length.toLocaleString('en')} domains`);
    await page.click('#find button[type=reset]');
    expect(await saying(page)).toBe(
      `1–50 of 10,000 domains${await page.locator('#find-count').evaluate(count => count.dataset.of ?? '')}`,
    );

    await page.selectOption('#find-show', 'not checked');
    expect(await saying(page)).toContain(`of ${records.filter(({ reach }) => reach === 'not-checked').length} domains`);
    expect(await page.locator('#domain-table tbody tr').first().textContent()).toContain('not judged');
    await page.selectOption('#find-show', 'all');

    await page.click('#domain-table th:nth-child(4) button');
    expect(await page.getAttribute('#domain-table th:nth-child(4)', 'aria-sort')).toBe('ascending');
    const most = [...records].sort((a, b) => rooted(b) - rooted(a) || a.position - b.position);
    expect(await shown(page)).toEqual(most.slice(0, 50).map(({ domain }) => domain));
    await page.click('#page-on');
    expect(await shown(page)).toEqual(most.slice(50, 100).map(({ domain }) => domain));

    await page.fill('#find-text', 'ster');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#find-save')]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines.length - 1).toBe(records.filter(({ domain }) => domain.includes('ster')).length);
    expect(lines[0]).toBe('Domain,Rank,robots.txt,Agents closed out by name,Mechanisms,AI training,Notes');
    expect(said).toEqual([]);
  });

  test('finds a name as people write it, and a long one takes no column out of sight', async () => {
    const { page, said } = await open({}, small);
    await page.fill('#find-text', 'BÜCHER');
    expect(await shown(page)).toEqual(['xn--bcher-kva.example']);
    await page.locator('#domain-table tbody button.open').click();
    expect(await page.locator('#card-title').textContent()).toBe('xn--bcher-kva.examplebücher.example');
    await page.keyboard.press('Escape');
    await page.fill('#find-text', '');
    expect(
      await page.locator('.wide:has(#domain-table)').evaluate(around => around.scrollWidth - around.clientWidth),
    ).toBeLessThanOrEqual(0);
    expect(said).toEqual([]);
  });

  test('opens a domain’s evidence by keyboard, shows hostile words as words, and gives the place back', async () => {
    const { page, said } = await open();
    const record = records.find(({ robots }) => robots.named.some(({ root }) => root))!;
    await page.fill('#find-text', record.domain);
    await page.locator('#domain-table tbody button.open').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#card').getAttribute('open')).not.toBeNull();
    expect(await page.locator('#card-title').textContent()).toBe(record.domain);
    const text = await page.locator('#card').textContent();
    const agent = record.robots.named.find(({ root }) => root)!;
    expect(text).toContain(agent.agent);
    const { quote, locator } = record.evidence[agent.evidence!]!;
    expect(text).toContain(quote);
    expect(text).toContain(`/robots.txt, line ${'line' in locator ? locator.line : ''}`);
    expect(text).toContain(record.at);
    expect(text).toContain(record.robots.digest?.slice(0, 39));
    expect(await page.title()).toContain('AI opt-outs');
    expect(await page.locator('#card img, #card script').count()).toBe(0);
    await page.keyboard.press('Escape');
    expect(await page.locator('#card').getAttribute('open')).toBeNull();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(record.domain);
    expect(said).toEqual([]);
  });

  test('switches denominators and ways of naming by keyboard, also without scripts', async () => {
    const { page, said } = await open({ javaScriptEnabled: false });
    const bar = page.locator('#answers .bars li').first().locator('.num:visible');
    const first = await bar.textContent();
    await page.focus('#of-all');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.isChecked('#of-robots')).toBe(true);
    expect(await bar.textContent()).not.toBe(first);
    expect(await page.locator('#agents .how-effective').isVisible()).toBe(false);
    await page.check('#how-effective');
    expect(await page.locator('#agents .how-effective').isVisible()).toBe(true);
    expect(await page.locator('#agents .how-named').isVisible()).toBe(false);
    expect(await page.locator('#domain-table tbody tr').count()).toBe(50);
    expect(await page.locator('#find').isVisible()).toBe(false);
    expect(said).toEqual([]);
  });

  test('prints, without what only a screen has a use for', async () => {
    const { page } = await open();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#find').isVisible()).toBe(false);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(50_000);
  });

  test.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('axe finds nothing serious in %s at %d px', async (colorScheme, width) => {
    const { page } = await open({ colorScheme, viewport: { width, height: 844 }, bypassCSP: true }, small);
    await page.evaluate(readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8'));
    await page.evaluate(() => {
      for (const [index, details] of [...document.querySelectorAll('details')].entries()) details.open = index % 4 === 0;
    });
    await page.locator('button.open').nth(5).click();
    expect(await seriousIn(page, '#card')).toEqual([]);
    await page.click('#card-close');
    expect(await seriousIn(page, 'main')).toEqual([]);
  });

  test.each([390, 768, 1280])('nothing stands out of the page at %d px, numbers unfolded', async width => {
    const { page } = await open({ viewport: { width, height: 844 } }, small);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    const out = await page.evaluate(() => {
      const main = document.querySelector('main') as HTMLElement;
      const edge = main.getBoundingClientRect().right - Number.parseFloat(getComputedStyle(main).paddingRight);
      return [...main.querySelectorAll('*')]
        .filter(element => !element.closest('.wide') && element.getBoundingClientRect().right > edge + 1)
        .map(element => element.outerHTML.slice(0, 120));
    });
    expect(out).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  });
});

/** What axe calls serious or critical, the first place of each. */
const seriousIn = (page: Page, context: string): Promise<string[]> =>
  page.evaluate(async within => {
    interface Violation {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }
    type Axe = { run(context: string, options: object): Promise<{ violations: Violation[] }> };
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(within, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  }, context);

const rooted = ({ robots }: AuditRecord): number => robots.named.filter(({ root }) => root).length;
