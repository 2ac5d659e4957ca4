import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findBrowser } from '../../../src/crawl/render/find-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-browsers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(path: string, mode = 0o755): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, '#!/bin/sh\n');
  chmodSync(full, mode);
  return full;
}

const named = program('named/browser');
const system = program('bin/chromium');
const full = program('cache/chromium-1255/chrome-linux64/chrome');
const headless = program('shell/chromium_headless_shell-1255/chrome-headless-shell-linux64/chrome-headless-shell');
program('cannot-run/chromium', 0o644);
const nowhere = join(folder, 'nothing/chromium-1255/chrome-linux64/chrome');

test.each([
  [
    'the one that is named, whatever else is there',
    { configured: named, playwrightPath: full, searchPath: dirname(system) },
    named,
    'configuration',
  ],
  ["Playwright's own before the system's", { playwrightPath: full, searchPath: dirname(system) }, full, 'playwright'],
  [
    "Playwright's headless one where only that is installed",
    { playwrightPath: join(folder, 'shell/chromium-1255/chrome-linux64/chrome'), searchPath: dirname(system) },
    headless,
    'playwright',
  ],
  [
    "the system's",
    { playwrightPath: nowhere, searchPath: `/no/such:${join(folder, 'cannot-run')}:${dirname(system)}` },
    system,
    'system',
  ],
] as const)('%s', async (_name, places, path, from) => {
  expect(await findBrowser({ carried: null, ...places })).toEqual({ path, from, environment: {} });
});

test.each([
  ['none anywhere', { playwrightPath: nowhere, searchPath: '', carried: null }, /npx playwright install/],
  ['one is named that cannot be run', { configured: join(folder, 'cannot-run/chromium'), playwrightPath: full }, /--browser/],
  ['a package that does not hold one', { playwrightPath: nowhere, searchPath: '', carried: folder }, /--browser/],
])('%s: an error with what to do', async (_name, places, next) => {
  await expect(findBrowser(places)).rejects.toMatchObject({
    code: 'ERR_BROWSER_MISSING',
    exitCode: 3,
    next: expect.stringMatching(next),
  });
});
