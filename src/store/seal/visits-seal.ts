import type { DatabaseSync } from 'node:sqlite';
import { visitsPath } from '../disk/layout.ts';
import { toMember } from '../disk/members.ts';
import type { VisitRecord } from '../records/index.ts';
import type { Run } from '../state/runs.ts';
import { type Part, sealParts } from './seal.ts';

const charactersPerMember = 256 * 1024;

/** Writes an audit's visits as a file that the manifest lists. */
export function sealVisits(out: string, db: DatabaseSync, run: Pick<Run, 'id' | 'name'>, visits: Iterable<VisitRecord>): void {
  const parts = function* (): Iterable<Part> {
    for (const lines of groupsOf(visits)) yield { content: toMember(lines), records: lines.length };
  };
  sealParts(out, db, run, { kind: 'visits', path: visitsPath(run.name), parts: parts() });
}

function* groupsOf(visits: Iterable<VisitRecord>): Iterable<readonly string[]> {
  let lines: string[] = [];
  let characters = 0;
  for (const visit of visits) {
    const line = JSON.stringify(visit);
    lines.push(line);
    characters += line.length;
    if (characters < charactersPerMember) continue;
    yield lines;
    lines = [];
    characters = 0;
  }
  if (lines.length > 0) yield lines;
}
