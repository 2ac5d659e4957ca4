import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDashboard } from '../../src/cli/serve/dashboard.ts';
import { createRunning } from '../../src/cli/serve/running.ts';
import { findBrowser } from '../../src/crawl/index.ts';
import { loginPage } from '../../src/report/index.ts';
import { type Door, openDoor, parseTimetable, type ScheduleState } from '../../src/serve/index.ts';
import { openDataset } from '../../src/store/index.ts';
import type { Instant } from '../../src/vocab/index.ts';
import { crawlHere, newFolder, robots, type SmallWeb, smallWeb, page as webPage } from '../faults/small-web.ts';

/** Text that a site chose and that would be something else where it is not escaped. */
const hostile = '<script>document.title="taken"</script><img src=x onerror=alert(1)>"\'&amp;';

const out = newFolder();
let web: SmallWeb;
let browser: Browser;
let door: Door;
const running = createRunning();
let state: ScheduleState;

const timetable = parseTimetable('crawl', '0 3 * * * Europe/Zurich');
const jobs = (['recheck', 'compact', 'crawl', 'report'] as const).map(name => ({ name, timetable, yieldsTo: [], args: [] }));
const job = {
  timetable: timetable.text,
  due: '2099-01-01T02:00:00.000Z' as Instant,
  failures: 0,
  runs: 3,
  failed: 0,
  skipped: 0,
};
const result = (code: number, outcome: 'done' | 'refused'): NonNullable<ScheduleState['jobs'][string]['last']> => ({
  ...{ started: '2026-11-26T02:00:00.000Z' as Instant, ended: '2026-11-26T02:12:30.000Z' as Instant, outcome, code },
  ...(code === 0 ? {} : { error: `ERR_RUN_POLICY: run \`${hostile}\` was begun under another policy` }),
});

/** A crawl that is under way, as its process tells of it. */
const tellProgress = (fetched: number): void =>
  running.heard({
    event: 'progress',
    progress: {
      statistics: {
        ...{
          'pages.fetched': fetched,
          'pages.kept': 1203,
          'urls.withheld': 2611,
          'urls.deferred': 4,
          'frontier.pending': 30_211,
        },
        ...{ 'frontier.in_flight': 11, 'bytes.wire': 64_000_000, 'memory.rss_bytes': 250_000_000, 'disk.free_bytes': 8e10 },
        ...{ 'origins.waiting_for.delay': 180, 'origins.waiting_for.crawl-delay': 20, 'origins.waiting_for.retry-after': 1 },
      },
      waiting: [
        { origin: 'https://a.example:443', why: 'delay', inMs: 400 },
        { origin: `https://${hostile}.example:443`, why: 'crawl-delay', inMs: 3_100 },
        { origin: 'https://c.example:443', why: 'retry-after', inMs: 41_000 },
      ],
    },
  });

const open = async (secret?: string): Promise<Door> => {
  const dashboard = createDashboard({
    ...{
      out,
      jobs,
      running,
      schedule: {
        get state() {
          return state;
        },
      },
    },
    checks: () => [{ check: 'jobs', isOk: false, detail: 'failed: compact (1 in a row)' }],
  });
  const opened = await openDoor({
    ...{ listen: '0', names: [], secret, wallClock: Date.now, loginPage, live: dashboard.live },
    routes: new Map(dashboard.routes),
  });
  return opened;
};

beforeAll(async () => {
  web = await smallWeb(place => {
    if (place === 'kept.localhost/robots.txt') return robots('User-agent: *\nDisallow: /closed/\n');
    if (place === 'kept.localhost/') return webPage('home', '/one', '/two', '/closed/room');
    if (/^kept\.localhost\/(one|two)$/.test(place)) return webPage(place, '/');
    if (place === 'refused.localhost/robots.txt')
      return robots(`User-agent: GPTBot\nDisallow: / # ${hostile}\n\nUser-agent: *\nAllow: /\n`);
    if (place.startsWith('refused.localhost/')) return webPage('refused');
    return undefined;
  });
  const places = ['kept.localhost/', 'refused.localhost/'];
  await crawlHere({ web, out, places });
  const dataset = openDataset(out, { now: Date.now });
  const { policy, agents } = (await import('../../src/store/index.ts').then(store => store.newestManifest(out))).manifest;
  await dataset.beginRun({
    kind: 'revoke',
    random: 'test01',
    policy,
    agents,
    software: { name: 'heed', version: '0' },
    overrides: {},
    config: {},
  });
  await dataset.withdraw(
    { kind: 'url', value: web.url('kept.localhost/two') },
    { reason: 'withdrawn.revoked', sightedAt: new Date(Date.now() - 3 * 3_600_000).toISOString() as Instant, ticket: 'T-1' },
  );
  await dataset.finishRun();
  await dataset.close();
  state = {
    version: 1,
    jobs: {
      recheck: { ...job, last: result(0, 'done'), skipped: 2 },
      compact: { ...job, last: result(2, 'refused'), failures: 1 },
      crawl: job,
      report: job,
    },
    running: { job: 'crawl', started: '2026-11-27T00:00:00.000Z' as Instant },
  };
  tellProgress(1841);
  const found = await findBrowser();
  browser = await chromium.launch({
    executablePath: found.path,
    env: { ...process.env, ...found.environment } as Record<string, string>,
    args: ['--no-sandbox'],
  });
  door = await open();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await door?.close();
});

