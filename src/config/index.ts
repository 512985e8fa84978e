// The configuration file: schema, loading, secrets, what is unsafe in it. Only `compose` and `cli` use it.
// May import `support/` and the words of `accounts/`.
export { type AttributeReader, checkAttributes } from './checks/errors/attributes.ts'
export { checkDeviceAttributes } from './checks/errors/device-attributes.ts'
export { type ConfigCheck, checkReplies, checkWording } from './checks/errors/elsewhere.ts'
export { checkFilters, type FilterJudge } from './checks/errors/filters.ts'
export { checkReplyRules, type ReplyDictionary } from './checks/errors/reply-rules.ts'
export { checkSealedPasswords } from './checks/errors/sealed-passwords.ts'
export { checkPassed } from './checks/errors/upstream.ts'
export { findIdleSettings } from './checks/warnings/idle.ts'
export { findUnsafeSettings } from './checks/warnings/unsafe.ts'
export { ConfigError, type ConfigErrorCode, type ConfigProblem, formatProblem } from './errors.ts'
export type { Finding, IdleSetting, UnsafeSetting } from './finding.ts'
export { identifyConfig, identifyShared, saltIdentity } from './identity.ts'
export {
  type InstallationFiles,
  type InstallationPlace,
  readInstallation,
} from './installation-id.ts'
export { type LoadOptions, loadConfig } from './load.ts'
export { checkFiles, type NamedFile, namedFiles } from './named-files.ts'
export { needsRestart } from './needs-restart.ts'
export { type Preset, presets } from './presets/index.ts'
export { type RedactedConfig, redactConfig } from './redact.ts'
export type { PolicyRuleConfig } from './resolved/policy-rules.ts'
export type { NamedReply, ReplyRuleConfig } from './resolved/reply-rules.ts'
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
} from './resolved/resolve.ts'
export {
  availableMethods,
  defaultAdminSocket,
  demoAdminSocket,
  helpdeskSocket,
  passkeyHost,
  pushContact,
} from './resolved/resolve.ts'
export { usualSentCode } from './schema/delivery.ts'
export {
  defaultListen,
  defaultStoreFile,
  type Endpoint,
  formatEndpoint,
  parseDuration,
  parseEndpoint,
  startOfDayMs,
} from './schema/fields.ts'
export { defaultPatience } from './schema/gateways.ts'
export { createConfigSchema } from './schema/schema.ts'
export { type SurfaceConfig, surfacesOf } from './schema/surfaces.ts'
export type { SurfaceName } from './schema/web.ts'
export { webhookUrls } from './schema/webhook-url.ts'
export { readStoreParts, type StoreParts } from './store-place.ts'
