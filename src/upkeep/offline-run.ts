import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, databaseName, type Manifest, type OfflineRun, openDataset, StoreError } from '../store/index.ts';

/** What every command needs that changes a dataset without asking the web. */
export interface UpkeepOptions {
  readonly out: string;
  readonly software: { readonly name: string; readonly version: string };
  /** 4 to 16 of `a-z0-9`, for the run's name. */
  readonly random: string;
  /** Wall clock in ms. */
  readonly wallClock: () => number;
  /** Declared limit from the first sight of a refusal until its text has left every file, in ms. */
  readonly withinMs?: number | undefined;
  /** Private, Ed25519: the manifest is signed with it. */
  readonly signingKey?: KeyObject | undefined;
}

export interface Ended<T> {
  readonly value: T;
  readonly run: string;
  readonly manifest: Manifest;
}

/** Opens the dataset, does its work in a run of its own, and writes the manifest that says so. @throws StoreError */
export async function offlineRun<T>(
  { out, software, random, wallClock, withinMs, signingKey }: UpkeepOptions,
  { kind, config }: Pick<OfflineRun, 'kind' | 'config'>,
  work: (dataset: Dataset) => Promise<T>,
): Promise<Ended<T>> {
  if (!existsSync(join(out, databaseName))) throw new StoreError('ERR_NO_DATASET', `\`${out}\` holds no dataset; check --out`);
  const dataset = openDataset(out, {
    now: wallClock,
    signingKey,
    ...(withinMs === undefined ? {} : { withdrawWithinMs: withinMs }),
  });
  try {
    const run = await dataset.beginOffline({ kind, random, software, config });
    const value = await work(dataset);
    return { value, run: run.name, manifest: await dataset.finishRun() };
  } finally {
    await dataset.close();
  }
}
