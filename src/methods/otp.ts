import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { generateURI, ScureBase32Plugin } from 'otplib'
import type { HotpAuthenticator, OtpAlgorithm, TotpAuthenticator } from '../accounts/index.ts'
import { constantTimeEqual } from '../support/index.ts'

/** What gives a code: the seed (10 to 64 bytes) and how its HMAC is cut down to digits. */
export type OtpParameters = {
  readonly seed: Uint8Array
  readonly algorithm: OtpAlgorithm
  readonly digits: 6 | 8
}

const base32 = new ScureBase32Plugin()
/** RFC 4226 asks for 16 bytes, but many apps and tokens in use were given 10. Seeds of ours have 20 and more. */
const minSeedBytes = 10
const maxSeedBytes = 64

/** The codes of one seed, counter by counter. */
export type OtpCodes = (counter: number) => string

/**
 * Codes with leading zeros (RFC 4226 5.3; with a time step as counter, RFC 6238 4.2). HMAC by
 * node:crypto under a key object takes a quarter of the time of otplib's, which matters: nothing else
 * of a sign-in computes as much.
 *
 * @throws {RangeError} the seed is shorter than 10 or longer than 64 bytes; of the codes, a counter
 * that is no whole number from 0 to 2^53 - 1
 */
export function otpCodes({ seed, algorithm, digits }: OtpParameters): OtpCodes {
  if (seed.length < minSeedBytes || seed.length > maxSeedBytes) {
    throw new RangeError(`a seed of ${seed.length} bytes`)
  }
  const key = createSecretKey(seed)
  return (counter) => {
    if (!Number.isSafeInteger(counter) || counter < 0) throw new RangeError(`counter ${counter}`)
    return truncate(hmacOf(key, algorithm, counter), digits)
  }
}

/** The code of one counter. */
export function otpCode(parameters: OtpParameters, counter: number): string {
  return otpCodes(parameters)(counter)
}

/** In hex: OpenSSL's answer as text costs two thirds of what it costs as bytes. */
function hmacOf(key: KeyObject, algorithm: OtpAlgorithm, counter: number): string {
  const message = Buffer.allocUnsafe(8)
  message.writeUInt32BE(Math.floor(counter / 2 ** 32), 0)
  message.writeUInt32BE(counter % 2 ** 32, 4)
  return createHmac(algorithm, key).update(message).digest('hex')
}

/** Dynamic truncation (RFC 4226 5.3): 31 bits from where the last four bits say. */
function truncate(hmac: string, digits: number): string {
  const offset = 2 * Number.parseInt(hmac.slice(-1), 16)
  const number = Number.parseInt(hmac.slice(offset, offset + 8), 16) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** Compares a typed code with the right one in time that depends on their lengths only. */
export function isSameCode(typed: string, expected: string): boolean {
  return constantTimeEqual(Buffer.from(typed), Buffer.from(expected))
}

/** A new seed as long as the HMAC, as RFC 4226 4 (R6) recommends: 20, 32 or 64 bytes. */
export function createTotpSeed(algorithm: OtpAlgorithm = 'sha1'): Uint8Array {
  return randomBytes({ sha1: 20, sha256: 32, sha512: 64 }[algorithm])
}

/** Base32 as authenticator apps show it: upper case, no padding. */
export function formatSeed(seed: Uint8Array): string {
  return base32.encode(seed).replaceAll('=', '')
}

/** Reads base32 as people copy it: any case, with spaces, dashes or padding. Undefined when it is none. */
export function parseSeed(text: string): Uint8Array | undefined {
  const compact = text.replace(/[\s=-]/g, '').toUpperCase()
  if (!/^[A-Z2-7]+$/.test(compact)) return undefined
  try {
    return base32.decode(compact)
  } catch {
    return undefined
  }
}

/** What goes into the QR code (Google's key URI format). The result holds the seed: show it once, log it never. */
export function otpauthUri(options: {
  readonly issuer: string
  readonly account: string
  readonly authenticator:
    | (OtpParameters & Pick<TotpAuthenticator, 'method' | 'periodSeconds'>)
    | (OtpParameters & Pick<HotpAuthenticator, 'method' | 'counter'>)
}): string {
  const { authenticator } = options
  return generateURI({
    strategy: authenticator.method,
    issuer: options.issuer,
    label: options.account,
    secret: formatSeed(authenticator.seed),
    algorithm: authenticator.algorithm,
    digits: authenticator.digits,
    ...(authenticator.method === 'totp'
      ? { period: authenticator.periodSeconds }
      : { counter: authenticator.counter }),
  })
}
