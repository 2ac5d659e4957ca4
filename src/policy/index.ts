export { describe, describeLocator, explain } from './explain.ts';
export { judge, strictest } from './judge.ts';
