/**
 * Ends the process now. `process.exit` first waits for the threads of the pool, and a name lookup whose server is silent keeps one for ten seconds
 * and more: longer than whoever sent the signal may wait. Then the process becomes one that ends with the same code; its files and locks close the
 * same way.
 */
export function leave(code: number): never {
  if (process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
    try {
      process.execve?.(process.execPath, [process.execPath, '--eval', `process.exitCode=${code}`], {});
    } catch {
      // Not on this system: then it takes as long as it takes.
    }
  }
  process.exit(code);
}

/** When everything written has been taken: a pipe's reader may be slow. */
export async function leaveWhenSaid(code: number): Promise<never> {
  const streams = [process.stdout, process.stderr];
  await Promise.all(streams.map(stream => new Promise<void>(resolve => void stream.write('', () => resolve()))));
  return leave(code);
}
