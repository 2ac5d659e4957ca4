export { agentClasses, loadAgents } from './agents-file.ts';
export { type AgentsProposal, type ProposedAgent, proposeAgents, withProposal } from './agents-update.ts';
export {
  type Config,
  type ConfigKey,
  configJsonSchema,
  configKeys,
  defaultOf,
  describeKey,
  flagKeys,
  listKeys,
} from './config.ts';
export { digestOf } from './digest.ts';
export {
  type LoadedOperatorRecords,
  loadOperatorRecords,
  operatorRecordJsonSchema,
  readOperatorRecords,
} from './operator-records.ts';
export { packagePath, version } from './package.ts';
export { loadPolicy, loadPresets, policyJsonSchema, presetNames } from './policy-file.ts';
export { parsePeriod } from './quantities.ts';
export { parseQuietWindow, quietOf } from './quiet.ts';
export { type Schedule, serveKeys } from './serve-config.ts';
export { readSettings } from './settings.ts';
export { loadManifestKey, loadSigning } from './signing-key.ts';
export { readSiteFile, siteFileName, siteInvalid } from './site-file.ts';
export { suggest } from './suggest.ts';
export { expandParameters } from './tracking-parameters.ts';
