export { compact } from './compact.ts';
export { diffPolicies, type Flip, type PolicyDiff } from './diff-policies.ts';
export { type ErasureRequest, erase, planErasure, verifyErasure } from './erase.ts';
export { explainUrl, explanationLines } from './explain-url.ts';
export type { UpkeepOptions } from './offline-run.ts';
export { previewRevoke, type RevokePreview, revoke } from './revoke.ts';
export { type Selector, selectorOf, selectorOfLine } from './selectors.ts';
export { sourcesOf } from './sources.ts';
export { verify } from './verify.ts';
