import { setFlagsFromString } from 'node:v8';

/** By how much the old objects of a process may grow beyond what lived at the last full collection, before the next. */
const percent = 60;

/**
 * A pass over many records makes and forgets them, and V8 would let what is forgotten grow to several times what lives before it looks: a quarter of the
 * memory of a pass over a hundred thousand domains, for five per cent of its time. Read at every collection, so that it can be set at any time.
 */
export const boundHeapGrowth = (): void => setFlagsFromString(`--heap-growing-percent=${percent}`);
