// Small tools that know nothing of the domain: clock, timer wheel, rate limit, errors, secrets, sealing, constant-time
// compare, addresses, texts that can be seen, the form that names are compared in. May not import other parts.

export { openAesGcm, sealAesGcm, sealedOverhead } from './aes-gcm.ts'
export {
  type Caller,
  type CommandCaller,
  callerDetail,
  nameOfCaller,
  type PortalCaller,
} from './caller.ts'
export { constantTimeEqual } from './constant-time.ts'
export { endedElsewhere } from './ended-elsewhere.ts'
export { HoldfastError } from './errors/errors.ts'
export { formatIssues } from './errors/issues.ts'
export { messageOf } from './errors/message-of.ts'
export { fileProblem, pathOfError } from './files/file-problem.ts'
export { runtimeFolder } from './files/runtime-folder.ts'
export { judgeSecretText, readSecretBytes, type SecretText } from './files/secret-text.ts'
export { decodeMostlyUtf8 } from './files/text-bytes.ts'
export {
  type Address,
  isInPrefix,
  isLoopbackAddress,
  networkOf,
  normaliseSource,
  type Prefix,
  parseAddress,
  parsePrefix,
} from './network/address.ts'
export { formatMac, isRandomMac, parseMac } from './network/mac.ts'
export { readWrittenAddress } from './network/written-address.ts'
export { Secret } from './secret.ts'
export { takeOldest } from './take-oldest.ts'
export { type Charset, findCharset, utf8 } from './text/charset.ts'
export { closest } from './text/closest.ts'
export { counted } from './text/counted.ts'
export { cutToBytes } from './text/cut-to-bytes.ts'
export { foldDn, foldGroup } from './text/dn.ts'
export { foldName, preparePassword, tidyName } from './text/names.ts'
export { fillPlaces, placesIn } from './text/places.ts'
export { visible, visibleJson } from './text/visible.ts'
export { escapeXml } from './text/xml.ts'
export { before } from './time/before.ts'
export { type Clock, systemClock, type Timer } from './time/clock.ts'
export { createRateLimit, type RateLimit, type RateLimitOptions } from './time/rate-limit.ts'
export {
  type ClockMoved,
  createSteadyClock,
  farClockMs,
  jumpBelievedAfterMs,
  type Machine,
  type SteadyClock,
  systemMachine,
} from './time/steady-clock.ts'
export { createTimerWheel, type TimerWheel, type TimerWheelOptions } from './time/timer-wheel.ts'
export { dayMs } from './time/units.ts'
