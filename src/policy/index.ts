export { combine } from './combine.ts';
export { describe, explain } from './explain.ts';
export { judge, strictest } from './judge.ts';
export { isHeard, type Resolution, resolve } from './resolve.ts';
