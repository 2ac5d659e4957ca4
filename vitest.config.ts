import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// What Node compiles for one process it finds again in the next, where it is loaded in half the time.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/heed-tests');

/** The longest, each before all others of its project: what comes last and long is waited for by an idle core. A machine that knows no times has these. */
const longest = [
  'e2e/readme',
  'hostile/crawl',
  'e2e/render-life',
  'faults/crawl-kill',
  'faults/recheck-kill',
  'e2e/crawl-discovery',
  'e2e/audit-live',
  'e2e/serve',
  'shells/politeness',
  'faults/network',
  'faults/withdraw-kill',
  'e2e/report-page',
  'e2e/render',
  'properties/hostile',
  'properties/readers',
  'faults/commit-kill',
  'faults/process',
  'shells/serve-dashboard',
  'properties/frontier-scale',
  'shells/wire-paths',
  'hostile/disk',
  'properties/same-text',
].map(name => `/test/${name}.test.ts`);

/** They put something else in the place of a module, a system call or the network: in a process of their own. */
const alone = ['fail-points', 'network', 'page-fault', 'storage'].map(name => `test/faults/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex(name => moduleId.endsWith(name));
      return at < 0 ? longest.length : at;
    };
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    return projects.flatMap(name => sorted.filter(({ project }) => project.name === name).sort((a, b) => rank(a) - rank(b)));
  }
}

// `check` answers in seconds: rooms, vectors, units. `full` generates thousands of cases or starts servers and processes.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    // A tree of files that is removed, a server that is started: on a busy machine that takes its time.
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    // One more than there are cores: most tests wait for the processes and servers they start.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // A process reads the modules once for all its files, which halves the time: what these tests change outside themselves they put back.
      { extends: true, test: { name: 'check', include: ['test/{vectors,rooms,unit,types}/**/*.test.ts'], isolate: false } },
      {
        extends: true,
        test: {
          name: 'full',
          include: ['test/{properties,differential,conformance,shells,e2e,hostile,faults}/**/*.test.ts'],
          exclude: alone,
          testTimeout: 180_000,
          isolate: false,
          // Node itself loads the modules, as it does in the product: an eighth less processor time, since no call goes by way of a table of imports.
          experimental: { viteModuleRunner: false, nodeLoader: false },
        },
      },
      { extends: true, test: { name: 'alone', include: alone, testTimeout: 180_000 } },
    ],
  },
});
