// The arithmetic of MS-CHAP: NT hash, responses, what proves the server, and the keys that come of it
// (RFC 2433, 2759, 3079). Pure: bytes in, bytes out. Imports nothing of ours but support/.
export { checkMsChap } from './check.ts'
export {
  type MsChapErrorCode,
  type MsChapFailure,
  msChapError,
  msChapFailureText,
} from './failure.ts'
export { md4 } from './md4.ts'
export { ntHash } from './nt-hash.ts'
export { challengeOf, type MsChapResponse, ntResponseOf, withoutDomain } from './response.ts'
export { type MsChapSuccess, msChapSuccess } from './success.ts'
