import { randomBytes, scrypt } from 'node:crypto'
import { constantTimeEqual, preparePassword, type Secret } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'

/** Parameters and values of one `scrypt$N$r$p$salt$hash` (RFC 7914 names). */
type ScryptHash = {
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

const saltBytes = 16
const hashBytes = 32
/** 32 MiB and about 0.3 s a guess (RULES 39); a right password is remembered, so it is paid once. */
const defaults = { cost: 32_768, blockSize: 8, parallelization: 3 }
/** A hash from the configuration may not take the machine's memory. */
const maxMemoryBytes = 256 * 1024 * 1024

/**
 * Hashes a password for `password_hash` in the configuration, as `scrypt$N$r$p$salt$hash` with a
 * random salt of 16 bytes and a hash of 32 bytes, both in base64.
 */
export async function hashPassword(password: Secret): Promise<string> {
  const salt = randomBytes(saltBytes)
  const { cost, blockSize, parallelization } = defaults
  const hash = await derive(password, { ...defaults, salt, hash: new Uint8Array(hashBytes) })
  const parts = [cost, blockSize, parallelization, salt.toString('base64'), hash.toString('base64')]
  return ['scrypt', ...parts].join('$')
}

/**
 * Whether the password fits a hash made by `hashPassword`. Runs on the thread pool, never on the
 * event loop, and compares in constant time.
 * @throws {DirectoryError} `password-hash-invalid`
 */
export async function verifyPassword(password: Secret, encoded: string): Promise<boolean> {
  const expected = parsePasswordHash(encoded)
  return constantTimeEqual(await derive(password, expected), expected.hash)
}

/**
 * Checks the form and cost of a `password_hash`: N a power of two, at most 256 MiB of memory, a salt
 * of at least 8 and a hash of 16 to 64 bytes.
 * @throws {DirectoryError} `password-hash-invalid`
 */
export function parsePasswordHash(encoded: string): ScryptHash {
  const match = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w+/]+={0,2})\$([\w+/]+={0,2})$/.exec(
    encoded,
  )
  if (!match) throw invalidHash('it is not of the form scrypt$N$r$p$salt$hash')
  const [cost = 0, blockSize = 0, parallelization = 0] = match.slice(1, 4).map(Number)
  const salt = Buffer.from(match[4] ?? '', 'base64')
  const hash = Buffer.from(match[5] ?? '', 'base64')
  if (cost < 2 || (cost & (cost - 1)) !== 0) throw invalidHash('N is not a power of two')
  if (blockSize < 1 || parallelization < 1 || parallelization > 16)
    throw invalidHash('r or p is out of range')
  if (memoryBytes(cost, blockSize) > maxMemoryBytes)
    throw invalidHash('N and r take more than 256 MiB')
  if (salt.length < 8 || hash.length < 16 || hash.length > 64)
    throw invalidHash('salt or hash has the wrong length')
  return { cost, blockSize, parallelization, salt, hash }
}

/** Whether guesses at this hash cost less than at a new one. @throws {DirectoryError} `password-hash-invalid` */
export function isOldHash(encoded: string): boolean {
  return workOf(parsePasswordHash(encoded)) < workOf(defaults)
}

function workOf({ cost, blockSize, parallelization }: typeof defaults): number {
  return cost * blockSize * parallelization
}

function derive(password: Secret, from: ScryptHash): Promise<Buffer> {
  const { cost, blockSize, parallelization, salt, hash } = from
  const maxmem = memoryBytes(cost, blockSize) + 1024 * 1024 + 128 * blockSize * parallelization
  const options = { cost, blockSize, parallelization, maxmem }
  return new Promise((resolve, reject) => {
    scrypt(preparePassword(password.reveal()), salt, hash.length, options, (error, derived) => {
      if (error) reject(error)
      else resolve(derived)
    })
  })
}

function memoryBytes(cost: number, blockSize: number): number {
  return 128 * cost * blockSize
}

function invalidHash(reason: string): DirectoryError {
  return new DirectoryError('password-hash-invalid', `password_hash cannot be used: ${reason}`)
}
