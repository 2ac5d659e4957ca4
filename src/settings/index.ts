export { loadAgents } from './agents-file.ts';
export { type Config, type ConfigKey, configJsonSchema, configKeys, describeKey, flagKeys, listKeys } from './config.ts';
export { digestOf } from './digest.ts';
export { packagePath, version } from './package.ts';
export { loadPolicy, loadPresets, policyJsonSchema, presetNames } from './policy-file.ts';
export { readSettings } from './settings.ts';
export { suggest } from './suggest.ts';
