/** A caller broke the frontier's rules; always a bug of ours, never something a site did. Exit code 1. */
export class FrontierError extends Error {
  readonly code: 'ERR_FRONTIER_TASK' | 'ERR_FRONTIER_STARTED';
  readonly exitCode: number = 1;

  constructor(code: 'ERR_FRONTIER_TASK' | 'ERR_FRONTIER_STARTED', message: string) {
    super(message);
    this.name = 'FrontierError';
    this.code = code;
  }
}
