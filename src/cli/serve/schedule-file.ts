import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readScheduleState, type ScheduleState } from '../../serve/index.ts';
import { ensureTree, replaceFile } from '../../store/index.ts';

const name = 'state/schedule.json';

export interface ScheduleFile {
  /** As it was left; `damaged` where there is something that cannot be read. */
  readonly left: ScheduleState | undefined | 'damaged';
  /** Old or new, never half. @throws StoreError ERR_STORAGE… */
  save(state: ScheduleState): void;
}

export function openScheduleFile(out: string): ScheduleFile {
  ensureTree(resolve(out, 'state'));
  return { left: left(out), save: state => replaceFile(out, name, `${JSON.stringify(state, null, 2)}\n`) };
}

function left(out: string): ScheduleFile['left'] {
  let text: string;
  try {
    text = readFileSync(join(out, name), 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'damaged';
  }
  return readScheduleState(text) ?? 'damaged';
}
