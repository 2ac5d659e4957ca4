/** A promise of the dataset that its bytes do not keep. */
export interface Failure {
  readonly check: string;
  /** File, and line or record, as far as known. */
  readonly where: string;
  readonly message: string;
}

/** Says that one was found. */
export type Fail = (check: string, where: string, message: string) => void;
