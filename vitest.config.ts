import { defineConfig } from 'vitest/config';

// `check` answers in seconds: rooms, vectors, units. `full` generates thousands of cases or starts servers and processes.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    // Every core: most tests wait for the processes and servers they start.
    maxWorkers: '100%',
    projects: [
      // A process reads the modules once for all its files, which halves the time: what these tests change outside themselves they put back.
      { extends: true, test: { name: 'check', include: ['test/{vectors,rooms,unit,types}/**/*.test.ts'], isolate: false } },
      {
        extends: true,
        test: {
          name: 'full',
          include: ['test/{properties,differential,conformance,shells,e2e,hostile}/**/*.test.ts'],
          testTimeout: 180_000,
          isolate: false,
        },
      },
      // These take the network and the disk away from the modules of their own process.
      { extends: true, test: { name: 'faults', include: ['test/faults/**/*.test.ts'], testTimeout: 180_000 } },
    ],
  },
});
