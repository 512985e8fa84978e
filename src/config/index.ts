// The configuration file: schema, loading, secrets, what is unsafe in it. Only `compose` and `cli` use it.
// May import `support/` and the words of `accounts/`.
export { type AttributeReader, checkAttributes } from './check-attributes.ts'
export { checkDeviceAttributes } from './check-device-attributes.ts'
export { type ConfigCheck, checkReplies, checkWording } from './check-elsewhere.ts'
export { checkFilters, type FilterJudge } from './check-filters.ts'
export { findIdleSettings } from './check-idle.ts'
export { checkReplyRules, type ReplyDictionary } from './check-reply-rules.ts'
export { findUnsafeSettings, type UnsafeSetting } from './check-unsafe.ts'
export { checkPassed } from './check-upstream.ts'
export { ConfigError, type ConfigErrorCode, type ConfigProblem, formatProblem } from './errors.ts'
export {
  type Endpoint,
  formatEndpoint,
  parseDuration,
  parseEndpoint,
  startOfDayMs,
} from './fields.ts'
export type { Finding, IdleSetting } from './finding.ts'
export {
  type InstallationFiles,
  type InstallationPlace,
  readInstallation,
} from './installation-id.ts'
export { type LoadOptions, loadConfig } from './load.ts'
export { checkFiles, type NamedFile, namedFiles } from './named-files.ts'
export type { PolicyRuleConfig } from './policy-rules.ts'
export { type Preset, presets } from './presets/index.ts'
export { type RedactedConfig, redactConfig } from './redact.ts'
export type { NamedReply, ReplyRuleConfig } from './reply-rules.ts'
export type {
  Config,
  DeliveryConfig,
  DemoEnrolment,
  DirectoryConfig,
  FirstFactorConfig,
  GatewayConfig,
  LdapDirectoryConfig,
  LocalDirectoryConfig,
  RadiusDirectoryConfig,
} from './resolve.ts'
export {
  availableMethods,
  defaultAdminSocket,
  demoAdminSocket,
  helpdeskSocket,
} from './resolve.ts'
export { createConfigSchema } from './schema.ts'
export { defaultStoreFile, readStoreParts, type StoreParts } from './store-place.ts'
