import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import {
  type CryptoPlugin,
  createGuardrails,
  generateSync,
  generateURI,
  ScureBase32Plugin,
  verifySync,
} from 'otplib'
import type { HotpAuthenticator, OtpAlgorithm, TotpAuthenticator } from '../accounts/index.ts'
import { constantTimeEqual } from '../support/index.ts'

/** What gives a code: the seed (10 to 64 bytes) and how its HMAC is cut down to digits. */
export type OtpParameters = {
  readonly seed: Uint8Array
  readonly algorithm: OtpAlgorithm
  readonly digits: 6 | 8
}

const base32 = new ScureBase32Plugin()

/**
 * HMAC by OpenSSL. otplib's own is JavaScript: as fast with SHA-1, half as fast with SHA-512. The key object matters:
 * given bytes as the key, `createHmac` takes four times as long. What otplib costs a sign-in is in
 * docs/background/performance-diary.md.
 */
const crypto: CryptoPlugin = {
  name: 'node',
  hmac: (algorithm, key, data) => createHmac(algorithm, createSecretKey(key)).update(data).digest(),
  randomBytes,
  constantTimeEqual: (left, right) => constantTimeEqual(bytesOf(left), bytesOf(right)),
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value) : value
}

/**
 * RFC 4226 asks for 16 bytes, but many apps and tokens in use were given 10. Seeds of ours have 20 and more.
 * The setting `look_ahead` may be 100, which makes 101 codes to try.
 */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10, MAX_WINDOW: 101 })

/**
 * The code of one counter, with leading zeros (RFC 4226 5.3; with a time step as counter, RFC 6238 4.2).
 *
 * @throws {OTPError} of otplib: the seed is shorter than 10 or longer than 64 bytes, or the counter is not a whole
 * number from 0 to 2^53 - 1
 */
export function otpCode({ seed, algorithm, digits }: OtpParameters, counter: number): string {
  return generateSync({
    strategy: 'hotp',
    secret: seed,
    algorithm,
    digits,
    counter,
    crypto,
    guardrails,
  })
}

/**
 * The first counter from `first` to `last`, at most 101, whose code was typed. Compares in constant time. Throws as
 * `otpCode` does.
 */
export function findCounter(
  { seed, algorithm, digits }: OtpParameters,
  typed: string,
  first: number,
  last = first,
): number | undefined {
  if (typed.length !== digits || !/^[0-9]+$/.test(typed)) return undefined
  const found = verifySync({
    strategy: 'hotp',
    token: typed,
    secret: seed,
    algorithm,
    digits,
    counter: first,
    counterTolerance: last - first,
    crypto,
    guardrails,
  })
  return found.valid ? first + found.delta : undefined
}

/** Whether the code of this counter was typed. */
export function isCodeOf(parameters: OtpParameters, typed: string, counter: number): boolean {
  return findCounter(parameters, typed, counter) !== undefined
}

/** A new seed as long as the HMAC, as RFC 4226 4 (R6) recommends: 20, 32 or 64 bytes. */
export function createTotpSeed(algorithm: OtpAlgorithm = 'sha1'): Uint8Array {
  return randomBytes({ sha1: 20, sha256: 32, sha512: 64 }[algorithm])
}

/** Base32 as authenticator apps show it: upper case, no padding. */
export function formatSeed(seed: Uint8Array): string {
  return base32.encode(seed).replaceAll('=', '')
}

/** Reads base32 as people copy it: any case, with spaces, dashes or padding. Undefined when the text is not base32. */
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
