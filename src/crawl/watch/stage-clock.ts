/** Where the time of a page goes, by stage; off it costs nothing. Ms of this thread's CPU for synchronous stages, of waiting too for the others. */
export interface StageClock {
  readonly isOn: boolean;
  /** Ms that another thread measured. */
  add(stage: string, ms: number): void;
  time<T>(stage: string, work: () => T): T;
  timeAsync<T>(stage: string, work: () => Promise<T>): Promise<T>;
  /** Total ms by stage. */
  readonly totals: ReadonlyMap<string, number>;
}

export function stageClock(isOn: boolean): StageClock {
  const totals = new Map<string, number>();
  if (!isOn) return { isOn, add: () => {}, time: (_, work) => work(), timeAsync: (_, work) => work(), totals };
  const add = (stage: string, ms: number): void => void totals.set(stage, (totals.get(stage) ?? 0) + ms);
  return {
    isOn,
    add,
    time: (stage, work) => {
      const started = process.threadCpuUsage();
      try {
        return work();
      } finally {
        const { user, system } = process.threadCpuUsage(started);
        add(stage, (user + system) / 1_000);
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
