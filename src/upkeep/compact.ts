import type { Compacted, Manifest } from '../store/index.ts';
import { offlineRun, type UpkeepOptions } from './offline-run.ts';

export interface CompactOptions extends UpkeepOptions {
  /** How long the old files stay for readers of the manifest before, in ms. */
  readonly graceMs: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface CompactSummary extends Compacted {
  readonly run: string;
  readonly manifest: string;
  readonly withdrawals?: Manifest['withdrawals'];
  /** Removed in this run later than the declared limit allows. */
  readonly isLate: boolean;
}

/** Takes the text of withdrawn and superseded documents out of the shards. @throws StoreError */
export async function compact({ graceMs, onProgress, ...options }: CompactOptions): Promise<CompactSummary> {
  const { value, run, manifest } = await offlineRun(options, { kind: 'compact', config: { grace_ms: graceMs } }, dataset =>
    dataset.compact(graceMs, onProgress),
  );
  const { withdrawals } = manifest;
  return {
    ...value,
    run,
    manifest: `manifests/${run}.json`,
    ...(withdrawals === undefined ? {} : { withdrawals }),
    isLate: (withdrawals?.removed?.slowest_ms ?? 0) > (withdrawals?.within_ms ?? 0),
  };
}
