/**
 * The Chromium that `@sparticuz/chromium` carries, unpacked once per user and version. Its own code unpacks into the common temporary folder under
 * a fixed name, where anyone may have put another program first; so it runs in a process of its own, into a folder that only we can write, and
 * what it has finished is moved into place as a whole.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A browser program with what it needs around it. */
export interface UnpackedBrowser {
  readonly path: string;
  /** To be set for the browser's process: libraries and fonts that a bare system lacks. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The folder the package lies in, or undefined where it is not installed, or not for this machine (it holds Linux on x64 only). */
export function carriedBrowser(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    return fileURLToPath(new URL('..', import.meta.resolve('@sparticuz/chromium')));
  } catch {
    return undefined;
  }
}

/** Unpacks where it has not been done; about two seconds of one core and 220 MB. @param folder of the package */
export async function unpackBrowser(folder: string): Promise<UnpackedBrowser> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const home = await cacheFolder();
  const place = join(home, `chromium-${version}`);
  if (!existsSync(place)) await unpackInto(home, place);
  return {
    path: join(place, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: [join(place, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_PATH: join(place, 'fonts'),
    },
  };
}

async function unpackInto(home: string, place: string): Promise<void> {
  const work = await mkdtemp(join(home, 'unpacking-'));
  try {
    // The package looks for its machine in this variable, and then also unpacks the libraries that a bare one lacks.
    const env = { ...process.env, TMPDIR: work, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
    const program = `const { default: carried } = await import(${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))}); await carried.executablePath();`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env });
    await writeFile(join(work, 'fonts/fonts.conf'), fontsOf(place));
    await rename(work, place).catch(error => {
      // Another process of ours was faster.
      if (!existsSync(place)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The package's own configuration names the folders of its usual machine. */
const fontsOf = (place: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${xml(join(place, 'fonts'))}</dir><cachedir>${xml(join(place, 'fonts-cache'))}</cachedir></fontconfig>
`;
const xml = (text: string): string => text.replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`);

/** @throws where no folder of our own can be had: nothing is run from a place that others can write */
async function cacheFolder(): Promise<string> {
  const roots = [process.env.XDG_CACHE_HOME, join(homedir(), '.cache')].flatMap(root => (root ? [root] : []));
  for (const folder of [...roots.map(root => join(root, 'heed')), join(tmpdir(), `heed-${process.getuid?.() ?? 'cache'}`)]) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { uid, mode } = await stat(folder);
      if (uid === (process.getuid?.() ?? uid) && (mode & 0o022) === 0) return folder;
    } catch {
      // The next one, then.
    }
  }
  throw new Error('no folder of our own to unpack it in');
}
