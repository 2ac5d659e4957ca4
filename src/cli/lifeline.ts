/**
 * A job of `heed serve` ends with it, also where that was killed and could tell nobody: the job's standard input is a pipe that nothing is ever written
 * to, and the system closes its other end whatever happens to who held it. Then the job ends as if it had been asked to. Standard input, because it is
 * what a process keeps that replaces itself (`young-space.ts`).
 */
import { Socket } from 'node:net';

/** No setting of the configuration; taken away before those are read. */
const variable = 'HEED_LIFELINE';

/** For the process of a job, whose standard input is to be a pipe. */
export const lifelineEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, [variable]: 'stdin' });

/** In the process of a job: from now on. */
export function endWithParent(): void {
  if (process.env[variable] !== 'stdin') return;
  delete process.env[variable];
  const line = new Socket({ fd: 0, readable: true, writable: false });
  // Its end or an error of it: either way nobody is there any more.
  line.on('error', () => {});
  line.once('close', () => process.kill(process.pid, 'SIGTERM'));
  line.resume().unref();
}
