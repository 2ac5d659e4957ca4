import type { Writable } from 'node:stream';

/** Until more can be written, or nothing more ever; whichever comes, neither is waited for any longer. */
export const drained = (stream: Writable): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      stream.off('drain', done).off('error', done);
      resolve();
    };
    stream.once('drain', done).once('error', done);
  });
