/** Process exit codes: public, stable (contract §1). */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  config: 3,
  findings: 4,
  partly: 5,
  limit: 6,
  refusedByPolicy: 7,
  networkDown: 8,
  storage: 9,
  database: 10,
  interruptedSoftly: 11,
  interruptedHard: 12,
  locked: 13,
  verification: 14,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error for the operator: what went wrong, where, and the next step. Outcomes that a run expects are values, never errors. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: `ERR_${string}`;
  readonly exitCode: ExitCode;
  /** What to do now, as one clause. */
  readonly next: string | undefined;

  /** @param message lower case, no full stop, user input in backticks */
  constructor(code: `ERR_${string}`, exitCode: ExitCode, message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.exitCode = exitCode;
    this.next = options.next;
  }
}
