export { diffPolicies, type Flip, type PolicyDiff } from './diff-policies.ts';
export { explainUrl, explanationLines } from './explain-url.ts';
export { sourcesOf } from './sources.ts';
export { verify } from './verify.ts';
