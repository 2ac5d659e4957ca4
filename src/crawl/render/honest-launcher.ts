import type { Browser, BrowserContextOptions, BrowserType, LaunchOptions } from 'playwright';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { browserArguments } from './browser-arguments.ts';
import { describeBrowser, type FoundBrowser } from './find-browser.ts';

/** Playwright's own launcher, with what Crawlee adds taken off again: its proxy, and the switch that makes `navigator.webdriver` untrue. */
export function honestLauncher(
  chromium: BrowserType,
  found: FoundBrowser,
  userAgent: string,
  onLaunch: (browser: Browser, isConfined: boolean) => void,
): BrowserType {
  const launch = async ({ timeout }: LaunchOptions = {}): Promise<Browser> => {
    const options: LaunchOptions = {
      executablePath: found.path,
      headless: true,
      args: browserArguments(userAgent),
      env: { ...process.env, ...found.environment } as Record<string, string>,
      // Interrupts are the shell's to handle.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      ...(timeout === undefined ? {} : { timeout }),
    };
    const { browser, isConfined } = await launchConfined(chromium, options, found);
    const newPage = browser.newPage.bind(browser);
    browser.newPage = () => newPage(contextOptions(userAgent));
    onLaunch(browser, isConfined);
    return browser;
  };
  return {
    name: () => 'chromium',
    executablePath: () => found.path,
    launch,
    launchPersistentContext: () => Promise.reject(new Error('every page has a context of its own')),
  } as unknown as BrowserType;
}

/** In Chromium's sandbox where the system permits it; for root, and in most containers, it does not. */
async function launchConfined(
  chromium: BrowserType,
  options: LaunchOptions,
  found: FoundBrowser,
): Promise<{ readonly browser: Browser; readonly isConfined: boolean }> {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) {
    try {
      return { browser: await chromium.launch({ ...options, chromiumSandbox: true }), isConfined: true };
    } catch (error) {
      if (!isForWantOfSandbox(String(error))) throw launchFailure(found, error);
    }
  }
  try {
    return { browser: await chromium.launch({ ...options, chromiumSandbox: false }), isConfined: false };
  } catch (error) {
    throw launchFailure(found, error);
  }
}

/** What Chromium says where it is not permitted its own: by name, or where a container's filter of system calls refuses a step on the way to it. */
const isForWantOfSandbox = (log: string): boolean => /sandbox|zygote_host|sys_chroot/i.test(log);

const launchFailure = (found: FoundBrowser, cause: unknown): CodedError =>
  new CodedError('ERR_BROWSER_LAUNCH', exitCodes.config, `the browser does not start (${describeBrowser(found)})`, {
    next: '`heed doctor` looks at it; name another one with --browser, or leave --render out',
    cause,
  });

/** No cookie, permission, download or service worker outlives or leaves a page. */
const contextOptions = (userAgent: string): BrowserContextOptions => ({
  userAgent,
  serviceWorkers: 'block',
  acceptDownloads: false,
  viewport: { width: 1280, height: 1024 },
  reducedMotion: 'reduce',
});
