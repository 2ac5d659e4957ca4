export * from './agents.ts';
export * from './brand.ts';
export * from './evidence.ts';
export * from './question.ts';
export * from './reading.ts';
export * from './reason.ts';
export * from './retrieval.ts';
export * from './verdict.ts';
