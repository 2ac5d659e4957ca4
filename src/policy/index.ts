export { describe, describeLocator, explain, stateWords, whyUnknown } from './explain.ts';
export { judge, strictest } from './judge.ts';
