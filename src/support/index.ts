// Small tools that know nothing of the domain: clock, timer wheel, rate limit, errors, secrets,
// constant-time compare, addresses, texts that can be seen, the form that names are compared in.
// May import nothing of ours.

export {
  type Address,
  isInPrefix,
  isLoopbackAddress,
  networkOf,
  normaliseSource,
  type Prefix,
  parseAddress,
  parsePrefix,
} from './address.ts'
export { type Caller, callerDetail, nameOfCaller } from './caller.ts'
export { type Charset, findCharset, utf8 } from './charset.ts'
export { type Clock, systemClock, type Timer } from './clock.ts'
export { closest } from './closest.ts'
export { constantTimeEqual } from './constant-time.ts'
export { counted } from './counted.ts'
export { cutToBytes } from './cut-to-bytes.ts'
export { foldDn, foldGroup } from './dn.ts'
export { HoldfastError } from './errors.ts'
export { fileProblem, pathOfError } from './file-problem.ts'
export { formatIssues } from './issues.ts'
export { formatMac, isRandomMac, parseMac } from './mac.ts'
export { messageOf } from './message-of.ts'
export { foldName, preparePassword, tidyName } from './names.ts'
export { createRateLimit, type RateLimit, type RateLimitOptions } from './rate-limit.ts'
export { runtimeFolder } from './runtime-folder.ts'
export { Secret } from './secret.ts'
export { judgeSecretText, readSecretBytes, type SecretText } from './secret-text.ts'
export { takeOldest } from './take-oldest.ts'
export { decodeMostlyUtf8 } from './text-bytes.ts'
export { createTimerWheel, type TimerWheel, type TimerWheelOptions } from './timer-wheel.ts'
export { visible, visibleJson } from './visible.ts'
export { readWrittenAddress } from './written-address.ts'
