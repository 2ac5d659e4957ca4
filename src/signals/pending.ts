// Placeholder until the markup and licence readers land; removed then.
export const proofRanges = (_body: Uint8Array, _contentType?: string): readonly (readonly [number, number])[] => [];
export const sparseBody = (length: number, _ranges: readonly { start: number; bytes: Uint8Array }[]): Uint8Array =>
  new Uint8Array(length).fill(32);
