import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import { carriedBrowser, unpackBrowser } from './unpack-browser.ts';

export interface FoundBrowser {
  readonly path: string;
  /** Who brought it, in the order they are looked for. */
  readonly from: 'configuration' | 'playwright' | 'system' | '@sparticuz/chromium';
  /** Beside the process's own environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface BrowserPlaces {
  /** `--browser`. */
  readonly configured?: string | undefined;
  /** Where Playwright keeps its full browser; its headless one lies beside it. Default: asked of Playwright. */
  readonly playwrightPath?: string;
  /** As in `PATH`. Default: the process's. */
  readonly searchPath?: string | undefined;
  /** The folder of `@sparticuz/chromium`, null for none. Default: looked for. */
  readonly carried?: string | null;
}

const systemNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'headless_shell'];
const systemPlaces = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The browser that pages are run in: the one named, else Playwright's own, else the system's, else the one a package carries.
 * @throws CodedError ERR_BROWSER_MISSING (exit 3)
 */
export async function findBrowser(places: BrowserPlaces = {}): Promise<FoundBrowser> {
  const { configured, searchPath = process.env.PATH } = places;
  if (configured !== undefined) {
    if (isProgram(configured)) return { path: configured, from: 'configuration', environment: {} };
    throw new CodedError('ERR_BROWSER_MISSING', exitCodes.config, `\`${configured}\` is no program that can be run`, {
      next: 'give the path of a Chromium or Chrome with --browser, or leave it out',
    });
  }
  const ofPlaywright = playwrightBrowser(places.playwrightPath ?? (await (await import('playwright')).chromium.executablePath()));
  if (ofPlaywright) return { path: ofPlaywright, from: 'playwright', environment: {} };
  const inPath = (searchPath ?? '').split(delimiter).filter(Boolean);
  const ofSystem = [...inPath.flatMap(folder => systemNames.map(name => join(folder, name))), ...systemPlaces].find(isProgram);
  if (ofSystem) return { path: ofSystem, from: 'system', environment: {} };
  const carried = places.carried === undefined ? carriedBrowser() : (places.carried ?? undefined);
  if (carried === undefined) throw missing();
  try {
    return { ...(await unpackBrowser(carried)), from: '@sparticuz/chromium' };
  } catch (cause) {
    throw missing(cause);
  }
}

const missing = (cause?: unknown): CodedError =>
  new CodedError('ERR_BROWSER_MISSING', exitCodes.config, 'there is no browser to run pages in', {
    next: 'install Chromium, or run `npx playwright install --only-shell chromium` or `npm install @sparticuz/chromium`, or name one with --browser; or leave --render out',
    ...(cause === undefined ? {} : { cause }),
  });

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `<root>/chromium-1255/<system>/chrome`, or the headless one from `<root>/chromium_headless_shell-1255`, which is smaller. */
function playwrightBrowser(fullPath: string): string | undefined {
  const parts = /^(.*[\\/])chromium-(\d+)[\\/]/.exec(fullPath);
  const headless = parts ? programBelow(join(parts[1] ?? '', `chromium_headless_shell-${parts[2]}`)) : undefined;
  return headless ?? (fullPath !== '' && isProgram(fullPath) ? fullPath : undefined);
}

function programBelow(folder: string): string | undefined {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && /^(?:chrome-headless-shell|headless_shell)(?:\.exe)?$/.test(entry.name))
      .map(entry => join(entry.parentPath, entry.name))
      .find(isProgram);
  } catch {
    return undefined;
  }
}

/** For people: `system: /usr/bin/chromium`. */
export const describeBrowser = ({ from, path }: FoundBrowser): string => `${from}: ${path}`;
