#!/usr/bin/env node
// Plain enough for an old Node to read: it finds a Node 24 before anything newer is loaded.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wanted = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major >= wanted) {
  const { boundYoungSpace } = await import('./young-space.ts');
  boundYoungSpace(process.argv.slice(2));
  const { run } = await import('./main.ts');
  await run(process.argv.slice(2));
} else {
  // `npm ci` brings Node 24 as the package `node`; `npx heed` and npm scripts already use it.
  const own = ['../../node_modules/node/bin/node', '../../../node/bin/node'].map(path =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const node = own.find(path => existsSync(path));
  if (node === undefined) {
    process.stderr.write(
      `error ERR_NODE_VERSION: heed needs Node ${wanted} or newer, this is ${process.version}\n  next: run \`npm ci\` in the project, which brings Node ${wanted}, or install it\n`,
    );
    process.exitCode = 2;
  } else {
    const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGKILL' ? 12 : 1);
    });
  }
}
