import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll } from 'vitest';
import { root } from '../e2e/run-heed.ts';

/**
 * A program of these tests with all that it imports, in one file: a process that is killed again and again spends most of its life on loading
 * hundreds of them. The file lies as deep below the root of the package as the modules it is made of, and is removed when the tests of the file are over.
 * @param script beside the tests of faults
 * @returns its path
 */
export async function inOneFile(script: string): Promise<string> {
  const file = join(root, 'node_modules/.cache', `${basename(script, '.ts')}-${process.pid}.js`);
  afterAll(() => rmSync(file, { force: true }));
  const bundle = await rolldown({
    input: fileURLToPath(new URL(script, import.meta.url)),
    platform: 'node',
    // What finds files of its own beside itself.
    external: ['playwright', '@crawlee/playwright', '@sparticuz/chromium', 'fasttext.wasm.js'],
    logLevel: 'silent',
  });
  try {
    await bundle.write({ file, codeSplitting: false });
  } finally {
    await bundle.close();
  }
  return file;
}
