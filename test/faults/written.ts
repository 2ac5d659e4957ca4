import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** So many octets of provenance are written, committed or not: how far a crawl is, whatever the machine is busy with. */
export function provenanceBytes(out: string): number {
  const folder = join(out, 'provenance');
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return files.reduce(
    (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
