/** Processor time of this process so far, in ms: other tests run beside the one that measures. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Processor time of some work in ms. */
export function cpuMs(work: () => void): number {
  const started = processorMs();
  work();
  return processorMs() - started;
}

const reference = JSON.stringify(Array.from({ length: 8_000 }, (_, i) => `line ${i}: some text`));
/** What `busyness` measures on an idle core, in ms. */
const referenceMs = 1.8;

const referenceWork = (): void => {
  (JSON.parse(reference) as string[]).map(line => line.toUpperCase().split(':')).filter(parts => parts.length > 1);
};

/** Processor time is longer on a core that others keep busy: how much longer than on an idle one; never less than 1. */
export const busyness = (): number =>
  Math.max(1, Math.min(cpuMs(referenceWork), cpuMs(referenceWork), cpuMs(referenceWork)) / referenceMs);

/** For tests of time: a busy core does not make slow code, and slow code is slow each time. */
export const again = { retry: 3 } as const;
