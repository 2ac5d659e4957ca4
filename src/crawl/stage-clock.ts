/** Where the time of a page goes, by stage; off it costs nothing. CPU ms for synchronous stages, waiting included for the others. */
export interface StageClock {
  time<T>(stage: string, work: () => T): T;
  timeAsync<T>(stage: string, work: () => Promise<T>): Promise<T>;
  /** Total ms by stage. */
  readonly totals: ReadonlyMap<string, number>;
}

export function stageClock(isOn: boolean): StageClock {
  const totals = new Map<string, number>();
  if (!isOn) return { time: (_, work) => work(), timeAsync: (_, work) => work(), totals };
  const add = (stage: string, ms: number): void => void totals.set(stage, (totals.get(stage) ?? 0) + ms);
  return {
    time: (stage, work) => {
      const started = performance.now();
      try {
        return work();
      } finally {
        add(stage, performance.now() - started);
      }
    },
    timeAsync: async (stage, work) => {
      const started = performance.now();
      try {
        return await work();
      } finally {
        add(stage, performance.now() - started);
      }
    },
    totals,
  };
}
