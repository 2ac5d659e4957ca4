export { diffPolicies, type Flip, type PolicyDiff } from './diff-policies.ts';
export { type Explanation, explainUrl, explanationLines } from './explain-url.ts';
export { carriersOf, declarationsOf, exchangeReader, type ReadExchange, rejudge, verdictRecords } from './rejudge.ts';
export { askerOf } from './run-facts.ts';
export { sourcesOf } from './sources.ts';
export { type Failure, type Verification, type VerifyOptions, verify } from './verify.ts';
