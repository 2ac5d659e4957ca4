import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const text = (path: string): string => {
  const content = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(content).toString() : content.toString('latin1');
};

/** Everything that is the dataset's, decompressed. */
export const filesOf = (out: string): { path: string; content: string }[] =>
  ['documents', 'provenance', 'evidence', 'tombstones', 'receipts', 'feed', 'reports', 'manifests'].flatMap(folder =>
    readdirSync(join(out, folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => ({ path, content: text(path) })),
  );