interface Seen {
  readonly page: Page;
  /** What the browser complained of: refused by the policy, not found, thrown. */
  readonly complaints: string[];
}

async function look(path: string, options: BrowserContextOptions = {}): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', message => void (['error', 'warning'].includes(message.type()) && complaints.push(message.text())));
  page.on('pageerror', error => complaints.push(error.message));
  page.on('dialog', dialog => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${door.url}${path}`);
  return { page, complaints };
}

/** For eyes: `SCREENSHOTS=folder` leaves a picture of every view. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Serious and critical problems that axe finds, with where they are. */
async function barriers(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ passes: unknown[]; violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { passes, violations } = await axe.run();
    if (passes.length < 10) return [`axe looked at almost nothing: ${passes.length} rules`];
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

const views = [
  ['overview', '/'],
  ['domain', '/search?q=localhost'],
  ['explanation', 'kept'],
  ['withdrawn', 'withdrawn'],
] as const;
const pathOf = (path: string): string =>
  path === 'kept'
    ? `/search?q=${encodeURIComponent(web.url('refused.localhost/'))}`
    : path === 'withdrawn'
      ? `/search?q=${encodeURIComponent(web.url('kept.localhost/two'))}`
      : path;

describe('looked at in a browser', () => {
  test.each(views.flatMap(([name, path]) => (['light', 'dark'] as const).map(scheme => [name, path, scheme] as const)))(
    '%s (%s, %s): wide and narrow nothing sticks out, axe finds no serious barrier, the browser has nothing to complain of',
    async (name, path, colorScheme) => {
      // Past the policy of the page, which would refuse the script of axe; what the policy refuses is seen in the other tests.
      const { page, complaints } = await look(pathOf(path), { colorScheme, bypassCSP: true });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        await picture(page, `${name}-${colorScheme}-${width}`);
        expect([width, overflow]).toEqual([width, 0]);
      }
      expect(await barriers(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  test('what runs, who is waited for and why, what is due, what was refused and withdrawn are all on the first page', async () => {
    const { page, complaints } = await look('/');
    const text = await page.locator('main').textContent();
    for (const shown of [
      'Crawl is running',
      '1\u202f841',
      '30\u202f211 URLs to be asked',
      'the Crawl-delay of its robots.txt',
      'Not ready: failed: compact',
      'exit code 2',
      'ERR_RUN_POLICY',
      '2 times skipped',
      'robots.named-agent',
      'revoked',
      'still in its shard',
    ])
      expect(text).toContain(shown);
    expect(await page.locator('#history svg g').count()).toBe(2);
    expect(await page.locator('#history svg rect').count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });

  test('it stays up to date by itself, leaves open what was opened, and takes nothing away from under the keyboard', async () => {
    const { page, complaints } = await look('/');
    await page.locator('#live-state', { hasText: /^live$/ }).waitFor();
    await page.locator('#history-table summary').click();
    await page.locator('#refusals a').first().focus();
    const refusals = await page.locator('#refusals').elementHandle();
    const focused = await page.evaluateHandle(() => document.activeElement);
    tellProgress(1999);
    await page.locator('#now', { hasText: '1\u202f999' }).waitFor();
    expect(await page.locator('#history-table').getAttribute('open')).not.toBeNull();
    expect(await page.evaluate(element => document.activeElement === element, focused)).toBe(true);
    expect(await refusals?.isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    tellProgress(1841);
  });

  test('without JavaScript everything is there, and the page loads itself again', async () => {
    const { page } = await look('/', { javaScriptEnabled: false });
    expect(await page.locator('#schedule tbody tr').count()).toBe(4);
    expect(await page.locator('meta[http-equiv=refresh]').getAttribute('content')).toBe('30');
    expect(await page.locator('#live-state').textContent()).toBe('reloads every half minute');
  });
});

describe('why is my page in there?', () => {
  test('asked by its address, a page has its verdict, the line that decided, and how to check it', async () => {
    const { page, complaints } = await look('/');
    await page.getByLabel('Why is a page in, or not?').fill(web.url('refused.localhost/'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search/);
    expect(await page.locator('p.verdict').textContent()).toBe('Left out');
    expect(await page.locator('pre .hit').first().textContent()).toContain('Disallow: /');
    expect(await page.locator('main').textContent()).toContain('judged again from the stored bytes just now: the same verdicts');
    expect(complaints).toEqual([]);
  });

  test('text of a site stays text, wherever it comes up', async () => {
    for (const path of [
      '/',
      pathOf('kept'),
      `/search?q=${encodeURIComponent(hostile)}`,
      `/search?q=${encodeURIComponent(`http://refused.localhost/${hostile}`)}`,
    ]) {
      const { page, complaints } = await look(path);
      expect(await page.title()).not.toBe('taken');
      expect(await page.locator('main script, main img, img').count()).toBe(0);
      expect(complaints).toEqual([]);
    }
    const { page } = await look(pathOf('kept'));
    expect(await page.locator('main').textContent()).toContain('<script>document.title="taken"</script>');
  });

  test.each([
    ['a site', 'kept.localhost', ['2 of 4 URLs kept', 'withheld.robots.rule', 'kept']],
    ['a domain with all below it', 'localhost', ['kept.localhost', 'refused.localhost', 'withheld.robots.named-agent']],
    ['a page nobody was led to', 'http://kept.localhost/elsewhere', ['No crawl of this dataset was ever offered this page']],
    ['a site nobody looked at', 'elsewhere.example', ['No page of this site']],
    ['nothing', '', ['Give the address of a page']],
    ['something that is no address', 'ftp://x/', ['no http or https address']],
    ['something that is no name', '%%%', ['neither the address of a page nor the name of a site']],
  ])('asked about %s', async (_what, query, shown) => {
    const response = await fetch(`${door.url}/search?q=${encodeURIComponent(query)}`);
    const text = (await response.text()).replace(/<[^>]*>/g, '');
    expect(response.status).toBe(200);
    for (const words of shown) expect(text).toContain(words);
  });

  test('of a page that was withdrawn it says when, why, how soon, and whether its text is still in a file', async () => {
    const text = (await (await fetch(`${door.url}${pathOf('withdrawn')}`)).text()).replace(/<[^>]*>/g, '');
    expect(text).toMatch(/A document of this page was withdrawn .* \(withdrawn\.revoked\), 3 h after/);
    expect(text).toContain('leaves the files of the dataset with the next compaction');
    expect(text).toContain('It was kept, and its document was withdrawn.');
    expect(text).toMatch(/What earlier runs recorded\s+WhenReasonRun\s+\S+Zkept/);
  });
});

test.each([
  [true, 'There is no dataset here yet'],
  [false, 'The dataset cannot be read'],
])('where nothing is to be shown (state readable: %s) it says so: %s', async (isOk, words) => {
  const dashboard = createDashboard({
    ...{ out: newFolder(), jobs: [], running: createRunning(), schedule: { state: { version: 1, jobs: {} } } },
    checks: () => [{ check: 'state', isOk, detail: '' }],
  });
  const [, route] = dashboard.routes.find(([path]) => path === '/') ?? [];
  expect((await route?.answer(new URLSearchParams()))?.text).toContain(words);
});

test('with a secret the browser is asked for it once, and then sees what it came for', async () => {
  const secret = 'a-secret-of-more-than-24-characters';
  const closed = await open(secret);
  onTestFinished(() => closed.close());
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(closed.url);
  expect(await page.locator('h1').textContent()).toBe('This dashboard asks for its secret');
  await picture(page, 'login');
  await page.getByLabel('Secret').fill('not the secret');
  await page.keyboard.press('Enter');
  expect(await page.getByRole('alert').textContent()).toBe('That was not it.');
  await page.getByLabel('Secret').fill(secret);
  await page.keyboard.press('Enter');
  await page.locator('#schedule').waitFor();
  await page.locator('#live-state', { hasText: /^live$/ }).waitFor();
});
