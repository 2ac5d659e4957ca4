import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's own folder, whether heed runs from `src` or from `dist`. */
export const packageRoot: URL = new URL('../../', import.meta.url);

export const packagePath = (relative: string): string => fileURLToPath(new URL(relative, packageRoot));

export const version: string = (JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')) as { version: string })
  .version;
