export { describe, explain } from './explain.ts';
export { judge, strictest } from './judge.ts';
