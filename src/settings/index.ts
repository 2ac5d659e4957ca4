export { type DatedAgents, loadAgents } from './agents-file.ts';
export { type Config, type ConfigKey, configJsonSchema, configKeys, describeKey, flagKeys, listKeys } from './config.ts';
export { canonicalJson, digestOf } from './digest.ts';
export { packagePath, packageRoot, version } from './package.ts';
export { loadPolicy, loadPresets, policyJsonSchema, presetNames } from './policy-file.ts';
export { readSettings, type Settings, type SettingsInput } from './settings.ts';
export { suggest } from './suggest.ts';
