import { defineConfig } from 'vitest/config';

// `check` holds what answers in seconds (pure rooms, vectors, the rooms test); `full` holds what starts servers and processes.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'check', include: ['test/{vectors,properties,differential,rooms,unit,types}/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'full', include: ['test/{shells,e2e,faults,conformance}/**/*.test.ts'], testTimeout: 180_000 },
      },
    ],
  },
});
